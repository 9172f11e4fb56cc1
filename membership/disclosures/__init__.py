"""Disclosures: who of the staff saw a full value, what for, and with whose approval."""
