"""What the ledger keeps about a person."""

from foundation.data_map import PersonalData

KEPT = "Kept under the member's pseudonym: without her data key the id leads to nobody."

PERSONAL_DATA = (
    PersonalData(
        table="points_account",
        columns=("member_id", "balance", "debt"),
        purpose="What a member can spend, and what she owes.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="points_entry",
        columns=("member_id", "kind", "key", "amount", "by_member_id", "note", "created_at"),
        purpose="Proving where every point came from and went.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="points_lot",
        columns=("member_id", "granted", "remaining", "expires_on"),
        purpose="Points that were earned together expire together.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="points_lot_move",
        columns=("from_member_id", "to_member_id", "amount", "moved_at"),
        purpose="Who took along what he had earned into a family's account, in case the goods come back.",
        on_erasure=KEPT,
    ),
)
