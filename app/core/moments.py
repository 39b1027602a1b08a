"""Reckon with moments without falling off the calendar."""

from datetime import UTC, date, datetime, time, timedelta

END = datetime.max.replace(tzinfo=UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    """Return the moment that much later, or the last one that there is."""
    return moment + span if END - moment >= span else END


def end_of(day: date) -> datetime:
    """Return the first moment after that day, UTC."""
    return later(datetime.combine(day, time(), UTC), timedelta(days=1))
