"""How products are found: by a part of the name, of its pinyin, or of the pinyin's initials.

PostgreSQL alone decides which match, by an index over grams (pieces of one to three characters) and a comparison of
the text itself. (The extension for that, pg_trgm, is not in every PostgreSQL we run on, and knows no Chinese in a C
locale.)
"""

import unicodedata
from collections.abc import Sequence

from foundation import pinyin

LONGEST_GRAM = 3


async def text_of(name: str) -> str:
    """What is searched: the name, its pinyin and their initials: `3段奶粉 3duannaifen 3dnf`. Raises `Unavailable`."""
    plain = _plain(name)[:96]  # one wide sign may become many letters; the column holds these parts
    spelt = await pinyin.spell(plain)
    return f"{plain} {spelt.syllables[:400]} {spelt.initials[:96]}"


def grams_of(text: str) -> Sequence[str]:
    """All pieces of up to three characters."""
    return sorted(
        {
            text[start : start + length]
            for length in range(1, LONGEST_GRAM + 1)
            for start in range(len(text) - length + 1)
            if " " not in text[start : start + length]
        }
    )


def asked(words: str) -> tuple[Sequence[str], str] | None:
    """What to look for: the grams that a match has, and the pattern it is like; None when the words say nothing."""
    plain = _plain(words)
    if not plain:
        return None
    length = min(len(plain), LONGEST_GRAM)
    grams = {plain[start : start + length] for start in range(len(plain) - length + 1)}
    escaped = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return sorted(grams), f"%{escaped}%"


def _plain(text: str) -> str:
    """Without spaces, wide forms and capitals."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
