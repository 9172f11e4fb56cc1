"""What stored value keeps about a person."""

from foundation.data_map import PersonalData

KEPT = "Kept under the member's pseudonym: without her data key the id leads to nobody."

PERSONAL_DATA = (
    PersonalData(
        table="wallet",
        columns=("member_id", "principal_fen", "gift_fen"),
        purpose="What a member has stored, and may spend or have back.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="wallet_entry",
        columns=("member_id", "kind", "principal_fen", "gift_fen", "store_id", "created_at"),
        purpose="Proving where every fen came from and went.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="wallet_top_up",
        columns=("member_id", "store_id", "principal_fen", "gift_fen", "occurred_at"),
        purpose="What a till took in for her, under the till's own number.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="wallet_payment",
        columns=("member_id", "store_id", "principal_fen", "gift_fen", "occurred_at"),
        purpose="What she paid at a till, and what came back of it.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="wallet_refund",
        columns=("member_id", "principal_fen", "gift_fen", "reason", "created_at"),
        purpose="Proving who gave her money back, and why.",
        on_erasure=KEPT,
    ),
)
