"""Who is in the small named world: the file for programs, the table for people."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table

from foundation.settings import Settings
from server import seed_data
from server.credentials import Credentials
from server.development_home import write_private


def credentials_file(home: Path) -> Path:
    return home / "dev-credentials.json"


def write_credentials(home: Path, world: Mapping[str, Any]) -> None:
    """Writes `{"partner": …, "stores": […], "staff": […]}`, readable by its owner only."""
    content = msgspec.json.encode(world)
    write_private(credentials_file(home), msgspec.json.format(content, indent=2).decode() + "\n")


def planted_before(settings: Settings) -> bool:
    """Whether this program has planted its world into that database already, and the home knows how to sign in."""
    try:
        return _planted_file(settings).read_text() == _planting(settings) and credentials_file(settings.home).exists()
    except OSError:
        return False


def remember_planting(settings: Settings) -> None:
    """From now on `planted_before`, until the seeds, the migrations or the database are others."""
    write_private(_planted_file(settings), _planting(settings))


def _planted_file(settings: Settings) -> Path:
    return settings.home / "planted"


def _planting(settings: Settings) -> str:
    """What the planting depends on, as one short text."""
    digest = hashlib.sha256(settings.database_url.encode())
    for name in ("seed_data.py", "seeds.py", "baby_seeds.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()


def places(settings: Settings, standin: str | None) -> Table:
    """Where things are. `standin` is the stand-in's URL, None when the real WeChat is used."""
    url = f"http://{settings.host}:{settings.port}"
    table = Table(show_header=False, box=None, padding=(0, 2))
    for name, place in (
        ("API", url),
        ("Documentation", f"{url}/docs"),
        ("WeChat", standin or settings.wechat.api_url),
        ("Credentials", str(credentials_file(settings.home))),
        ("Logs", f"{settings.home / 'logs'}/"),
    ):
        table.add_row(f"[bold]{name}[/bold]", place)
    return table


def people(home: Path) -> Table:
    """One row for each person of the credentials file: who she is, and how she signs in."""
    credentials = msgspec.json.decode(credentials_file(home).read_bytes(), type=Credentials)
    table = Table(box=None, padding=(0, 2), title="Who is here", title_justify="left", title_style="bold")
    table.add_column("name")
    table.add_column("is")
    table.add_column("signs in with")
    for seed in seed_data.MEMBERS:
        table.add_row(seed.name, seed.story, f"WeChat person {seed.person!r}, phone {seed.phone}")
    for person in credentials.staff:
        store = f", store {person.store}" if person.store else ""
        table.add_row(person.name, f"{person.role}{store}", "password + TOTP, in Credentials")
    table.add_row("the till", "partner, all stores", f"key {credentials.partner.key_id}")
    return table
