"""The partners' door: `/partner/v1`, signed requests."""

from foundation.http import Face, Limit
from server.partner_api.signatures import SignatureGate

PARTNER = "partner"
LIMIT = Limit(requests=12_000, seconds=60, burst=3_000)
"""All tills of a partner together, per route."""

partner = Face(
    "partner",
    "/partner/v1",
    SignatureGate(),
    title="Partners",
    description="""For tills (POS) and e-commerce systems. Every request is signed with a partner's key:

- `X-Muying-Key`: the key's id
- `X-Muying-Timestamp`: Unix seconds, at most 300 from the time here
- `X-Muying-Nonce`: 8 to 64 visible characters, never used twice with a key
- `X-Muying-Signature`: hex HMAC-SHA256 with the key's secret over
  `METHOD\\npath?query\\ntimestamp\\nnonce\\nhex SHA-256 of the raw body`

`docs/partner-signatures.md` of the source shows it in Python, Java and C#.

A request whose answer was lost may be sent again, with a new nonce: the same receipt with the same content gets
the same answer.""",
)
