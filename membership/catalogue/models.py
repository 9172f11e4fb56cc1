"""Tables: The catalogue: what the mall offers, to whom, for how much, and how much of it there is."""
