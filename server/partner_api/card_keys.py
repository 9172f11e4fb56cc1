"""The public keys of card codes."""

from foundation.http import View
from membership import cards
from server.partner_api.face import partner


class CardKeysOut(View):
    """A JWK set (RFC 7517)."""

    keys: list[cards.PublicKey]


@partner.get("/card-keys", who="public")
async def get_card_keys() -> CardKeysOut:
    """The keys with which a till verifies card codes offline.

    A code is a compact JWS (EdDSA): find the key by `kid`, verify, and check that `aud` is `card` and that now lies
    between `nbf` and `exp`; `sub` is the card's number. Fetch the set anew once a day and when a `kid` is unknown.
    Whether the code was used before is only known here: a sale that carries it is refused then."""
    return CardKeysOut(keys=cards.public_keys())
