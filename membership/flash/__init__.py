"""Flash sales: a few units at a price of their own, from an announced time on, by the server's clock.

A gate in Redis lets in about three times as many members as there are units and PostgreSQL decides among them: one unit
per member and per device, and a new account waits for the next sale. What is called sold out is sold out.
"""

from membership.flash.announcing import announce, call_off
from membership.flash.errors import (
    AccountTooNew,
    FlashBusy,
    FlashNotStarted,
    FlashOnce,
    FlashOver,
    FlashSaleInvalid,
    FlashSaleNotFound,
    FlashSaleStarted,
    FlashSoldOut,
)
from membership.flash.queries import sale, sales
from membership.flash.views import FlashSaleView, Phase
from membership.flash.winning import move_all, redeem

__all__ = [
    "AccountTooNew",
    "FlashBusy",
    "FlashNotStarted",
    "FlashOnce",
    "FlashOver",
    "FlashSaleInvalid",
    "FlashSaleNotFound",
    "FlashSaleStarted",
    "FlashSaleView",
    "FlashSoldOut",
    "Phase",
    "announce",
    "call_off",
    "move_all",
    "redeem",
    "sale",
    "sales",
]
