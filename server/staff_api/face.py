"""The staff's door: `/staff/v1`, signed in by name, password and one-time code."""

from foundation.gates import SessionGate
from foundation.http import Face
from membership.staff import AUDIENCE, Role

EVERY_ROLE = tuple(role.value for role in Role)

staff = Face(
    "staff",
    "/staff/v1",
    SessionGate(AUDIENCE),
    title="Staff",
    description="For store staff, operators, moderators, experts, administrators and privacy officers.",
)
