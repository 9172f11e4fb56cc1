"""All doors of the house, and the document that describes them."""

import importlib
from typing import Any

from foundation import openapi
from foundation.http import Face
from miniprogram_api.face import mothers
from server import operations, parts, wechat_face
from server.partner_api.face import partner
from server.staff_api.face import staff

for _module in parts.ROUTES:  # importing a route module puts its routes into its face
    importlib.import_module(_module)

FACES: tuple[Face, ...] = (mothers, staff, partner, wechat_face.wechat, operations.operations)

VERSION = "0.1.0"

DESCRIPTION = """The membership system of a mother-and-baby channel.

Refusals are `application/problem+json` (RFC 9457): programs decide by `code`; `detail` is one sentence in Simplified
Chinese for the person who holds the phone. Lists are paged by cursor. Money is in fen, times are UTC, a business day is
a calendar day in Asia/Shanghai."""


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of all faces."""
    return openapi.document(FACES, title=operations.TITLE, version=VERSION, description=DESCRIPTION)


operations.publish(document)
