"""`muying retention` and `muying data-map`: what an operator reads; the alarm where Prometheus and a prober look."""

import argparse
import asyncio
import re
import subprocess
import sys
from uuid import uuid4

import httpx
import pytest

from foundation import clock
from foundation.settings import Settings, new_secrets
from foundation.startup import CannotStart
from membership import babies, privacy
from membership.babies import BabyDetails
from membership.privacy import retention as works
from server import data_map, retention
from server.commands.data_map import run as print_map
from tests.makers.babies import make_mother
from tests.makers.keys import as_written
from tests.makers.retention import REFUSAL, make_refusals, refused, rule_of
from tests.server.test_development import ROOT, environment_of


async def test_the_report_names_every_limit(world: object) -> None:
    lines = await retention.report()
    assert lines[0].endswith("(in time).")
    text = "\n".join(lines)
    assert [rule.name for rule in data_map.whole().rules() if f"  {rule.name} " not in text] == []


async def test_a_run_by_hand(world: object, capsys: pytest.CaptureFixture[str]) -> None:
    members = await make_refusals(rule_of(REFUSAL).after.days + 1)
    (last,) = await retention.run()
    assert re.fullmatch(r"All \d+ time limits are kept\.", last)
    lines = capsys.readouterr().out.splitlines()
    assert any(re.fullmatch(rf"{REFUSAL}: [1-9]\d* rows deleted", line) for line in lines)
    assert await refused(members) == [False]


async def test_a_run_says_what_became_of_a_pregnancy_and_no_more(
    world: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """A child whose pregnancy is void is there as before: "1 destroyed" would frighten whoever reads it."""
    mother = await make_mother()
    born_on = clock.add_months(clock.today(), -12)
    (child,) = await babies.add(
        mother.id, [BabyDetails(nickname="小满", birth_date=born_on, gestation_days_at_birth=280)]
    )
    await retention.run()
    (line,) = [each for each in capsys.readouterr().out.splitlines() if each.startswith("babies.void_pregnancies: ")]
    assert re.fullmatch(
        r"babies\.void_pregnancies: [1-9]\d* pregnancies voided; what is known of a child stays, .*", line
    )
    assert "destroyed" not in line
    assert (await babies.open_baby(mother.id, child.id)).details.gestation_days_at_birth is None


async def test_a_work_that_fails_is_named_where_it_stood(
    world: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> int:
        raise RuntimeError

    async def four() -> int:
        return 4

    monkeypatch.setattr(works, "works", lambda: {"wish": four, "cart.note": four, "broken": fail})
    with pytest.raises(CannotStart, match="these failed, and the log says why: broken"):
        await retention.run()
    told = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")]
    assert told == ["wish: 4 rows deleted", "cart.note: 4 values emptied", "broken: failed"]


async def test_a_proof_of_nothing_says_what_to_give(world: object) -> None:
    with pytest.raises(CannotStart, match="muying retention proof wish <id>"):
        await retention.proof("wish", [])


async def test_a_proof_or_the_sentence_that_there_is_none(world: object) -> None:
    (member,) = await make_refusals(0)
    with pytest.raises(CannotStart, match="No destruction of exactly this"):
        await retention.proof(REFUSAL, [str(member)])
    await retention.run()
    (member,) = await make_refusals(100)
    await retention.run()
    (line,) = await retention.proof(REFUSAL, [str(member)])
    assert line.startswith(f"{REFUSAL}, 1 of it: 31 days by refused_at, destroyed at 20")


async def test_a_run_that_failed_says_at_what(world: object, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_heard: object) -> dict[str, int]:
        raise privacy.RetentionFailed("wish")

    monkeypatch.setattr(privacy, "apply_time_limits", fail)
    with pytest.raises(CannotStart, match="these failed, and the log says why: wish"):
        await retention.run()


def test_the_map_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_map(argparse.Namespace()) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Data map") and "## wish" in printed


async def test_the_figure_and_the_prober_show_it(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = (await api.get("/metrics")).text
    (seconds,) = re.findall(r"^muying_retention_last_run_seconds(?:{.*})? (\S+)$", figures, re.MULTILINE)
    assert 0 <= float(seconds) < privacy.ALARM_AFTER.total_seconds()
    assert (await api.get("/readyz")).json()["retention"] == "ok"

    async def two_days() -> float:
        return 2 * 86400.0

    monkeypatch.setattr(privacy, "seconds_since_last_run", two_days)
    answer = await api.get("/readyz")
    assert (answer.status_code, answer.json()["retention"]) == (200, "late")


async def test_an_operator_finds_it_late_and_runs_it(world: Settings) -> None:
    """As processes of their own."""

    async def muying(*arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = environment_of(
            world.home,
            world.port,
            MUYING_ENV="test",
            DATABASE_URL=world.database_url,
            REDIS_URL=world.redis_url,
            WECHAT_APP_ID=world.wechat.app_id,
            WECHAT_APP_SECRET=world.wechat.app_secret,
            WECHAT_CALLBACK_TOKEN=world.wechat.callback_token,
            WECHAT_CALLBACK_AES_KEY=world.wechat.callback_aes_key,
            **new_secrets() | {"MUYING_ENCRYPTION_KEYS": as_written(*world.encryption_keys)},
        )
        command = [sys.executable, "-m", "server", "retention", *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True
        )

    members = await make_refusals(rule_of(REFUSAL).after.days + 1)
    told = await muying("run")
    assert (told.returncode, f"{REFUSAL}: " in told.stdout) == (0, True), told.stderr
    assert await refused(members) == [False]
    told = await muying("report")
    assert (told.returncode, told.stdout.splitlines()[0].endswith("0.0 hours ago (in time).")) == (0, True), told.stderr
    assert "boxes out of which old messages went" in (await muying("run")).stdout
    told = await muying("proof")
    assert (told.returncode, told.stdout) == (2, "")
    assert "`muying retention proof baby <id>" in told.stderr
    told = await muying("proof", "baby", str(uuid4()))
    assert (told.returncode, told.stdout) == (2, "")
    assert "No destruction of exactly this is recorded" in told.stderr
