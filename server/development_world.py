"""Who is in the small named world: the file for programs, the table for people."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table

from foundation.settings import Settings
from server.development_home import write_private

CREDENTIALS = ("partner", "stores", "staff")
"""What a program needs to sign in; the rest of what `plant` returns is for the table."""


def credentials_file(home: Path) -> Path:
    return home / "dev-credentials.json"


def write_credentials(home: Path, world: Mapping[str, Any]) -> None:
    """Writes `{"partner": …, "stores": […], "staff": […]}`, readable by its owner only."""
    content = msgspec.json.encode({name: world[name] for name in CREDENTIALS})
    write_private(credentials_file(home), msgspec.json.format(content, indent=2).decode() + "\n")


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


def people(world: Mapping[str, Any]) -> Table:
    """One row for each person: who she is, and how she signs in."""
    table = Table(box=None, padding=(0, 2), title="Who is here", title_justify="left", title_style="bold")
    table.add_column("name")
    table.add_column("is")
    table.add_column("signs in with")
    for person in world.get("people", ()):
        table.add_row(*(str(cell) for cell in (person.values() if isinstance(person, dict) else person)))
    for member in world["staff"]:
        store = f", store {member['store']}" if member.get("store") else ""
        table.add_row(member["name"], f"{member['role']}{store}", "password + TOTP, in Credentials")
    table.add_row("the till", "partner, all stores", f"key {world['partner']['key_id']}")
    return table
