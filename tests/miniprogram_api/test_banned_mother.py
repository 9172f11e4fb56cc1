"""A ban is about one person's membership: she is out at once, and the child, who is not banned, keeps its family."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from foundation import clock, database
from foundation.pages import PageQuery
from membership import authorizations, babies, members, notifications
from membership.babies import doors, entering, expiring
from membership.vaccinations import jobs as reminders
from tests.makers.authorizations import VERSION, ends_in
from tests.makers.babies import make_child, make_mother, make_relative
from tests.makers.families import join, person_of
from tests.makers.growth import measure
from tests.makers.members import MadeMember, make_member
from tests.makers.orders import make_operator
from tests.makers.stages import hearing

PATH = "/api/v1/babies"


class Family:
    """A child of two months with a mother, a father who is its guardian, and a grandmother who sees it."""

    mother: MadeMember
    father: MadeMember
    grandmother: MadeMember
    grandmothers_place: UUID
    child: UUID

    async def found(self) -> None:
        self.mother = await make_mother()
        self.child = await make_child(self.mother.id, clock.add_months(clock.today(), -2), sex="girl")
        self.father, _ = await make_relative(self.mother.id, self.child, "guardian")
        self.grandmother, self.grandmothers_place = await make_relative(self.mother.id, self.child)


@pytest.fixture
async def family() -> Family:
    family = Family()
    await family.found()
    return family


async def ban(member_id: UUID) -> None:
    await members.ban(member_id, "测试", by=await make_operator())


async def reminded(member_id: UUID) -> set[str]:
    """The kinds of what the clock sent her."""
    inbox = await notifications.inbox(member_id, PageQuery(limit=100))
    return {each.kind for each in inbox.items} & {expiring.KIND, reminders.KIND}


async def test_her_own_reads_and_writes_are_refused_at_once(api: httpx.AsyncClient, family: Family) -> None:
    uncle = await make_member()
    await join(family.mother.id, uncle.id)
    share = {"person_id": str(await person_of(family.mother.id, uncle.id)), "role": "guardian"}
    one = f"{PATH}/{family.child}"
    place = family.grandmothers_place
    await ban(family.mother.id)
    for method, path, body in (
        ("GET", PATH, None),
        *(("GET", one + screen, None) for screen in ("", "/stage", "/home", "/growth", "/vaccinations", "/milk")),
        ("GET", f"{one}/shares", None),
        ("POST", f"{one}/shares", share),
        ("DELETE", f"{one}/shares/{place}", None),
        ("PATCH", one, {"nickname": "新名"}),
        ("POST", f"{one}/ending", None),
        ("GET", "/api/v1/me/authorization", None),
    ):
        answer = await api.request(method, path, json=body, headers=family.mother.headers)
        assert answer.status_code == 401, (method, path)
    assert await database.fetchval("SELECT count(*) FROM baby_share WHERE baby_id = $1", family.child) == 2
    with pytest.raises(members.MemberBanned):
        await make_child(family.mother.id, nickname="二宝")
    with pytest.raises(members.MemberBanned):
        await authorizations.answer(family.mother.id, VERSION, ["service"], is_guardian=True)


async def test_the_father_and_the_grandmother_go_on(api: httpx.AsyncClient, family: Family) -> None:
    await measure(family.mother.id, family.child)
    one = f"{PATH}/{family.child}"
    await ban(family.mother.id)
    for screen in ("", "/stage", "/home", "/growth", "/vaccinations", "/milk", "/calendar"):
        answer = await api.get(one + screen, headers=family.father.headers)
        assert answer.status_code == 200, (screen, answer.text)
    listed = (await api.get(PATH, headers=family.father.headers)).json()["items"]
    assert [(each["id"], each["role"]) for each in listed] == [(str(family.child), "guardian")]
    weighed = {"measured_on": str(clock.today() - timedelta(days=1)), "weight_g": 5200}
    assert (await api.post(f"{one}/growth", json=weighed, headers=family.father.headers)).status_code == 201
    renamed = await api.patch(one, json={"nickname": "小圆"}, headers=family.father.headers)
    assert renamed.status_code == 200
    seen = await api.get(one, headers=family.grandmother.headers)
    assert (seen.status_code, seen.json()["nickname"], seen.json()["details"]) == (200, "小圆", None)
    # What is hers alone stays hers: nobody else lets people in, or ends it.
    share = {"person_id": str(family.grandmothers_place), "role": "guardian"}
    for method, path, body in (("POST", f"{one}/shares", share), ("POST", f"{one}/ending", None)):
        refused = await api.request(method, path, json=body, headers=family.father.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "only_the_mother")


async def test_no_job_sends_her_anything(family: Family) -> None:
    other = Family()
    await other.found()
    await ban(family.mother.id)
    for each in (family, other):
        await ends_in(each.mother.id, days=5)
        await reminders.remind_batch(UUID(int=each.child.int - 1))
    await expiring.tell_ending()
    assert await reminded(family.mother.id) == set()
    assert await reminded(other.mother.id) == {expiring.KIND, reminders.KIND}, "it is the ban"
    page, _ = await doors.open_page("service", UUID(int=family.child.int - 1), 1)
    assert family.child not in {each.id for each in page}
    assert await babies.open_theirs("service", [family.mother.id]) == []
    with hearing() as heard:
        assert not await entering.tell_entered(family.child)
    assert heard == []


async def test_a_banned_guardian_is_out_and_the_mother_goes_on(api: httpx.AsyncClient, family: Family) -> None:
    await ban(family.father.id)
    one = f"{PATH}/{family.child}"
    assert (await api.get(one, headers=family.father.headers)).status_code == 401
    assert (await api.get(one, headers=family.mother.headers)).status_code == 200


async def test_when_the_ban_is_lifted_everything_is_as_it_was(api: httpx.AsyncClient, family: Family) -> None:
    await ban(family.mother.id)
    await members.lift_ban(family.mother.id, by=await make_operator())
    page, _ = await doors.open_page("service", UUID(int=family.child.int - 1), 1)
    assert [each.id for each in page] == [family.child]
    assert (await babies.open_baby(family.mother.id, family.child)).id == family.child
