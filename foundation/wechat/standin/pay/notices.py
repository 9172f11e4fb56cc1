"""Notifications: signed, encrypted, sent once, and lost, doubled or late when a test orders it."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.wechat.pay.signing import PROBE
from foundation.wechat.standin.pay.account import PayAccount
from foundation.wechat.standin.pay.replies import Signer

ANSWER_SECONDS = 5

Fate = Literal["send", "drop", "duplicate", "delay"]


class Notice(msgspec.Struct, frozen=True):
    """One notification: where to, and the body that every delivery of it repeats."""

    url: str
    body: bytes


class Notices:
    """What was notified, by the number of the order or the refund."""

    def __init__(self, account: PayAccount, signer: Signer) -> None:
        self._account = account
        self._signer = signer
        self._latest: dict[str, Notice] = {}
        self.fates: list[Fate] = []
        """What happens to the next ones; `send` when it is empty."""
        self.delay_ms = 0

    async def tell(self, about: str, url: str, event_type: str, content: dict[str, Any]) -> list[int]:
        """Makes a notification and delivers it as its fate wants; the HTTP status of each delivery (0: no answer)."""
        self._latest[about] = Notice(url, self._sealed(event_type, content))
        fate = self.fates.pop(0) if self.fates else "send"
        if fate == "drop":
            return []
        if fate == "delay":
            await asyncio.sleep(self.delay_ms / 1000)
        return [await self.deliver(about) for _ in range(2 if fate == "duplicate" else 1)]

    async def deliver(self, about: str, *, age_seconds: int = 0, probe: bool = False, forge: bool = False) -> int:
        """Delivers the latest notification about an order or a refund (again). Raises `KeyError` when there is none."""
        notice = self._latest[about]
        headers = self._signer.headers(notice.body, age_seconds=age_seconds)
        if probe:
            headers["Wechatpay-Signature"] = PROBE + headers["Wechatpay-Signature"][len(PROBE) :]
        # One byte of the body changes after it was signed.
        body = notice.body.replace(b"encrypt-resource", b"encrypt-resourcE") if forge else notice.body
        try:
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as http:
                reply = await http.post(
                    notice.url, content=body, headers={**headers, "content-type": "application/json"}
                )
        except httpx.HTTPError:
            return 0
        return reply.status_code

    def _sealed(self, event_type: str, content: dict[str, Any]) -> bytes:
        original = "refund" if event_type.startswith("REFUND.") else "transaction"
        nonce = secrets.token_hex(6)
        ciphertext = AESGCM(self._account.settings.api_v3_key.encode()).encrypt(
            nonce.encode(), msgspec.json.encode(content), original.encode()
        )
        return msgspec.json.encode(
            {
                "id": f"EV-{secrets.token_hex(16)}",
                "create_time": datetime.now(UTC),
                "resource_type": "encrypt-resource",
                "event_type": event_type,
                "summary": "支付成功" if original == "transaction" else "退款通知",
                "resource": {
                    "original_type": original,
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": ciphertext,  # msgspec writes bytes as base64
                    "associated_data": original,
                    "nonce": nonce,
                },
            }
        )
