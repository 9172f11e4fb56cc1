"""What an address says: to whom, her phone, the region and the rest of the way."""

import unicodedata
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from foundation.errors import FieldError, Invalid
from membership import members

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
TEXTS = ("name", "region", "detail")

_PLACE = ("member_address", "content_sealed")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where something is sent; `phone` is E.164. Never logged."""

    name: str
    phone: str
    region: str
    detail: str

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "Address(…)"


class AddressChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written: a field that is not set stays as it is."""

    name: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    region: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Names nobody, as above."""
        return "AddressChanges(…)"


def checked(address: Address) -> Address:
    """The address as it is stored: trimmed texts, the phone in E.164. Raises `Invalid` that names every bad field."""
    values: dict[str, Any] = msgspec.structs.asdict(address)
    errors = []
    for name in TEXTS:
        values[name] = unicodedata.normalize("NFC", values[name]).strip()
        if not values[name]:
            errors.append(FieldError(name, "不能为空"))
        elif any(unicodedata.category(character) in UNSEEN for character in values[name]):
            errors.append(FieldError(name, "含有不支持的字符"))
    try:
        values["phone"] = members.parse_phone(values["phone"])
    except Invalid as invalid:
        errors += invalid.errors
    if errors:
        raise Invalid(errors=errors)
    return Address(**values)


def sealed(member: members.MemberRecord, address_id: UUID, address: Address) -> bytes:
    return member.seal(*_PLACE, address_id, msgspec.json.encode(address).decode())


def unsealed(member: members.MemberRecord, address_id: UUID, content: bytes) -> Address:
    return msgspec.json.decode(member.unseal(*_PLACE, address_id, content), type=Address)
