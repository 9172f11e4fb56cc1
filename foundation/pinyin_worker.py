"""The speller: a process of its own that spells Chinese text. `foundation.pinyin` asks it.

In comes a text in UTF-8, out goes a `Spelling` as msgpack.
"""

from foundation.beside_worker import serve, settle_signals

settle_signals()

import msgspec  # noqa: E402 — what is imported below takes a while, and signals may come meanwhile
from pypinyin import Style, lazy_pinyin  # noqa: E402 — see above

from foundation.pinyin_shapes import Spelling  # noqa: E402 — see above


def spelt(request: bytes) -> bytes:
    """A request answered."""
    text = request.decode()
    syllables = lazy_pinyin(text, style=Style.NORMAL)
    initials = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return msgspec.msgpack.encode(Spelling("".join(syllables), "".join(initials)))


if __name__ == "__main__":
    serve(spelt)
