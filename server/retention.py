"""The time limits from the command line: where they stand, a run by hand, and the proof that something is gone."""

import importlib
import sys

from foundation.settings import Settings
from foundation.startup import CannotStart
from membership import privacy
from server import house, migrate, parts
from server.provisioning import Lines
from server.worker import STATEMENT_MILLISECONDS


async def up(settings: Settings) -> None:
    """The house as a worker has it: whoever keeps something of a baby hears when it is destroyed."""
    await migrate.check(settings)
    for module in parts.JOBS:
        importlib.import_module(module)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)


async def report() -> Lines:
    """How long ago the job ran, how every time limit is kept, and what was destroyed in the last 30 days."""
    found = await privacy.report()
    state = "LATE: the worker's log says why" if found.is_late else "in time"
    return [
        f"The retention job last finished {found.seconds_since_last_run / 3600:.1f} hours ago ({state}).",
        "",
        "Time limits:",
        *(_rule(rule) for rule in found.rules),
        "",
        "Destroyed in the last 30 days:",
        *(
            f"  {each.what:28} {each.rule}: {each.rows} in {each.records} records, last at {each.last_at:%F %T%z}"
            for each in found.destroyed
        ),
    ]


def _rule(rule: privacy.RuleReport) -> str:
    run = rule.run
    ran = "never run" if run.finished_at is None else f"last run {run.finished_at:%F %T%z} with {run.rows} rows"
    oldest = "" if rule.oldest_days is None else f"; oldest {rule.oldest_days:.1f} days"
    late = f"; LATE, {rule.overdue} rows overdue" if rule.is_late else "; in time"
    return f"  {rule.name:28} {rule.rule}; {ran}{oldest}{late}"


async def run() -> Lines:
    """Applies the time limits now, and prints each while it is at it. Raises `CannotStart` when something could not be
    done."""
    teller = _Teller()
    try:
        done = await privacy.apply_time_limits(teller)
    except privacy.RetentionFailed as error:
        raise CannotStart(f"Everything else was done; these failed, and the log says why: {error}.") from error
    finally:
        teller.end()
    return [f"All {len(done)} time limits are kept."]


class _Teller:
    """A line for each work: its name when it begins, what came of it when it is done."""

    def __init__(self) -> None:
        self._begun = False

    def __call__(self, name: str, rows: int | None) -> None:
        if rows is None:
            self.end()
            self._write(f"{name}: ")
        else:
            self._write(f"{privacy.done_in_words(name, rows)}\n")
        self._begun = rows is None

    def end(self) -> None:
        """Whatever has begun and was not done has failed."""
        if self._begun:
            self._write("failed\n")
        self._begun = False

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


async def proof(what: str, ids: list[str]) -> Lines:
    """What is recorded of the destruction of exactly these ids. Raises `CannotStart` when nothing is."""
    if not ids:
        raise CannotStart(
            "Name what was destroyed by its ids, all that went together:"
            f" `muying retention proof {what} <id> [<id> …]`."
            " The first word is `baby`, or a table as the data map names it."
        )
    found = await privacy.proofs(what, ids)
    if not found:
        raise CannotStart(f"No destruction of exactly this is recorded: {what} {' '.join(ids)}.")
    return [f"{each.what}, {each.rows} of it: {each.rule}, destroyed at {each.destroyed_at:%F %T%z}" for each in found]
