"""Fetch a calendar now and then, and only when it has changed."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from app.core.errors import Transient
from connectors._kit.answers import refusals
from connectors._kit.http import Answer, Http
from connectors.ical.settings import PREFIX

MOST = 1_000_000
"""Bytes that a calendar may have."""

EVERY = 300.0
"""Seconds for which a fetched calendar is taken as it is; vendors renew theirs no faster."""

PATIENCE = 30.0
"""Seconds that all of a fetch may take: one that trickles would not end by the pauses between its bytes."""

UNCHANGED = 304


@dataclass(frozen=True, slots=True)
class Copy:
    """Hold a calendar's text, the server's mark of that version, and when it was fetched, in the clock's seconds."""

    text: str
    etag: str
    at: float


class Feed:
    """Read one calendar. Neither its address nor what it holds is in any error."""

    def __init__(self, name: str, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._url, self._clock = f"the calendar {name}", url, clock
        self._copy: Copy | None = None

    async def text(self) -> str:
        """Return the calendar's text, five minutes old at most; raise Transient, Denied or NotFound."""
        copy = self._copy
        if copy is None or self._clock() - copy.at >= EVERY:
            try:
                async with asyncio.timeout(PATIENCE):
                    copy = await self._fetch(copy)
            except TimeoutError:
                raise Transient(f"{self._title} did not arrive within {PATIENCE:g} s") from None
            self._copy = copy
        return copy.text

    async def _fetch(self, old: Copy | None) -> Copy:
        headers = {"accept": "text/calendar", **({"if-none-match": old.etag} if old and old.etag else {})}
        http = Http("", headers, title=self._title, read_error=self._read_error, timeout=10, attempts=2)
        async with aclosing(http):
            answer = await http.download(self._url, most=MOST)
        if answer.status == UNCHANGED and old is not None:
            return Copy(old.text, old.etag, self._clock())
        return Copy(answer.body, answer.headers.get("etag", ""), self._clock())

    def _read_error(self, answer: Answer) -> Exception | None:
        if answer.status == UNCHANGED:
            return None
        where = f"see its address in {PREFIX}URLS"
        return refusals(self._title, {401: where, 403: where, 404: where, 410: where})(answer)
