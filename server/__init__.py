"""THE ROOF: what runs, and the doors for staff and partners."""
