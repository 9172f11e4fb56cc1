"""Whether an authorization stands: one condition, put into whatever statement reads what it allows.

A reader who asks first and reads afterwards would read what was withdrawn in between, and a reader who forgets to ask
would read everything; so the condition is part of the reading.
"""

from uuid import UUID

from foundation import database
from membership.authorizations.models import Purpose

COUNTS = """given.ended_at IS NULL AND given.valid_until > now() AND given.text_id >= coalesce(
  (SELECT max(version) FROM authorization_text WHERE asks_anew AND published_at <= now()), 1)"""
"""SQL: what was given (`given`) counts now: not taken back, not run out, and no newer text asks anew."""
_GIVEN = f"""SELECT FROM given_authorization given
    JOIN authorized_purpose ticked ON ticked.authorization_id = given.id AND ticked.withdrawn_at IS NULL
   WHERE given.member_id = {{member}} AND ticked.purpose = {{purpose}} AND {COUNTS}"""
STANDING = f"EXISTS ({_GIVEN})"
"""SQL: the member's authorization for the purpose stands now. `.format(member="baby.member_id", purpose="$2")`."""
STANDING_SINCE = f"EXISTS ({_GIVEN} AND given.given_at < {{since}})"
"""SQL: the same, and it is the one that stood at a moment: not taken back and given anew since."""


async def stands(member_id: UUID, purpose: Purpose) -> bool:
    """For what is no reading of rows: whether to offer something at all."""
    statement = f"SELECT {STANDING.format(member='$1::uuid', purpose='$2')}"
    return bool(await database.fetchval(statement, member_id, purpose))
