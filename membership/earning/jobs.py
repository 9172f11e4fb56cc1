"""In the background and by the clock: nothing; rules begin and end by their days, where they are read."""
