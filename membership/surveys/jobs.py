"""In the background and by the clock: nothing; a survey opens and closes by its days, where it is read."""
