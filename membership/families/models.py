"""Tables: Families: relatives whose purchases and scans earn into one account."""
