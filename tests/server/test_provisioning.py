"""Stores, partners and staff from the command line: what is printed works, what is wrong is a sentence."""

import asyncio
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pyotp
import pytest

from foundation.settings import Settings, new_secrets
from foundation.startup import CannotStart
from membership import staff, stores
from membership.staff import Role
from server import provisioning
from server.provisioning import Lines
from tests.makers.keys import masters_of
from tests.server.test_development import ROOT, environment_of


def new_name(kind: str) -> str:
    return f"{kind}-{uuid4().hex[:12]}"


def new_code() -> str:
    return "P" + uuid4().hex[:11].upper()


def shown(lines: Lines, what: str) -> str:
    """The value on the line that begins with these words."""
    (line,) = (line for line in lines if line.startswith(f"{what}  "))
    return line.removeprefix(what).strip()


async def partner_id(name: str) -> UUID:
    found = await stores.find_partner(name)
    assert found is not None
    return found


async def test_a_partner_gets_a_key_that_signs(world: Settings) -> None:
    name = new_name("partner")
    lines = await provisioning.add_partner(name)
    known = await stores.signing_secrets(shown(lines, "key id"))
    assert known == stores.PartnerSecret(await partner_id(name), shown(lines, "secret").encode())
    with pytest.raises(CannotStart, match=name):
        await provisioning.add_partner(name)


async def test_keys_are_replaced_two_at_a_time(world: Settings) -> None:
    name = new_name("partner")
    first = shown(await provisioning.add_partner(name), "key id")
    second = shown(await provisioning.add_partner_key(name), "key id")
    with pytest.raises(CannotStart, match=first):
        await provisioning.add_partner_key(name)
    await provisioning.revoke_partner_key(name, first)
    assert await stores.signing_secrets(first) is None
    assert await stores.signing_secrets(second) is not None
    with pytest.raises(CannotStart, match=second):
        await provisioning.revoke_partner_key(name, first)
    third = shown(await provisioning.add_partner_key(name), "key id")
    assert await stores.live_keys(await partner_id(name)) == [second, third]


async def test_a_key_is_revoked_by_its_own_partner(world: Settings) -> None:
    name, other = new_name("partner"), new_name("partner")
    await provisioning.add_partner(name)
    others = shown(await provisioning.add_partner(other), "key id")
    with pytest.raises(CannotStart):
        await provisioning.revoke_partner_key(name, others)
    assert await stores.live_keys(await partner_id(other)) == [others]


async def test_a_store_stands_with_its_partner(world: Settings) -> None:
    name, code, alone = new_name("partner"), new_code(), new_code()
    await provisioning.add_partner(name)
    await provisioning.add_store(code, "徐汇店", "上海市徐汇区1号", partner=name)
    await provisioning.add_store(alone, "静安店", "上海市静安区1号")
    store, other = await stores.find(code), await stores.find(alone)
    assert store is not None
    assert other is not None
    assert (store.name, store.address, store.open) == ("徐汇店", "上海市徐汇区1号", True)
    assert (store.partner_id, other.partner_id) == (await partner_id(name), None)
    with pytest.raises(CannotStart, match=code):
        await provisioning.add_store(code, "另一家", "上海市")
    web = new_code()
    await provisioning.add_store(web, "网店", "线上", return_days=7)
    assert [shop.return_days for shop in (await stores.find(web), store) if shop is not None] == [7, 0]


async def test_an_administrator_signs_in_with_what_was_printed(world: Settings) -> None:
    name = new_name("admin")
    lines = await provisioning.add_staff(name, "administrator")
    (uri,) = (line for line in lines if line.startswith("otpauth://totp/"))
    assert parse_qs(urlsplit(uri).query) == {"secret": [shown(lines, "TOTP secret")], "issuer": [provisioning.ISSUER]}
    code = pyotp.parse_uri(uri)
    assert isinstance(code, pyotp.TOTP)
    await staff.sign_in(name, shown(lines, "password"), code.now(), address="provisioning")
    with pytest.raises(CannotStart, match=name):
        await provisioning.add_staff(name, "operator")


async def test_a_clerk_belongs_to_her_store(world: Settings) -> None:
    name, code = new_name("clerk"), new_code()
    await provisioning.add_store(code, "徐汇店", "上海市徐汇区1号")
    await provisioning.add_staff(name, "clerk", store=code)
    clerk_id = await staff.find(name)
    assert clerk_id is not None
    clerk = await staff.get(clerk_id)
    assert clerk is not None
    assert (clerk.role, clerk.store_code) == (Role.CLERK, code)


async def test_what_is_wrong_is_a_sentence_and_makes_nothing(world: Settings) -> None:
    code, name = new_code(), new_name("somebody")
    await provisioning.add_store(code, "徐汇店", "上海市徐汇区1号")
    wrong = [
        provisioning.add_store("sh-1", "店", "上海市"),
        provisioning.add_store(new_code(), "店" * 65, "上海市"),
        provisioning.add_store(new_code(), "店", " "),
        provisioning.add_store(new_code(), "店", "上海市", return_days=366),
        provisioning.add_store(new_code(), "店", "上海市", return_days=-1),
        provisioning.add_store(new_code(), "店", "上海市", partner="nobody"),
        provisioning.add_partner(""),
        provisioning.add_partner("a\x00"),
        provisioning.add_partner("\udcff"),
        provisioning.add_partner_key("nobody"),
        provisioning.revoke_partner_key("nobody", "pk_0"),
        provisioning.add_staff(name, "queen"),
        provisioning.add_staff(name, "clerk"),
        provisioning.add_staff(name, "clerk", store="NOSUCH"),
        provisioning.add_staff(name, "expert", store=code),
        provisioning.add_staff("n" * 65, "expert"),
    ]
    for verb in wrong:
        with pytest.raises(CannotStart, match=r"[.]$"):
            await verb
    assert await staff.find(name) is None


async def test_the_commands_in_production(world: Settings) -> None:
    """As an operator meets them: processes of their own, in production, where the seeds refuse."""
    environment = environment_of(
        world.home,
        world.port,
        MUYING_ENV="production",
        DATABASE_URL=world.database_url,
        REDIS_URL=world.redis_url,
        WECHAT_APP_ID=world.wechat.app_id,
        WECHAT_APP_SECRET=world.wechat.app_secret,
        WECHAT_CALLBACK_TOKEN=world.wechat.callback_token,
        WECHAT_CALLBACK_AES_KEY=world.wechat.callback_aes_key,
        **new_secrets() | masters_of(world),
    )

    async def muying(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "server", *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )

    name, person, code = new_name("partner"), new_name("clerk"), new_code()
    made = await muying("add-partner", name)
    assert made.returncode == 0, made.stderr
    key_id = shown(made.stdout.splitlines(), "key id")
    assert await stores.live_keys(await partner_id(name)) == [key_id]
    again = await muying("add-partner", name)
    assert (again.returncode, again.stdout, again.stderr) == (2, "", f"Another partner is called {name}.\n")
    opened = await muying("add-store", code, "徐汇店", "上海市徐汇区1号", "--partner", name)
    assert (opened.returncode, opened.stdout) == (0, f"Store {code} is open.\n")
    joined = await muying("add-staff", person, "clerk", "--store", code)
    assert (joined.returncode, await staff.find(person) is not None) == (0, True)
    assert (await muying("partner-key", name)).returncode == 0
    revoked = await muying("partner-key", name, "--revoke", key_id)
    assert revoked.returncode == 0, revoked.stderr
    assert key_id not in await stores.live_keys(await partner_id(name))
