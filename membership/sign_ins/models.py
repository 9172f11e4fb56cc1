"""Tables: The daily sign-in: a Shanghai day, once, with streaks."""
