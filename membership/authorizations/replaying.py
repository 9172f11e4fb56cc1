"""Steps: what she took back is written down outside, and is taken back once more in a restored database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database, stones
from foundation.transactions import within_transaction
from membership import members
from membership.authorizations.models import PURPOSES, Purpose

KIND = "authorizations.taken_back"

# What she gave after that is not touched. The refusal keeps its day, so that she is left in peace as long as before.
TAKE_BACK = """
UPDATE authorized_purpose ticked SET withdrawn_at = $3 FROM given_authorization given
 WHERE given.id = ticked.authorization_id AND given.member_id = ANY($1::uuid[]) AND given.ended_at IS NULL
   AND given.given_at <= $3 AND ticked.withdrawn_at IS NULL AND ticked.purpose = ANY($2::text[])
"""
END_EMPTY = """
WITH ended AS (
  UPDATE given_authorization given SET ended_at = $2, ended_because = 'withdrawn'
   WHERE given.member_id = ANY($1::uuid[]) AND given.ended_at IS NULL AND given.given_at <= $2 AND NOT EXISTS (
     SELECT FROM authorized_purpose ticked WHERE ticked.authorization_id = given.id AND ticked.withdrawn_at IS NULL)
  RETURNING given.member_id)
INSERT INTO authorization_refusal (member_id, refused_at) SELECT member_id, $2 FROM ended
ON CONFLICT (member_id) DO UPDATE SET refused_at = greatest(authorization_refusal.refused_at, EXCLUDED.refused_at)
"""


class TakenBack(msgspec.Struct, frozen=True):
    """Which purposes she allows no more; by all ids that she ever had, since an older backup knows her as several."""

    member_ids: Sequence[UUID]
    purposes: Sequence[Purpose]


@within_transaction
async def took_back(member_id: UUID, purposes: Collection[Purpose]) -> None:
    """A step: she took these back, or did not tick them any more; nothing for none."""
    if purposes:
        selves = (await members.selves([member_id]))[member_id]
        named = [purpose for purpose in PURPOSES if purpose in purposes]
        await stones.lay(KIND, TakenBack(selves, named))


@stones.replays(KIND)
@within_transaction
async def take_back_again(said: TakenBack, at: datetime) -> bool:
    """Of whatever she had given before then."""
    taken = await database.execute(TAKE_BACK, said.member_ids, said.purposes, at)
    await database.execute(END_EMPTY, said.member_ids, at)
    return bool(taken)
