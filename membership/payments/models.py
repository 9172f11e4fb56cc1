"""Tables: Payments: money that a member pays for something of ours, and refunds."""
