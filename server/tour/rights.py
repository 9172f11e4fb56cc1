"""Her rights: to take her data with her, to be forgotten, and to think better of it."""

from server.tour.gift import REDEMPTIONS
from server.tour.people import Cast
from server.tour.story import Story, expect

DELETION = "/api/v1/me/deletion"


def second_thoughts(story: Story, cast: Cast) -> None:
    story.chapter("21  Her rights", "She could be forgotten. She asks for it, and thinks better of it.")
    story.tell("What it would cost her, and what is in the way:")
    shown = ("losses.points", "losses.coupons", "losses.babies", "losses.open_orders", "due_at")
    cast.mother.ask("GET", DELETION, show=shown)
    story.tell("Whoever has found her phone is not she:")
    finder = {"code": cast.login_code("Neighbour")}
    cast.mother.is_refused("not_the_same_person", "POST", DELETION, json=finder)
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
