"""What must outlive the database, or bear witness against it: small named files in the store of `foundation.files`.

Names are made here and by no caller from outside. A store whose bucket keeps every version, or refuses deletion, makes
them witnesses even against whoever runs this program.

Every verb raises `Unavailable` when the store can't be reached.
"""

import obstore
from obstore.exceptions import PermissionDeniedError

from foundation import files

ROOT = "outside"


async def write(name: str, content: bytes) -> None:
    """Keeps a file under a name such as `audit-heads/2026-11-22/000000000123.json`."""
    with files.reaching():
        await obstore.put_async(files.store(), f"{ROOT}/{name}", content)


async def read(name: str) -> bytes | None:
    """The file, or None when there is none."""
    try:
        with files.reaching():
            found = await obstore.get_async(files.store(), f"{ROOT}/{name}")
            return bytes(await found.bytes_async())
    except FileNotFoundError:
        return None


async def folders(folder: str) -> list[str]:
    """The names of the folders inside a folder, sorted."""
    with files.reaching():
        found = await obstore.list_with_delimiter_async(files.store(), f"{ROOT}/{folder}")
    return sorted(prefix.rstrip("/").rpartition("/")[2] for prefix in found["common_prefixes"])


async def names(folder: str) -> list[str]:
    """The names of the files inside a folder, sorted; read one as `folder/name`."""
    with files.reaching():
        found = await obstore.list_with_delimiter_async(files.store(), f"{ROOT}/{folder}")
    return sorted(each["path"].rpartition("/")[2] for each in found["objects"])


async def delete(name: str) -> bool:
    """Removes a file that has had its time, or is gone already; False when the store keeps it all the same."""
    try:
        with files.reaching():
            await obstore.delete_async(files.store(), f"{ROOT}/{name}")
    except FileNotFoundError:
        return True
    except PermissionDeniedError:
        return False
    return True
