"""Reckon with moments without falling off the calendar."""

from datetime import UTC, datetime, timedelta

END = datetime.max.replace(tzinfo=UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    """Return the moment that much later, or the last one that there is."""
    return moment + span if END - moment >= span else END
