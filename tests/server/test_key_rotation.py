"""Data keys rotate under a running house: nothing is lost, and whoever reads in between can read."""

import asyncio
from uuid import UUID

import pytest

from foundation import ciphers, database, rotation
from foundation.rotation import Phase
from foundation.sealed_columns import unknown
from foundation.secrets import Unreadable, place, vault
from foundation.settings import Settings
from foundation.startup import CannotStart
from foundation.transactions import transactional
from membership import addresses, enrolment, mall, members, staff, stores
from server.sealed_columns import SEALED_COLUMNS
from tests.makers.addresses import address, make_addressee
from tests.makers.key_rotation import (
    begin,
    go_through,
    keyring_of,
    opened,
    pass_the_time,
    rotate_under_readers,
    sealed_phone_of,
    to_the_pause,
)
from tests.makers.members import make_known_member
from tests.makers.orders import make_offer, make_operator
from tests.makers.staff import make_staff
from tests.makers.stores import make_partner

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def large_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody whom the run has made so far is rotated with the few who are looked at."""
    monkeypatch.setattr(rotation, "BATCH", 1_000)


HERS = "SELECT data_key, phone_sealed, profile_sealed FROM member WHERE id = $1"


async def _phone(member_id: UUID) -> str:
    return opened(member_id, await keyring_of(member_id), await sealed_phone_of(member_id))


async def _versions(member_id: UUID) -> int:
    """How many keys her keyring has."""
    stored: bytes = await database.fetchval("SELECT data_key FROM member WHERE id = $1", member_id)
    return len(vault()._unwrap(stored))


async def test_every_sealed_column_of_the_database_is_known() -> None:
    """One that is not would be lost with the keys that go."""
    assert await unknown(SEALED_COLUMNS) == []
    tables = {row["table_name"] for row in await database.fetch("SELECT table_name FROM information_schema.tables")}
    assert [column.name for column in SEALED_COLUMNS if column.table not in tables] == []
    without_one = [column for column in SEALED_COLUMNS if column.name != "redemption.address_sealed"]
    assert await unknown(without_one) == ["redemption.address_sealed"]
    with pytest.raises(CannotStart, match=r"redemption\.address_sealed"):
        await rotation.proceed(without_one)


async def test_afterwards_everything_opens_with_fresh_keys(world: Settings) -> None:
    member = await make_known_member(nickname="王小雨")
    addressee, address_id = await make_addressee()
    person, partner = await make_staff(staff.Role.OPERATOR), await make_partner()
    before, old = await database.fetchrow(HERS, member.id), await keyring_of(member.id)
    await go_through(world)
    after = await database.fetchrow(HERS, member.id)
    assert before is not None and after is not None
    assert not set(before.values()) & set(after.values())
    view = await members.get(member.id)
    assert view is not None
    assert (view.profile.nickname, await _phone(member.id)) == ("王小雨", member.phone)
    assert await members.openid_of(member.id) == member.openid
    (hers,) = await addresses.addresses(addressee.id)
    assert (hers.id, hers.address.name) == (address_id, address().name)
    assert await staff.has_totp_secret(person.name, person.totp_secret)
    found = await stores.signing_secrets(partner.key.key_id)
    assert found is not None and found.secret == partner.key.secret.encode()
    assert (await keyring_of(member.id)).newest == old.newest + 1
    assert ciphers.number_of(after["data_key"]) == vault().current, "wrapped by the rotation's own wrapping key"
    for keyring, sealed in ((old, after["phone_sealed"]), (await keyring_of(member.id), before["phone_sealed"])):
        with pytest.raises(Unreadable):
            opened(member.id, keyring, sealed)


async def test_what_the_house_sealed_is_sealed_anew(world: Settings) -> None:
    product = await make_offer(kind="virtual", pickup=False)
    await mall.add_goods(await make_operator(), product, ["CODE-1"])
    find = "SELECT id, content FROM virtual_good WHERE product_id = $1"
    before = await database.fetchrow(find, product)
    await go_through(world)
    after = await database.fetchrow(find, product)
    assert before is not None and after is not None
    assert (vault().house.is_current(before["content"]), vault().house.is_current(after["content"])) == (False, True)
    where = place("virtual_good", "content", after["id"], "house")
    assert vault().house.unseal(where, after["content"]) == "CODE-1"


async def test_who_reads_across_one_pause_can_read(world: Settings) -> None:
    """The keyring before and the value after, or the value before and the keyring after: in every phase."""
    member = await make_known_member()
    keyring, sealed = await keyring_of(member.id), await sealed_phone_of(member.id)
    await begin(world)
    phases = []
    while True:
        progress = await to_the_pause()
        assert opened(member.id, keyring, await sealed_phone_of(member.id)) == member.phone
        assert opened(member.id, await keyring_of(member.id), sealed) == member.phone
        keyring, sealed = await keyring_of(member.id), await sealed_phone_of(member.id)
        if progress is None:
            break
        phases.append(progress.phase)
        await pass_the_time()
    assert phases == [Phase.SEAL, Phase.SHRINK]


async def test_control_without_the_pauses_she_can_not_be_read(world: Settings) -> None:
    member = await make_known_member()
    keyring, sealed = await keyring_of(member.id), await sealed_phone_of(member.id)
    await begin(world)
    assert await to_the_pause(wait_seconds=0.0) is None
    with pytest.raises(Unreadable):
        opened(member.id, keyring, await sealed_phone_of(member.id))
    with pytest.raises(Unreadable):
        opened(member.id, await keyring_of(member.id), sealed)
    assert await _phone(member.id) == member.phone


async def test_readers_all_the_while(world: Settings) -> None:
    people = [await make_known_member() for _ in range(10)]
    seen = await rotate_under_readers(world, people, wait_seconds=2.0, longest_seconds=1.9)
    assert (seen.failures, seen.wrong) == (0, 0)
    assert seen.readings > 50


async def test_she_may_write_in_every_phase(world: Settings) -> None:
    member = await make_known_member()
    await begin(world)
    written = 0
    while await to_the_pause() is not None:
        written += 1
        await enrolment.change_profile(member.id, members.ProfileChanges(nickname=f"王小雨{written}"))
        await pass_the_time()
    view = await members.get(member.id)
    assert view is not None
    assert (written, view.profile.nickname, await _versions(member.id)) == (2, "王小雨2", 1)


async def test_what_was_sealed_late_with_the_old_key_is_found_before_it_goes(world: Settings) -> None:
    """Somebody held the keyring of before for longer than any pause: the keys stay until a pause after that."""
    member = await make_known_member()
    old = await keyring_of(member.id)
    await begin(world)
    await to_the_pause()
    await pass_the_time()
    await to_the_pause()
    late = old.seal(place("member", "phone_sealed", member.id, member.id), member.phone or "")
    await database.execute("UPDATE member SET phone_sealed = $2 WHERE id = $1", member.id, late)
    await pass_the_time()
    progress = await to_the_pause()
    assert progress is not None and progress.phase == Phase.SHRINK
    assert (await _versions(member.id), await _phone(member.id)) == (2, member.phone)
    assert opened(member.id, await keyring_of(member.id), late) == member.phone
    await pass_the_time()
    assert await to_the_pause() is None
    assert (await _versions(member.id), await _phone(member.id)) == (1, member.phone)


async def test_keys_of_what_nobody_can_read_are_kept(world: Settings) -> None:
    """A value that stands where it does not belong opens once it is put back: its key must not have gone."""
    member, other = await make_known_member(), await make_known_member()
    hers, others = await sealed_phone_of(member.id), await sealed_phone_of(other.id)
    await database.execute("UPDATE member SET phone_sealed = $2 WHERE id = $1", member.id, others)
    await go_through(world)
    last = await rotation.latest()
    assert last is not None and last.unreadable > 0
    assert (await _versions(member.id), await _versions(other.id)) == (2, 1)
    await database.execute("UPDATE member SET phone_sealed = $2 WHERE id = $1", member.id, hers)
    assert await _phone(member.id) == member.phone
    await go_through(world)
    assert (await _versions(member.id), await _phone(member.id)) == (1, member.phone)


async def test_who_came_meanwhile_is_well(world: Settings) -> None:
    await begin(world)
    came = []
    while await to_the_pause() is not None:
        came.append(await make_known_member())
        await pass_the_time()
    assert [await _phone(member.id) for member in came] == [member.phone for member in came]
    assert [await _versions(member.id) for member in came] == [1, 1]


async def test_it_waits_for_nobody_and_nobody_is_forgotten(world: Settings) -> None:
    """Who is held by somebody else is passed by, and taken once she is free; her value's row as well."""
    member, (addressee, _) = await make_known_member(), await make_addressee()
    await begin(world)
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE", member.id)
        seen = []
        async with asyncio.timeout(30):
            while not seen or seen[-1].busy != [member.id]:
                step = await rotation.take_step(SEALED_COLUMNS, 3600.0)
                assert step.progress is not None and step.progress.phase == Phase.GROW
                seen.append(step.progress)
        assert (await _versions(member.id), await _versions(addressee.id)) == (1, 2)
        await transaction.rollback()
        await to_the_pause()
        assert await _versions(member.id) == 2
        await pass_the_time()
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SELECT FROM member_address WHERE member_id = $1 FOR UPDATE", addressee.id)
        async with asyncio.timeout(30):
            while (step := await rotation.take_step(SEALED_COLUMNS, 3600.0)).progress is not None:
                if step.progress.busy == [addressee.id]:
                    break
        await transaction.rollback()
    await to_the_pause()
    await pass_the_time()
    assert await to_the_pause() is None
    assert await _versions(addressee.id) == 1
    assert len(await addresses.addresses(addressee.id)) == 1


async def test_killed_after_any_batch_it_goes_on(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other step is lost with its transaction, as of a process that was killed."""
    people = [await make_known_member() for _ in range(3)]
    await begin(world)
    save, saved = rotation._save, []

    async def sometimes(progress: rotation.Progress) -> None:
        saved.append(progress)
        await save(progress)
        if len(saved) % 2:
            raise ConnectionAbortedError

    monkeypatch.setattr(rotation, "_save", sometimes)
    lost = 0
    while await rotation.under_way():
        try:
            if await to_the_pause() is not None:
                await pass_the_time()
        except Exception:
            lost += 1
    assert lost > 5
    assert [await _phone(member.id) for member in people] == [member.phone for member in people]
    assert [await _versions(member.id) for member in people] == [1, 1, 1]
    assert {(await keyring_of(member.id)).newest for member in people} == {2}, "no key was added twice"


async def test_one_at_a_time_and_several_may_work_at_it(world: Settings) -> None:
    people = [await make_known_member() for _ in range(3)]
    await begin(world)
    assert not await rotation.begin(world, SEALED_COLUMNS)
    done = await asyncio.gather(*(rotation.proceed(SEALED_COLUMNS, wait_seconds=0.2) for _ in range(4)))
    assert done == [True] * 4
    assert [await _phone(member.id) for member in people] == [member.phone for member in people]
    assert [await _versions(member.id) for member in people] == [1, 1, 1]


async def test_members_who_became_another_are_passed_by(world: Settings) -> None:
    @transactional
    async def merge(gone: UUID, stays: UUID) -> None:
        await members.hold((gone, stays))
        await members.mark_merged(gone, stays)

    gone, stays = await make_known_member(), await make_known_member()
    await merge(gone.id, stays.id)
    await go_through(world)
    assert await database.fetchval("SELECT data_key FROM member WHERE id = $1", gone.id) is None
    assert await _phone(stays.id) == stays.phone
