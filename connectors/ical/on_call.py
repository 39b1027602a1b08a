"""The port: who is on call by the events of a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from app.core.errors import NotFound, Transient
from app.core.hint import did_you_mean, quote
from app.core.policy import Policy, Target
from app.ports import Caller
from connectors.ical.aside import Aside
from connectors.ical.feed import Feed
from connectors.ical.people import callers
from connectors.ical.settings import PREFIX, IcalSettings
from connectors.ical.shifts import UnreadableError, current
from connectors.ical.source import IcalSource

PATIENCE = 5.0
"""Seconds that reading a calendar may take; a usual one takes a tenth of one."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hold where a calendar comes from, and where it is read."""

    feed: Feed
    aside: Aside


class IcalRota:
    """Tell who is on call by a calendar."""

    def __init__(self, settings: IcalSettings, policy: Policy) -> None:
        self._policy = policy
        self._calendars = {name: Calendar(Feed(name, url), Aside(PATIENCE)) for name, url in settings.calendars.items()}

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:
        """Return whom the events name that go on at that time, by the events' start; empty: there is none.

        An event that names nobody is somebody without an e-mail. Raise Transient, Denied or NotFound.
        """
        source = IcalSource.model_validate(settings)
        calendar = self._calendars.get(source.calendar.casefold())
        if calendar is None:
            known = did_you_mean(source.calendar, self._calendars)
            raise NotFound(f"{PREFIX}URLS has no calendar {quote(source.calendar)}; {known}")
        work = partial(self._read, await calendar.feed.text(), at, source.summary_pattern)
        try:
            return await calendar.aside.run(work)
        except TimeoutError:
            raise Transient(f"the calendar {source.calendar} takes longer than {PATIENCE:g} s to read") from None
        except UnreadableError as error:
            raise Transient(f"the calendar {source.calendar} is not read: {error}") from None
        except Exception as error:  # noqa: BLE001  feeds hold anything, and what reads them raises anything
            kind = type(error).__name__  # the text may quote the feed
            raise Transient(f"the calendar {source.calendar} holds no calendar that can be read ({kind})") from None

    def _read(self, text: str, at: datetime, pattern: str | None) -> list[Caller]:
        events = current(text, at, ZoneInfo(self._policy.messages.timezone))
        return callers(events, pattern, self._policy)
