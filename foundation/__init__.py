"""THE GROUND: what any service of this kind stands on. No business word appears here."""
