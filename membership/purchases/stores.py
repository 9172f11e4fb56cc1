"""Until when what is bought in a store may come back."""

from datetime import date, timedelta

from membership import stores


def spendable_on(store: stores.StoreView, bought_on: date) -> date | None:
    """From which day on the points of a purchase can be spent: the day after its return period; None for at once."""
    return bought_on + timedelta(days=store.return_days + 1) if store.return_days else None
