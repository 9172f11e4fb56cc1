"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="given_authorization",
        columns=("member_id", "given_at", "valid_until", "ended_at", "ended_because"),
        purpose="Proving what a guardian authorized and for how long.",
        on_erasure="Ended and kept under the pseudonym: it proves that what was done then was allowed",
    ),
    PersonalData(
        table="authorization_refusal",
        columns=("member_id", "refused_at"),
        purpose="Not asking again for a while somebody who refused.",
        on_erasure="Deleted",
    ),
)
