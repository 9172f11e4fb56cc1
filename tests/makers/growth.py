"""Makers: measurements."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from foundation import clock
from membership import growth


async def measure(guardian_id: UUID, baby_id: UUID, days_ago: int = 0, **values: Any) -> growth.RecordView:
    """A measurement so many days ago; a weight of 6 kg when nothing is named."""
    day = clock.today() - timedelta(days=days_ago)
    measured = growth.Measurement(measured_on=day, **(values or {"weight_g": 6000}))
    return await growth.record(guardian_id, baby_id, measured)
