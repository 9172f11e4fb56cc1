"""Incidents of payments over HTTP: who may see what a person must look at."""

import httpx
import pytest

from foundation.ids import new_id
from foundation.transactions import transactional
from membership.payments.incidents import record_incident
from membership.staff import Role
from tests.makers.payments import make_payment
from tests.server.staff_api.test_staff_members import headers_of

PATH = "/staff/v1/payment-incidents"
record = transactional(record_incident)


async def test_the_newest_first_and_each_once(api: httpx.AsyncClient) -> None:
    payment, headers = await make_payment(), await headers_of(api, Role.OPERATOR)
    references = [new_id().hex for _ in range(2)]
    for reference in (references[0], references[0], references[1]):
        await record(payment.id, "wrong_amount", reference, expected_fen=100, came_fen=1)
    page = (await api.get(PATH, params={"limit": 1}, headers=headers)).json()
    rest = (await api.get(PATH, params={"limit": 1, "cursor": page["next_cursor"]}, headers=headers)).json()
    found = [*page["items"], *rest["items"]]
    assert [each["reference"] for each in found] == references[::-1]
    assert {each["payment_id"] for each in found} == {str(payment.id)}
    assert found[0]["details"] == {"expected_fen": 100, "came_fen": 1}


@pytest.mark.parametrize("role", [Role.CLERK, Role.MODERATOR, Role.EXPERT, Role.PRIVACY_OFFICER])
async def test_others_may_not(api: httpx.AsyncClient, role: Role) -> None:
    assert (await api.get(PATH, headers=await headers_of(api, role))).status_code == 403
