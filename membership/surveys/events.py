"""What a response tells who stands above: a job in its transaction, which enrolment handles."""

from uuid import UUID

import msgspec

PROFILE_FILLED = "surveys.profile_filled"


class ProfileFilled(msgspec.Struct, frozen=True):
    """The answers of a member filled fields of her profile, and nothing required is missing in it."""

    member_id: UUID
