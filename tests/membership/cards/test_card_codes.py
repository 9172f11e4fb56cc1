"""Codes: what they say, how a till reads them, and why some are refused."""

import asyncio
import base64
import time
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from foundation import cache, database, tokens
from foundation.errors import Problem, Unavailable
from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import cards, members
from membership.cards import codes
from membership.cards.keys import keys
from membership.stores import StoreView
from tests.makers.stores import make_store

TILL = "POS-1"


@transactional
async def make_member() -> members.MemberView:
    made = await members.make_by_phone(f"+8613{uuid4().int % 10**9:09d}")
    member = await members.get(made)
    assert member is not None
    return member


@pytest.fixture
async def member(world: Settings) -> members.MemberView:
    return await make_member()


@pytest.fixture
async def store(world: Settings) -> StoreView:
    return await make_store()


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    jti = base64.urlsafe_b64encode((3 * 10**17).to_bytes(8, "big")).decode().rstrip("=")
    return {"aud": "card", "sub": "1" * 12, "jti": jti, "nbf": now, "exp": now + 60} | changes


def verify_offline(token: str, *, at_its_time: bool = True) -> dict[str, object]:
    """As a till does, with nothing but the public keys."""
    kid = jwt.get_unverified_header(token)["kid"]
    [key] = [key for key in cards.public_keys() if key.kid == kid]
    assert (key.kty, key.crv, key.alg) == ("OKP", "Ed25519", "EdDSA")
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key.x + "="))
    times = {"verify_nbf": at_its_time, "verify_exp": at_its_time}
    return dict(jwt.decode(token, public, algorithms=["EdDSA"], audience="card", options=times))


async def refusal(text: str, store: StoreView) -> str:
    with pytest.raises(Problem) as refused:
        await cards.scan(text, store.id, TILL)
    return refused.value.code


async def test_a_code_verifies_offline_and_names_only_the_card(member: members.MemberView) -> None:
    [code] = await cards.issue_codes(member.id, 1)
    said = verify_offline(code.qr)
    assert said["sub"] == member.number
    assert set(said) == {"aud", "sub", "jti", "nbf", "exp"}
    assert len(code.qr) <= 251  # what a QR code of version 11 holds at level M
    assert code.barcode is not None and len(code.barcode) == 18 and code.barcode.isdigit()


async def test_ten_codes_follow_one_another_for_ten_minutes(member: members.MemberView) -> None:
    before = int(time.time())
    issued = await cards.issue_codes(member.id, 10)
    ends = [int(code.expires_at.timestamp()) for code in issued]
    assert ends[0] - before in (60, 61)
    assert ends == [ends[0] + 60 * turn for turn in range(10)]
    minutes = [verify_offline(code.qr, at_its_time=False) for code in issued]
    assert [(said["nbf"], said["exp"]) for said in minutes] == [(end - 60, end) for end in ends]
    assert len({code.qr for code in issued} | {code.barcode for code in issued}) == 20


async def test_a_scan_says_who_it_is_and_uses_the_code(member: members.MemberView, store: StoreView) -> None:
    [code] = await cards.issue_codes(member.id, 1)
    card = await cards.scan(code.qr, store.id, TILL)
    assert (card.member_id, card.number, card.name) == (member.id, member.number, "会员")
    assert await refusal(code.qr, store) == "card_code_used"


async def test_digits_and_token_are_one_code(member: members.MemberView, store: StoreView) -> None:
    [code] = await cards.issue_codes(member.id, 1)
    assert code.barcode is not None
    assert (await cards.scan(code.barcode, store.id, TILL)).member_id == member.id
    assert await refusal(code.barcode, store) == "card_code_used"
    assert await refusal(code.qr, store) == "card_code_used"


async def test_a_later_code_is_early(member: members.MemberView, store: StoreView) -> None:
    *_, later = await cards.issue_codes(member.id, 2)
    assert later.barcode is not None
    assert await refusal(later.qr, store) == "card_code_early"
    assert await refusal(later.barcode, store) == "card_code_early"


async def test_a_screenshot_is_expired_and_the_words_say_what_to_do(
    member: members.MemberView, store: StoreView
) -> None:
    [old] = codes.new_codes(member.number, 1, int(time.time()) - 60 - codes.TOLERANCE_SECONDS)
    with pytest.raises(cards.CardCodeExpired) as refused:
        await cards.scan(codes.write_token(old), store.id, TILL)
    assert "请让顾客刷新会员码" in refused.value.message
    [just] = codes.new_codes(member.number, 1, int(time.time()) - 60)
    assert (await cards.scan(codes.write_token(just), store.id, TILL)).member_id == member.id


async def test_old_digits_are_expired_and_strange_ones_unknown(
    member: members.MemberView, store: StoreView, monkeypatch: pytest.MonkeyPatch
) -> None:
    [code] = await cards.issue_codes(member.id, 1)
    assert code.barcode is not None
    assert await refusal("987654321098765432", store) == "card_code_unknown"
    later = time.time() + 70
    monkeypatch.setattr("membership.cards.actions.time.time", lambda: later)
    assert await refusal(code.barcode, store) == "card_code_expired"


@pytest.mark.parametrize(
    "text",
    [
        "6901234567892",  # the barcode of an article
        "134567890123456789",  # a payment code
        "https://example.com/a.b.c",
        "会员",
        "a.b",
        "x" * 600,
    ],
)
async def test_other_codes_are_called_foreign(text: str, store: StoreView) -> None:
    assert await refusal(text, store) == "card_code_foreign"


async def test_an_access_token_is_no_card(member: members.MemberView, store: StoreView) -> None:
    assert await refusal(tokens.issue("member", member.id, uuid4()), store) == "card_code_foreign"


async def test_what_we_signed_for_something_else_is_no_card(store: StoreView) -> None:
    token = keys().sign(claims(aud="coupon"))
    assert await refusal(token, store) == "card_code_foreign"


async def test_forged_codes(member: members.MemberView, store: StoreView) -> None:
    mine = Ed25519PrivateKey.generate()
    headers = {"kid": keys().current}
    assert await refusal(jwt.encode(claims(), mine, algorithm="EdDSA", headers=headers), store) == "card_code_forged"
    assert (
        await refusal(jwt.encode(claims(), mine, algorithm="EdDSA", headers={"kid": "zz"}), store) == "card_code_forged"
    )
    assert await refusal(jwt.encode(claims(), None, algorithm="none", headers=headers), store) == "card_code_forged"
    # The public key as an HMAC secret: the classic confusion of algorithms.
    public = keys().public[keys().current].public_bytes_raw()
    assert await refusal(jwt.encode(claims(), public, algorithm="HS256", headers=headers), store) == "card_code_forged"
    [code] = await cards.issue_codes(member.id, 1)
    head, body, signature = code.qr.split(".")
    changed = body[:-3] + ("A" if body[-3] != "A" else "B") + body[-2:]
    assert await refusal(f"{head}.{changed}.{signature}", store) == "card_code_forged"
    assert await refusal("a.b.c", store) == "card_code_forged"
    assert await refusal("e30.W10.c2ln", store) == "card_code_forged"  # claims that are a list


async def test_signed_claims_of_the_wrong_shape_are_forged(store: StoreView) -> None:
    for changes in ({"nbf": "soon"}, {"jti": "!"}, {"jti": "A" * 30}, {"sub": 5}, {"exp": None}):
        assert await refusal(keys().sign(claims(**changes)), store) == "card_code_forged", changes


async def test_a_card_that_does_not_exist_is_unknown(store: StoreView) -> None:
    assert await refusal(keys().sign(claims()), store) == "card_code_unknown"


async def test_a_banned_member_is_blocked_and_the_code_stays_unused(
    member: members.MemberView, store: StoreView
) -> None:
    [code] = await cards.issue_codes(member.id, 1)
    await members.ban(member.id, "测试", by=new_id())
    assert await refusal(code.qr, store) == "card_blocked"
    assert not await database.fetchval("SELECT count(*) FROM card_code_use WHERE member_id = $1", member.id)


async def test_of_many_scans_of_one_code_one_wins(member: members.MemberView, store: StoreView) -> None:
    [code] = await cards.issue_codes(member.id, 1)
    results = await asyncio.gather(
        *(cards.scan(code.qr, store.id, f"POS-{till}") for till in range(30)), return_exceptions=True
    )
    won = [result for result in results if isinstance(result, cards.ScannedCard)]
    assert len(won) == 1
    assert sum(isinstance(result, cards.CardCodeUsed) for result in results) == 29


async def test_without_redis_tokens_go_on_and_digits_say_wait(
    member: members.MemberView, store: StoreView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "usable", lambda: False)
    [code] = await cards.issue_codes(member.id, 1)
    assert code.barcode is None
    assert (await cards.scan(code.qr, store.id, TILL)).member_id == member.id
    with pytest.raises(Unavailable):
        await cards.scan("987654321098765432", store.id, TILL)


async def test_ten_codes_cost_one_round_trip_to_redis(
    member: members.MemberView, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cards.issue_codes(member.id, 1)
    trips = []
    pipeline_class = type(cache.client().pipeline())
    execute = pipeline_class.execute

    async def counted(self: object, *arguments: object, **options: object) -> object:
        trips.append(len(self.command_stack))  # type: ignore[attr-defined]  # the pipeline's own list
        return await execute(self, *arguments, **options)

    monkeypatch.setattr(pipeline_class, "execute", counted)
    monkeypatch.setattr(database, "fetchval", None)  # the number is known: PostgreSQL is not asked at all
    await cards.issue_codes(member.id, 10)
    assert trips == [10]
