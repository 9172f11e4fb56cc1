"""What the speller answers; apart from it, because it knows as little of the house as it can."""

import msgspec


class Spelling(msgspec.Struct, frozen=True):
    """`yinyue` and `yy` for 音乐."""

    syllables: str
    initials: str
