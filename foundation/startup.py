"""Why the program can't start, said in one sentence to the person who started it."""


class CannotStart(Exception):
    """The message is a whole sentence, or two: what is wrong and what to do about it. No traceback is shown."""
