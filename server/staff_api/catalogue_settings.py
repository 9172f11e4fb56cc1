"""What the staff sets for the whole catalogue: the policy for what the law forbids to promote, and what a can earns."""

from typing import Annotated

from msgspec import Meta

from foundation.http import Body, Caller, View
from membership import catalogue
from membership.staff import Role
from server.staff_api.face import staff
from server.staff_api.products import READERS, FormulaStage, Reason


class SettingsIn(Body):
    """`refused_stages` of formula may not be promoted; an average can earns `points_per_can`."""

    refused_stages: Annotated[list[FormulaStage], Meta(max_length=4)]
    points_per_can: Annotated[int, Meta(ge=1, le=1_000_000)]
    reason: Reason


class SettingsOut(View):
    refused_stages: list[int]
    points_per_can: int


@staff.get("/catalogue/settings", who=READERS)
async def catalogue_settings() -> SettingsOut:
    """Which stages of formula may not be promoted, and what a can earns."""
    found = await catalogue.settings()
    return SettingsOut(found.refused_stages, found.points_per_can)


@staff.post("/catalogue/settings", who=(Role.ADMINISTRATOR.value,))
async def set_catalogue_settings(caller: Caller, body: SettingsIn) -> SettingsOut:
    """Change them. Products of a stage that is refused from now on leave the shelf."""
    found = await catalogue.set_settings(caller.subject, body.refused_stages, body.points_per_can, body.reason)
    return SettingsOut(found.refused_stages, found.points_per_can)
