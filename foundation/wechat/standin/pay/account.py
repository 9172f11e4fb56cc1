"""The merchant's account as both sides know it: our settings, and the private key that WeChat signs with."""

import msgspec

from foundation.pay_settings import WeChatPaySettings


class PayAccount(msgspec.Struct, frozen=True):
    """What the stand-in plays with. `refund_gap_seconds`: how long WeChat wants between two refunds of one order."""

    app_id: str
    settings: WeChatPaySettings
    platform_private_key: str
    refund_gap_seconds: int = 60

    def __repr__(self) -> str:
        """Shows no key."""
        return f"PayAccount({self.settings.merchant_id})"
