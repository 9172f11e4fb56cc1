"""The inbox: what WeChat pushes is stored first, once, sealed; who acts on it reads it from here."""

from uuid import UUID

import msgspec

from foundation import database
from foundation.ids import new_id
from foundation.secrets import HOUSE, place, vault
from foundation.transactions import transactional
from foundation.wechat.callbacks import Message


class Kept(msgspec.Struct, frozen=True):
    """Whether a pushed message was new; WeChat sends one up to three times."""

    is_new: bool


@transactional
async def keep(message: Message) -> Kept:
    """Stores a pushed message under its own number."""
    message_id = new_id()
    written = await database.fetchval(
        "INSERT INTO wechat_message (id, number_index, kind, content_sealed) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (number_index) DO NOTHING RETURNING true",
        message_id,
        vault().index("wechat_message", _number(message)),
        str(message.get("Event") or message.get("MsgType") or "")[:64],
        vault().house.seal(content_place(message_id), msgspec.json.encode(message).decode()),
    )
    return Kept(bool(written))


def content_place(message_id: UUID) -> str:
    """Binds a sealed message to its row."""
    return place("wechat_message", "content_sealed", message_id, HOUSE)


def _number(message: Message) -> str:
    """WeChat's number of a message; events have none, and are known by sender, time, name and trace."""
    if message.get("MsgId"):
        return str(message["MsgId"])
    return "\0".join(str(message.get(field, "")) for field in ("FromUserName", "CreateTime", "Event", "trace_id"))
