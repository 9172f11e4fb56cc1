"""Her rights: to take her data with her, to be forgotten, and to think better of it."""

import io
import zipfile

from server.tour.gift import REDEMPTIONS
from server.tour.people import Cast
from server.tour.story import Story, expect

DELETION = "/api/v1/me/deletion"
EXPORTS = "/api/v1/me/exports"
SHOWN = 6


def copy(story: Story, cast: Cast) -> None:
    story.chapter("21  Her rights", "A copy of everything; and to be forgotten, which she thinks better of.")
    story.tell("Whoever has found her phone is not she:")
    cast.mother.is_refused("not_the_same_person", "POST", EXPORTS, json={"code": cast.login_code("Neighbour")})
    asked = cast.mother.ask("POST", EXPORTS, json={"code": cast.login_code()}, show=("status",))
    path = f"{EXPORTS}/{asked['id']}"
    cast.mother.wait_for(path, "status", "ready", show=("status", "size_bytes", "expires_at"))
    content = cast.mother.ask("GET", f"{path}/file")
    with zipfile.ZipFile(io.BytesIO(content)) as copied:
        names = sorted(copied.namelist())
        everything = b"".join(copied.read(name) for name in names).decode()
    expect("小满" in everything and cast.phone in everything, "her phone and her child are in it")
    file = cast.place.home / "tour-copy.zip"
    file.write_bytes(content)
    story.tell(f"{len(names)} files, kept in {file}: {', '.join(names[:SHOWN])} …")
    story.tell("It can be fetched once, and by nobody else:")
    cast.mother.is_refused("export_gone", "GET", f"{path}/file")
    cast.neighbour().is_refused("export_not_found", "GET", f"{path}/file")


def second_thoughts(story: Story, cast: Cast) -> None:
    story.tell("And to leave for good: what it would cost her, and what is in the way.")
    shown = ("losses.points", "losses.coupons", "losses.babies", "losses.open_orders", "due_at")
    cast.mother.ask("GET", DELETION, show=shown)
    cast.mother.is_refused("order_open", "POST", DELETION, json={"code": cast.login_code()})
    for order in cast.mother.ask("GET", REDEMPTIONS)["items"]:
        if order["status"] == "reserved":
            cast.mother.ask("POST", f"{REDEMPTIONS}/{order['id']}/cancellation", show=("status",))
    asked = cast.mother.ask("POST", DELETION, json={"code": cast.login_code()}, show=("requested_at", "due_at"))
    expect(asked["due_at"] is not None, "it is done in seven days")
    story.tell("Seven days to change her mind; on the eighth her keys are destroyed. She stays:")
    cast.mother.ask("DELETE", DELETION)
    cast.mother.is_refused("deletion_not_asked", "DELETE", DELETION)
    kept = cast.mother.ask("GET", DELETION, show=("losses.babies", "requested_at"))
    expect(kept["losses"]["babies"] == 2 and kept["requested_at"] is None, "everything is as it was")
    told = cast.mother.ask("GET", "/api/v1/me/notifications?limit=2")["items"]
    for message in told:
        story.tell(f"{message['title']}: {message['body']}")
