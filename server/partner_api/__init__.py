"""The partners' face: tills and shop systems, with signed requests."""
