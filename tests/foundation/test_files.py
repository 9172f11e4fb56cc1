"""Files: kept under keys of our own, in a folder or in a bucket, whole or not at all."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sanic import HTTPResponse, Request, Sanic
from sanic.config import Config

from foundation import files
from foundation.errors import NotFound, TooLarge, Unavailable
from foundation.ids import new_id
from foundation.settings import FilesSettings, Settings, WeChatSettings
from tests.serving import free_socket, serve

WEBP = "image/webp"
HERE = FilesSettings(url="", region="", access_key="", secret_key="")


def bucket_at(port: int) -> FilesSettings:
    return FilesSettings(f"http://127.0.0.1:{port}/bucket", "cn-north-1", "who", "secret")


def bucket_app(kept: dict[str, tuple[str, bytes]]) -> Sanic[Any, Any]:
    """As much of an S3-compatible store as whole files need."""
    config = Config(env_prefix=None)
    config.update({"ACCESS_LOG": False, "AUTO_EXTEND": False, "TOUCHUP": False})
    app: Sanic[Any, Any] = Sanic(f"bucket_{new_id().hex[-12:]}", config=config, configure_logging=False)

    @app.post("/bucket")
    async def delete(request: Request) -> HTTPResponse:
        assert "delete" in request.query_string
        keys = re.findall(r"<Key>(.*?)</Key>", request.body.decode())
        for key in keys:
            kept.pop(key, None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return HTTPResponse(f"<DeleteResult>{deleted}</DeleteResult>", content_type="application/xml")

    @app.get("/bucket")
    async def listed(request: Request) -> HTTPResponse:
        prefix = request.args.get("prefix", "")
        assert (request.args.get("list-type"), request.args.get("delimiter")) == ("2", "/")
        below = sorted(key.removeprefix(prefix) for key in kept if key.startswith(prefix))
        folders = {key.partition("/")[0] for key in below if "/" in key}
        found = "".join(f"<CommonPrefixes><Prefix>{prefix}{each}/</Prefix></CommonPrefixes>" for each in folders)
        found += "".join(
            f"<Contents><Key>{prefix}{key}</Key><LastModified>2025-01-01T00:00:00.000Z</LastModified><Size>1</Size>"
            '<ETag>"1"</ETag></Contents>'
            for key in below
            if "/" not in key
        )
        return HTTPResponse(f"<ListBucketResult>{found}</ListBucketResult>", content_type="application/xml")

    @app.route("/bucket/<key:path>", methods=["GET", "PUT", "HEAD"])
    async def answer(request: Request, key: str) -> HTTPResponse:
        assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=who/")
        if request.method == "PUT":
            kept[key] = (request.headers.get("content-type", ""), request.body)
            return HTTPResponse(b"", headers={"ETag": '"1"'})
        if key not in kept:
            return HTTPResponse(b"", 404)
        content_type, content = kept[key]
        headers = {"ETag": '"1"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}
        if request.method == "HEAD":
            return HTTPResponse(b"", headers=headers | {"Content-Length": str(len(content))})
        return HTTPResponse(content, headers=headers, content_type=content_type)

    return app


def kept_in(place: dict[str, tuple[str, bytes]] | Path) -> list[object]:
    return [path for path in place.rglob("*") if path.is_file()] if isinstance(place, Path) else list(place)


def kept_by(home: Path, place: FilesSettings = HERE) -> Settings:
    """Settings of which only these two matter."""
    nowhere = WeChatSettings("", "", "", "", "")
    return Settings(
        environment="test",
        database_url="",
        redis_url="",
        home=home,
        host="",
        port=1,
        processes=1,
        proxies=0,
        rate_limits=False,
        database_connections=2,
        wechat=nowhere,
        files=place,
        encryption_keys=(),
        index_key=b"",
        session_key=b"",
        token_keys=(),
        card_keys=(),
        audit_keys=(),
        cipher="aes-256-gcm",
        pay=None,
    )


@pytest.fixture(autouse=True)
def go_back_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files._Held, "store", files._Held.store)


@pytest_asyncio.fixture(params=["folder", "bucket"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[dict[str, tuple[str, bytes]] | Path]:
    """Where the files of this test go."""
    if request.param == "folder":
        files.use(kept_by(tmp_path))
        yield tmp_path / "files"
        return
    kept: dict[str, tuple[str, bytes]] = {}
    served = await serve(bucket_app(kept))
    files.use(kept_by(tmp_path, bucket_at(served.port)))
    yield kept
    await served.stop()


async def test_what_is_put_is_got_until_it_is_deleted(place: object) -> None:
    content = bytes(range(256)) * 40
    key = await files.put(content, WEBP, most_bytes=len(content))
    assert len(key) <= files.LONGEST_KEY
    assert await files.exists(key)
    assert await files.get(key) == files.Stored(content, WEBP)
    await files.delete(key)
    await files.delete(key)  # a job that runs twice
    assert not await files.exists(key)
    with pytest.raises(NotFound):
        await files.get(key)


async def test_every_file_has_a_key_of_its_own(place: object) -> None:
    keys = await asyncio.gather(*(files.put(b"same", "text/csv", most_bytes=10) for _ in range(20)))
    assert len(set(keys)) == 20
    assert all(key.endswith(".csv") for key in keys)


async def test_too_much_is_refused_and_leaves_nothing(place: dict[str, tuple[str, bytes]] | Path) -> None:
    with pytest.raises(TooLarge):
        await files.put(b"12345678901", WEBP, most_bytes=10)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100_000

    with pytest.raises(TooLarge):
        await files.put(endless(), WEBP, most_bytes=1_000_000)
    assert not kept_in(place)


async def test_pieces_make_one_file(place: object) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(30):
            yield bytes([at]) * 1000

    key = await files.put(pieces(), "text/csv", most_bytes=30_000)
    assert (await files.get(key)).content == b"".join([bytes([at]) * 1000 for at in range(30)])


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../secrets.env", "ab/../../secrets.env", "ab/x.webp", "%2e%2e/x.webp", "ab/\x00.webp"]
)
async def test_a_key_that_is_not_ours_reaches_nothing(place: object, key: str) -> None:
    assert not await files.exists(key)
    for use in (files.get, files.delete):
        with pytest.raises(NotFound):
            await use(key)


async def test_a_bucket_is_told_what_kind_of_file_it_is(place: dict[str, tuple[str, bytes]] | Path) -> None:
    key = await files.put(b"a,b", "text/csv", most_bytes=10)
    if isinstance(place, Path):
        assert (place / key).read_bytes() == b"a,b"
    else:
        assert place[key] == ("text/csv", b"a,b")


async def test_a_bucket_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    with free_socket() as nobody:
        files.use(kept_by(tmp_path, bucket_at(nobody.getsockname()[1])))
        with pytest.raises(Unavailable):
            await files.put(b"x", WEBP, most_bytes=1)
