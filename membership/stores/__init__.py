"""Stores, the partners whose tills stand in them, and the keys with which partners sign their requests.

A store is found by its code. A partner's key is shown once, when it is made; afterwards only the signature check reads
it, sealed with the partner's own data key.
"""

from membership.stores.actions import (
    NewPartnerKey,
    make_partner,
    make_partner_key,
    make_store,
    revoke_partner_key,
    set_store_open,
)
from membership.stores.errors import (
    PartnerNameTaken,
    PartnerNotFound,
    ReceiptConflict,
    StoreClosed,
    StoreCodeTaken,
    StoreNotFound,
    StoreUnknown,
    TooManyPartnerKeys,
)
from membership.stores.queries import (
    PartnerSecret,
    StoreCode,
    StoreView,
    codes_of,
    find,
    find_partner,
    get,
    list_open,
    live_keys,
    remembers_key,
    signing_secrets,
)
from membership.stores.tills import check_time, of_partner

__all__ = [
    "NewPartnerKey",
    "PartnerNameTaken",
    "PartnerNotFound",
    "PartnerSecret",
    "ReceiptConflict",
    "StoreClosed",
    "StoreCode",
    "StoreCodeTaken",
    "StoreNotFound",
    "StoreUnknown",
    "StoreView",
    "TooManyPartnerKeys",
    "check_time",
    "codes_of",
    "find",
    "find_partner",
    "get",
    "list_open",
    "live_keys",
    "make_partner",
    "make_partner_key",
    "make_store",
    "of_partner",
    "remembers_key",
    "revoke_partner_key",
    "set_store_open",
    "signing_secrets",
]
