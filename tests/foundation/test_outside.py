"""What is kept outside of the database: the same in a folder and in a bucket, and no name of `files` reaches it."""

import pytest

from foundation import files, outside
from foundation.errors import NotFound, Unavailable
from tests.foundation.test_files import bucket_at, go_back_afterwards, kept_by, place  # noqa: F401  # fixtures
from tests.serving import free_socket


@pytest.mark.usefixtures("place")
async def test_it_is_found_again_by_name_and_by_folder() -> None:
    assert (await outside.folders("heads"), await outside.names("heads/2026-01-02")) == ([], [])
    for name in ("2026-01-02/b.json", "2026-01-02/a.json", "2026-01-01/c.json"):
        await outside.write(f"heads/{name}", name.encode())
    assert await outside.folders("heads") == ["2026-01-01", "2026-01-02"]
    assert await outside.names("heads/2026-01-02") == ["a.json", "b.json"]
    assert await outside.names("heads") == []
    assert await outside.read("heads/2026-01-02/b.json") == b"2026-01-02/b.json"
    assert await outside.read("heads/2026-01-02/c.json") is None


@pytest.mark.usefixtures("place")
async def test_a_key_of_a_picture_leads_to_none_of_it() -> None:
    await outside.write("heads/a.json", b"{}")
    with pytest.raises(NotFound):
        await files.get("outside/heads/a.json")
    with pytest.raises(NotFound):
        await files.delete("outside/heads/a.json")


async def test_a_store_that_is_away_is_said_to_be(tmp_path_factory: pytest.TempPathFactory) -> None:
    with free_socket() as nobody:
        files.use(kept_by(tmp_path_factory.mktemp("home"), bucket_at(nobody.getsockname()[1])))
    for verb in (outside.write("a/b", b"x"), outside.read("a/b"), outside.folders("a"), outside.names("a")):
        with pytest.raises(Unavailable):
            await verb
