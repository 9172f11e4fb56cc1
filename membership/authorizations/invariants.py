"""What always holds of authorizations, beyond what constraints can say."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="authorizations.say_what_for",
        sentence="An authorization names a purpose, and one that is open a purpose that was not taken back",
        breaks="SELECT given.id FROM given_authorization given LEFT JOIN authorized_purpose ticked"
        " ON ticked.authorization_id = given.id AND (given.ended_at IS NOT NULL OR ticked.withdrawn_at IS NULL)"
        " WHERE ticked.id IS NULL",
    ),
    Invariant(
        name="authorizations.of_somebody",
        sentence="An open authorization is that of a member who is one",
        breaks="SELECT given.id FROM given_authorization given JOIN member ON member.id = given.member_id"
        " WHERE given.ended_at IS NULL AND member.status IN ('merged', 'erased')",
    ),
)
