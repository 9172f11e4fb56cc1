"""The calendar as an iCalendar file. Loaded by the first who asks for one (`calendars.ics_of`)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from icalendar import Calendar, Event

from foundation import clock
from membership.vaccinations.calendars import CalendarEntry
from membership.vaccinations.remarks import ALWAYS


def write(baby_id: UUID, entries: Iterable[CalendarEntry]) -> bytes:
    """All-day events. A UID stays the same for ever, so that importing again moves what has moved."""
    file = Calendar()
    file.add("prodid", "-//Muying//Vaccinations//ZH")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", "接种与儿保")
    now = clock.now()
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}.{baby_id}@muying")
        event.add("dtstamp", now)
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.name)
        event.add("description", ALWAYS)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        file.add_component(event)
    written: bytes = file.to_ical()
    return written
