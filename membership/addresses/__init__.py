"""Addresses: where a mother has things sent.

A room of its own and low in the house, because an address knows nothing of what is sent to it: the mall sends gifts
today, and whoever sends something tomorrow stands beside the mall and could not ask it. Each is sealed with her data
key; who sends something keeps a sealed copy of the address as it was then.
"""

from membership.addresses.actions import add, change, forget_all, move_all, remove
from membership.addresses.content import Address, AddressChanges
from membership.addresses.errors import AddressNotFound, TooManyAddresses
from membership.addresses.queries import AddressView, addresses, find

__all__ = [
    "Address",
    "AddressChanges",
    "AddressNotFound",
    "AddressView",
    "TooManyAddresses",
    "add",
    "addresses",
    "change",
    "find",
    "forget_all",
    "move_all",
    "remove",
]
