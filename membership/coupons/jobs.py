"""In the background and by the clock."""
