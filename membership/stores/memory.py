"""A few answers remembered in this process for a few seconds, for what hardly changes and is asked all the time."""

import time
from typing import Generic, TypeVar

MOST = 4_096

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Values kept for `seconds`. What is not there is not remembered, so that something new is seen at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._values: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        found = self._values.get(key)
        if found is None or found[0] <= time.monotonic():
            return None
        return found[1]

    def put(self, key: K, value: V) -> None:
        if len(self._values) >= MOST:
            self._values.clear()  # reading anew is cheaper than keeping order among thousands
        self._values[key] = (time.monotonic() + self._seconds, value)

    def forget(self, key: K) -> None:
        self._values.pop(key, None)
