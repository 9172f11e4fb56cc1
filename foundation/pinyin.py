"""How Chinese text is spelt in Latin letters.

The dictionary of phrases, which knows that 乐 is yue in 音乐 and le in 快乐, takes 57 MB: a process beside this one
holds it, started with the first text that is spelt.
"""

import msgspec

from foundation.beside import Beside, Died
from foundation.errors import Unavailable
from foundation.pinyin_shapes import Spelling

speller = Beside("foundation.pinyin_worker", patience_seconds=4.0, most_waiting=64)


async def spell(text: str) -> Spelling:
    """Syllables and initials of a text; what is not Chinese stays as it is.

    Errors: `Unavailable` when there is no answer in time.
    """
    try:
        answer = await speller.ask(text.encode())
    except Died as died:
        raise Unavailable from died
    return msgspec.msgpack.decode(answer, type=Spelling)


async def stop() -> None:
    """Ends the process, if there is one."""
    await speller.stop()
