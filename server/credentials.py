"""What dev-credentials.json holds: how programs sign in to the small named world."""

import msgspec


class PartnerCredentials(msgspec.Struct, frozen=True):
    key_id: str
    secret: str


class StaffCredentials(msgspec.Struct, frozen=True):
    """`store` is the code of a clerk's store."""

    name: str
    password: str
    totp_secret: str
    role: str
    store: str | None


class Credentials(msgspec.Struct, frozen=True):
    """What dev-credentials.json holds."""

    partner: PartnerCredentials
    stores: list[str]
    staff: list[StaffCredentials]
