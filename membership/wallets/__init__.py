"""Wallets: stored value, principal and gift apart. Nothing in a wallet expires.

A member tops up at a till, and may get a gift on top by a rule; she pays at a till by showing her card there, principal
and gift in the proportion in which the wallet holds them. Principal can always be refunded, by two people of the staff;
the gift lapses with it. How much a wallet may hold is a dated limit. Money is written in an append-only ledger.
"""

from membership.wallets.errors import (
    GiftRuleExists,
    GiftRuleUnknown,
    WalletChanged,
    WalletEmpty,
    WalletFull,
    WalletLimitExists,
    WalletNeedsCode,
    WalletNotEnough,
    WalletPaymentReturned,
    WalletPaymentUnknown,
    WalletRefundDecided,
    WalletRefundNeedsAnother,
    WalletRefundUnknown,
    WalletUnnamed,
)
from membership.wallets.kinds import Kind
from membership.wallets.ledger import move_all
from membership.wallets.money import Money
from membership.wallets.queries import EntryView, WalletView, entries, wallet
from membership.wallets.receipts import Done
from membership.wallets.refund_queries import RefundStatus, RefundView, waiting
from membership.wallets.refunds import approve_refund, ask_for_refund, reject_refund
from membership.wallets.rules import (
    GiftRule,
    WalletLimitView,
    change_gift_rule,
    gift_rules,
    limits,
    make_gift_rule,
    set_limit,
)
from membership.wallets.tills import Payment, Reversal, TopUp, pay, reverse, top_up

__all__ = [
    "Done",
    "EntryView",
    "GiftRule",
    "GiftRuleExists",
    "GiftRuleUnknown",
    "Kind",
    "Money",
    "Payment",
    "RefundStatus",
    "RefundView",
    "Reversal",
    "TopUp",
    "WalletChanged",
    "WalletEmpty",
    "WalletFull",
    "WalletLimitExists",
    "WalletLimitView",
    "WalletNeedsCode",
    "WalletNotEnough",
    "WalletPaymentReturned",
    "WalletPaymentUnknown",
    "WalletRefundDecided",
    "WalletRefundNeedsAnother",
    "WalletRefundUnknown",
    "WalletUnnamed",
    "WalletView",
    "approve_refund",
    "ask_for_refund",
    "change_gift_rule",
    "entries",
    "gift_rules",
    "limits",
    "make_gift_rule",
    "move_all",
    "pay",
    "reject_refund",
    "reverse",
    "set_limit",
    "top_up",
    "waiting",
    "wallet",
]
