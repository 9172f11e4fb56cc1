"""Tables: Wallets: stored value, principal and gift apart."""
