"""The mothers' door: `/api/v1`, signed in by WeChat."""

from foundation.gates import SessionGate
from foundation.http import Face

AUDIENCE = "member"

mothers = Face(
    "mothers",
    "/api/v1",
    SessionGate(AUDIENCE),
    title="Mini-program",
    description="For mothers, in the mini-program. Signed in by WeChat: an access token and a refresh token.",
)
