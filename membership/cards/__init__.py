"""Card codes: what a mother shows at the till.

A code is good for 60 seconds and once. It has two forms: a signed token, which a till can verify without asking us, and
18 digits for laser scanners. That it is used once is decided by PostgreSQL: the use is a row under the code's number.
"""

from membership.cards.actions import (
    CardCode,
    Presented,
    ScannedCard,
    find_by_card_number,
    is_card_number,
    issue_codes,
    number_of,
    read,
    scan,
    use_for_sale,
)
from membership.cards.errors import (
    REFUSALS,
    CardBlocked,
    CardCodeEarly,
    CardCodeExpired,
    CardCodeForeign,
    CardCodeForged,
    CardCodeUnknown,
    CardCodeUsed,
    CardUnknown,
)
from membership.cards.keys import PublicKey, public_keys, use
from membership.cards.queries import scanned_by

__all__ = [
    "REFUSALS",
    "CardBlocked",
    "CardCode",
    "CardCodeEarly",
    "CardCodeExpired",
    "CardCodeForeign",
    "CardCodeForged",
    "CardCodeUnknown",
    "CardCodeUsed",
    "CardUnknown",
    "Presented",
    "PublicKey",
    "ScannedCard",
    "find_by_card_number",
    "is_card_number",
    "issue_codes",
    "number_of",
    "public_keys",
    "read",
    "scan",
    "scanned_by",
    "use",
    "use_for_sale",
]
