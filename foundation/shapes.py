"""The shapes of requests and answers. Their fields are given by name."""

import msgspec


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """What comes in. Unknown fields are refused."""


class Upload(msgspec.Struct, frozen=True):
    """A file that comes in as the whole body of a request, whatever the request calls it."""

    content: bytes


class View(msgspec.Struct):
    """What goes out, one per audience."""
