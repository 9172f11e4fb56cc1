"""Many decide at once, one ends while many look: shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from uuid import UUID

from foundation import database
from foundation.transactions import transactional
from membership import authorizations, disclosures
from membership.disclosures import actions, holding
from membership.staff import Role
from tests.makers.disclosures import Case, approved, make_case, staff_of
from tests.makers.family_races import at_once

UNLOCKED = holding.LOCK.replace(" FOR NO KEY UPDATE", "")

PAUSE_SECONDS = 0.2
"""How long an ending waits for the look that it holds up; without the safeguard the look comes first."""
LONG_SECONDS = 10.0
"""For the controls: the look needs no more than its own time, however busy the machine is."""


async def decide_at_once(approvers: int) -> tuple[Counter[str], int]:
    """So many approve and as many refuse: (results, decisions in the audit)."""
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    people = [await staff_of(Role.PRIVACY_OFFICER) for _ in range(2 * approvers)]
    verbs = [lambda each=each: disclosures.approve(each, asked.id, unrelated=True) for each in people[:approvers]]  # type: ignore[misc]  # mypy: defaults of a lambda
    verbs += [lambda each=each: disclosures.refuse(each, asked.id) for each in people[approvers:]]  # type: ignore[misc]  # as above
    return await at_once(verbs), await _decisions(asked.id)


def expect_one_decision(outcome: tuple[Counter[str], int], approvers: int) -> None:
    assert outcome == ({"DisclosureView": 1, "AlreadyDecided": 2 * approvers - 1}, 1)


async def look_while_it_is_ended(seconds: float = PAUSE_SECONDS) -> str:
    """It is being ended when somebody looks: how the look ended."""
    case = await make_case()
    opened = await approved(case)
    return await _look_while(case, opened.id, end_by=await staff_of(Role.PRIVACY_OFFICER), seconds=seconds)


async def _look_while(case: Case, disclosure_id: UUID, *, end_by: UUID, seconds: float) -> str:
    began = asyncio.Event()

    async def look() -> object:
        await began.wait()
        return await disclosures.look(case.expert, disclosure_id)

    looking = asyncio.create_task(look())

    @transactional
    async def end() -> None:
        await database.fetchval(holding.LOCK, disclosure_id)
        await database.execute(actions.END, disclosure_id, end_by)
        began.set()
        await asyncio.wait({looking}, timeout=seconds)

    _, result = await asyncio.gather(end(), looking, return_exceptions=True)
    return type(result).__name__


def expect_not_seen(result: str) -> None:
    assert result == "NotOpen"


async def withdraw_while_many_look(looks: int) -> tuple[Counter[str], Counter[str], int]:
    """The guardian takes back while many look: (results, those of a look afterwards, looks that were written down)."""
    case = await make_case()
    opened = await approved(case)
    results = await at_once(
        [lambda: disclosures.look(case.expert, opened.id)] * looks
        + [lambda: authorizations.withdraw(case.mother.id, ["expert"])]  # type: ignore[list-item]  # verbs of two kinds
    )
    after = await at_once([lambda: disclosures.look(case.expert, opened.id)])
    return results, after, (await disclosures.disclosure(opened.id)).looks


def expect_every_look_written_down(outcome: tuple[Counter[str], Counter[str], int], looks: int) -> None:
    results, after, written = outcome
    assert results["Value"] + results["GuardianNotAuthorizing"] == looks
    assert (results["AuthorizationView"], written) == (1, results["Value"])
    assert after == {"GuardianNotAuthorizing": 1}


async def _decisions(disclosure_id: UUID) -> int:
    count: int = await database.fetchval(
        "SELECT count(*) FROM audit_entry WHERE subject = 'disclosure' AND subject_id = $1"
        " AND action IN ('disclosure.approved', 'disclosure.refused')",
        str(disclosure_id),
    )
    return count
