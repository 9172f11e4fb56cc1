"""Signing in with password and one-time code: once per code, uniform refusals, slow guessing, leaving."""

import asyncio
import time
from collections.abc import Iterator
from uuid import uuid4

import pyotp
import pytest

from foundation import database, limits, sessions
from foundation.errors import TooManyRequests, Unauthorized
from foundation.limits import Limit
from membership import staff
from membership.staff import Role, actions, passwords
from tests.makers.staff import PASSWORD, PRODUCTS_HASHER, QUICK_HASHER, MadeStaff, make_staff, use_hasher
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

ANY = Limit(requests=1_000, seconds=1, burst=1_000)


@pytest.fixture
def limited() -> Iterator[None]:
    """Rate limits, which the suite runs without, are on."""
    limits.use(enabled=True)
    yield
    limits.use(enabled=False)


def address() -> str:
    """A network address of one's own, so that tests don't share its limit."""
    return f"test-{uuid4().hex}"


async def sign_in(person: MadeStaff, *, steps: int = 0, at: str | None = None) -> sessions.SessionTokens:
    return await staff.sign_in(person.name, person.password, person.code(steps), address=at or address())


async def test_a_clerk_signs_in_with_her_role_and_store() -> None:
    store = await make_store()
    clerk = await make_staff(Role.CLERK, store_id=store.id)
    tokens = await sign_in(clerk)
    caller = await sessions.authenticate(staff.AUDIENCE, tokens.access_token, "t", ANY)
    assert caller.subject == clerk.id
    assert caller.claims == {"role": "clerk", "store": str(store.id)}
    view = await staff.get(clerk.id)
    assert view == staff.StaffView(clerk.id, clerk.name, Role.CLERK, store.id, store.code, store.name)


async def test_a_token_for_staff_is_not_one_for_members() -> None:
    tokens = await sign_in(await make_staff(Role.OPERATOR))
    with pytest.raises(Unauthorized):
        await sessions.authenticate("member", tokens.access_token, "t", ANY)


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_clocks_may_differ_by_one_step(steps: int) -> None:
    await sign_in(await make_staff(Role.OPERATOR), steps=steps)


def test_the_window_is_one_step_each_way() -> None:
    secret = passwords.new_totp_secret()
    now = 1_700_000_010.0
    codes = {steps: pyotp.TOTP(secret).at(now + 30 * steps) for steps in (-2, -1, 0, 1, 2)}
    found = {steps: passwords.matching_step(secret, code, at=now) for steps, code in codes.items()}
    current = int(now // 30)
    assert found == {-2: None, -1: current - 1, 0: current, 1: current + 1, 2: None}


async def test_a_code_works_once_and_none_before_it_afterwards() -> None:
    person = await make_staff(Role.OPERATOR)
    await sign_in(person)
    for steps in (0, -1):
        with pytest.raises(staff.CredentialsWrong):
            await sign_in(person, steps=steps)
    await sign_in(person, steps=1)


async def test_one_code_used_by_many_at_once_signs_one_in() -> None:
    person = await make_staff(Role.OPERATOR)
    results = await asyncio.gather(*(sign_in(person) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(result, sessions.SessionTokens) for result in results) == 1
    assert sum(isinstance(result, staff.CredentialsWrong) for result in results) == 5


@pytest.fixture
def products_hasher() -> Iterator[None]:
    """Passwords cost what they cost in the product."""
    use_hasher(PRODUCTS_HASHER)
    yield
    use_hasher(QUICK_HASHER)


@pytest.mark.usefixtures("products_hasher")
async def test_every_wrong_part_gets_the_same_answer_after_about_the_same_time() -> None:
    person = await make_staff(Role.OPERATOR)
    left = await make_staff(Role.OPERATOR)
    await staff.deactivate(left.id)
    await passwords.password_matches(None, "warm")

    async def refusal(name: str, password: str, code: str) -> tuple[str, float]:
        started = time.perf_counter()
        with pytest.raises(staff.CredentialsWrong) as refused:
            await staff.sign_in(name, password, code, address=address())
        return refused.value.message, time.perf_counter() - started

    wrong_code = "000000" if person.code() != "000000" else "000001"
    answers = [
        await refusal(f"nobody-{uuid4().hex}", PASSWORD, person.code()),
        await refusal(person.name, "not her password", person.code()),
        await refusal(person.name, PASSWORD, wrong_code),
        await refusal(left.name, PASSWORD, left.code()),
    ]
    assert len({message for message, _ in answers}) == 1
    # The password check is what takes time; an answer without it would come many times faster.
    assert max(seconds for _, seconds in answers) < 8 * min(seconds for _, seconds in answers)


@pytest.mark.usefixtures("limited")
async def test_guessing_from_one_address_becomes_slow() -> None:
    person = await make_staff(Role.OPERATOR)
    here = address()
    for _ in range(actions.GUESSES.burst):
        with pytest.raises(staff.CredentialsWrong):
            await staff.sign_in(person.name, "a wrong password", "000000", address=here)
    with pytest.raises(TooManyRequests):
        await sign_in(person, at=here)
    await sign_in(person)


@pytest.mark.usefixtures("limited")
async def test_one_address_can_not_try_many_names() -> None:
    here = address()
    for _ in range(actions.ADDRESS_GUESSES.burst):
        await limits.count(f"staff_sign_in:{here}", actions.ADDRESS_GUESSES)
    with pytest.raises(TooManyRequests):
        await staff.sign_in(f"nobody-{uuid4().hex}", PASSWORD, "000000", address=here)


@pytest.mark.usefixtures("limited")
async def test_who_knows_the_password_can_not_guess_the_code_from_many_addresses() -> None:
    person = await make_staff(Role.OPERATOR)
    for _ in range(actions.CODE_GUESSES.burst):
        with pytest.raises(staff.CredentialsWrong):
            await staff.sign_in(person.name, PASSWORD, "not a code", address=address())
    # Even the right code is refused now, and in the same words.
    with pytest.raises(staff.CredentialsWrong):
        await sign_in(person)


async def test_who_leaves_is_signed_out() -> None:
    person = await make_staff(Role.OPERATOR)
    tokens = await sign_in(person)
    await sessions.authenticate(staff.AUDIENCE, tokens.access_token, "t", ANY)
    await staff.deactivate(person.id)
    with pytest.raises(Unauthorized):
        await sessions.authenticate(staff.AUDIENCE, tokens.access_token, "t", ANY)
    with pytest.raises(Unauthorized):
        await sessions.refresh(staff.AUDIENCE, tokens.refresh_token)
    assert await staff.get(person.id) is None
    with pytest.raises(staff.StaffNotFound):
        await staff.deactivate(uuid4())


async def test_signing_out_ends_one_session() -> None:
    person = await make_staff(Role.OPERATOR)
    first, second = await sign_in(person), await sign_in(person, steps=1)
    caller = await sessions.authenticate(staff.AUDIENCE, first.access_token, "t", ANY)
    await staff.sign_out(caller.subject, caller.session)
    with pytest.raises(Unauthorized):
        await sessions.authenticate(staff.AUDIENCE, first.access_token, "t", ANY)
    await sessions.authenticate(staff.AUDIENCE, second.access_token, "t", ANY)


async def test_a_clerk_needs_a_store_and_a_name_belongs_to_one_person() -> None:
    with pytest.raises(Exception, match="staff_user_clerk_has_store"):
        await make_staff(Role.CLERK)
    person = await make_staff(Role.OPERATOR)
    with pytest.raises(staff.StaffNameTaken):
        await staff.make_staff(person.name, PASSWORD, Role.OPERATOR)
    with pytest.raises(staff.PasswordTooShort):
        await staff.make_staff("short", "elevenchars", Role.OPERATOR)


@pytest.mark.usefixtures("products_hasher")
async def test_what_is_stored_is_not_what_signs_in() -> None:
    person = await make_staff(Role.OPERATOR)
    row = await database.fetchrow("SELECT password_hash, totp_sealed FROM staff_user WHERE id = $1", person.id)
    assert row is not None
    assert row["password_hash"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    await sign_in(person)
    assert person.totp_secret.encode() not in row["totp_sealed"]


async def test_lost_credentials_are_replaced() -> None:
    person = await make_staff(Role.OPERATOR)
    tokens = await sign_in(person)
    assert await staff.has_totp_secret(person.name, person.totp_secret)
    renewed = await staff.reset_credentials(person.id, "another password")
    assert not await staff.has_totp_secret(person.name, person.totp_secret)
    assert await staff.has_totp_secret(person.name, renewed.totp_secret)
    assert not await staff.has_totp_secret(f"nobody-{uuid4().hex}", renewed.totp_secret)
    with pytest.raises(Unauthorized):
        await sessions.refresh(staff.AUDIENCE, tokens.refresh_token)
    with pytest.raises(staff.CredentialsWrong):
        await sign_in(person, steps=1)
    code = pyotp.TOTP(renewed.totp_secret).at(time.time() + 30)
    await staff.sign_in(person.name, "another password", code, address=address())
    assert await staff.find(person.name) == person.id
    with pytest.raises(staff.StaffNotFound):
        await staff.reset_credentials(uuid4(), "another password")
    with pytest.raises(staff.PasswordTooShort):
        await staff.reset_credentials(person.id, "short")
