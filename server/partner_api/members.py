"""Members whom a till makes by their phone."""

from typing import Annotated

from msgspec import Meta

from foundation.http import Body, Limit, View
from membership import enrolment, stores
from membership.stores import StoreCode
from server.partner_api.face import PARTNER, partner
from server.partner_api.signatures import Till

REGISTRATION_LIMIT = Limit(requests=600, seconds=60, burst=120)
"""Many shops at their busiest; too few to learn which phones of a country are known."""


class MemberIn(Body):
    phone: Annotated[str, Meta(min_length=5, max_length=24)]
    """A Chinese mobile number, or E.164; as the customer said it to the clerk."""
    store: StoreCode


class MemberOut(View):
    number: str
    name: str
    """Masked."""
    is_new: bool


@partner.post("/members", who=PARTNER, limit=REGISTRATION_LIMIT, refuses=(stores.StoreUnknown,))
async def post_member(caller: Till, body: MemberIn) -> MemberOut:
    """Register a customer by her phone.

    A phone that is known already gives the member it belongs to. Once she verifies the phone in the mini-program, what
    she earned until then is there."""
    store_id = (await stores.of_partner(caller.partner_id, body.store)).id
    registered = await enrolment.register_at_store(body.phone, store_id, caller.partner_id)
    return MemberOut(number=registered.member.number, name=registered.member.name_masked, is_new=registered.is_new)
