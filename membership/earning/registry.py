"""What a way to earn is, and the list of them. The list is closed: the database refuses a rule of any other way.

WeChat forbids to reward a subscription to messages or a share, so neither can be a way: no registered class may be
called so, and none of their occurrences knows of such a thing.
"""

import re
from typing import Any, ClassVar, TypeVar

import msgspec

FORBIDDEN = re.compile(r"share|sharing|forward|repost|subscri|follow|notif|messag")
"""What the platform forbids to reward, as it would be called."""


class Way:
    """A way to earn: what a rule of it is made of, what happens, and what that pays.

    A new way is one subclass with `@register`, and the migration that `make migration` writes for the CHECK on
    `earn_rule.way`.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    """For the staff, in Chinese."""
    Parameters: ClassVar[type[msgspec.Struct]]
    Occurrence: ClassVar[type[msgspec.Struct]]
    knows_store: ClassVar[bool] = False
    """Whether it happens in a store, so that a rule may name stores."""
    knows_products: ClassVar[bool] = False
    """Whether it is about articles, so that a rule may name them."""

    @classmethod
    def points(cls, parameters: Any, occurrence: Any) -> int:
        """What an occurrence pays under a rule's parameters, before any cap; 0 for nothing."""
        raise NotImplementedError


WAYS: dict[str, type[Way]] = {}

W = TypeVar("W", bound=type[Way])


def register(way: W) -> W:
    """Adds a way to the list."""
    assert not FORBIDDEN.search(f"{way.code} {way.__name__}".lower()), f"the platform forbids to reward {way.code}"
    assert way.code not in WAYS, f"two ways are called {way.code}"
    WAYS[way.code] = way
    return way
