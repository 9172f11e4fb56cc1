"""The data map: which tables hold personal data, what for, and what becomes of it when the person leaves."""

import msgspec


class PersonalData(msgspec.Struct, frozen=True):
    """One table with personal data."""

    table: str
    columns: tuple[str, ...]
    purpose: str
    on_erasure: str
    """What happens to these columns when the member is erased."""
