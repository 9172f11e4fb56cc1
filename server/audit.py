"""The audit from the command line: checking it, and declaring what a restored backup lost."""

import sys
import time

from foundation import audit_chain, audit_check, audit_heads, database
from foundation.audit_check import Report
from foundation.settings import Settings
from foundation.startup import CannotStart
from server import house, migrate
from server.provisioning import Lines

STATEMENT_MILLISECONDS = 60_000
TELL_SECONDS = 5.0
MOST_NAMED = 20
LONGEST_REASON = 200
AFTER_A_RESTORE = (
    "If a backup was restored, this is what it lost: `muying audit give-up --reason 'backup of 3 May restored'` says so"
    " for good, and new entries are linked again. If none was, somebody cut it off: touch nothing and find out who."
)


async def up(settings: Settings) -> None:
    """The house, with time for statements that go through the whole table."""
    await migrate.check(settings)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)


async def verify() -> int:
    """Checks every entry, prints how far it is and what is wrong; 0 when nothing is, else 1."""
    started = time.perf_counter()
    report = await audit_check.check(_Teller())
    _print_report(report, time.perf_counter() - started)
    return 1 if report.findings else 0


async def give_up(reason: str) -> Lines:
    """After a backup was restored: signs that what older heads say beyond the end of the table is lost, and why.

    Raises `CannotStart` when there is nothing to give up, or when more is wrong than that.
    """
    if not (reason.strip() and reason.isprintable() and len(reason) <= LONGEST_REASON):
        raise CannotStart(
            f"Say why, in 1 to {LONGEST_REASON} printable characters: --reason 'backup of 3 May restored'."
        )
    report = await audit_check.check(_Teller())
    cut = [finding for finding in report.findings if finding.kind == "cut"]
    if not cut:
        raise CannotStart("No head says more than the table: there is nothing to give up.")
    worse = [each for each in report.findings if each.kind not in ("cut", "not_linked", "not_signed")]
    if worse:
        raise CannotStart(f"More is wrong than a lost tail, and stays so: {worse[0].sentence}")
    tip = await database.fetchrow(audit_chain.TIP)
    seq, tip_hash = (0, audit_chain.BEGINNING) if tip is None else (tip["seq"], tip["hash"])
    await audit_heads.sign(seq, tip_hash, await database.fetchval("SELECT now()"), reason)
    return [f"{cut[0].sentence} That is signed as given up, and told by every check: {reason}"]


def _print_report(report: Report, seconds: float) -> None:
    for head in report.given_up:
        _tell(f"given up  everything after link {head.seq}, on {head.at:%Y-%m-%d %H:%M} UTC: {head.given_up}")
    for finding in report.findings[:MOST_NAMED]:
        _tell(f"{finding.kind:10}  {finding.sentence}")
    if len(report.findings) > MOST_NAMED:
        _tell(f"… and {len(report.findings) - MOST_NAMED} more.")
    if any(finding.kind == "cut" for finding in report.findings):
        _tell(AFTER_A_RESTORE)
    state = "BROKEN" if report.findings else "whole"
    _tell(
        f"{state}: {report.entries:,} entries in the chain, {report.waiting} waiting for the next minute,"
        f" {report.heads} signed heads, {seconds:.1f} s."
    )


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class _Teller:
    """Prints how many entries were checked, every few seconds."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def __call__(self, entries: int) -> None:
        if time.monotonic() - self._at > TELL_SECONDS:
            _tell(f"{entries:12,} entries")
            self._at = time.monotonic()
