"""In the background and by the clock: nothing; a streak ends by the day on which it is read."""
