"""Play scenes against a sandbox: wait for what was promised, and tell how it came to that."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from app.assembly import Service
from app.cli.telling import Teller
from app.core.delivery import Delivery
from app.core.record import Record
from app.ports import Sandbox

PATIENCE = 15.0
"""Seconds that any one thing may take."""
SOON = timedelta(seconds=2)
"""Longer than an item settles: when nothing is due within it, all is told."""

ADA, GRACE, LINUS = "ada@acme.test", "grace@acme.test", "linus@acme.test"
"""A staff engineer who owns the epic, a manager who writes the tickets, and an engineer who is on call."""
OURS = "followthrough@acme.test"
"""The service's own account."""

View: TypeAlias = Mapping[str, Any]


@dataclass(slots=True)
class Story:
    """Play a few scenes against a sandbox and tell what the service makes of them.

    `doubles` counts the webhooks that were answered as duplicates so far.
    """

    teller: Teller
    sandbox: Sandbox
    service: Service
    tracker: str
    doubles: Callable[[], int]
    failed: list[str] = field(default_factory=list)
    _items: list[str] = field(default_factory=list)
    _said: dict[str, str] = field(default_factory=dict)
    _told: set[tuple[str, int]] = field(default_factory=set)
    _scenes: int = 0
    _since: datetime = field(init=False)

    async def tell(self, scenes: Sequence[Callable[["Story"], Awaitable[None]]]) -> bool:
        """Play every scene; return whether each came out as promised."""
        for scene in scenes:
            await scene(self)
        counted = await self.service.store.counts(self.service.clock.now())
        self.teller.calls(self.sandbox.calls(), counted["items"], counted["deliveries"])
        self.teller.ending(self.failed)
        return not self.failed

    @property
    def last(self) -> str:
        """Return the key of the ticket that came last."""
        return str(self.shown()[-1]["key"])

    def scene(self, words: str) -> None:
        """Begin the next scene."""
        self._scenes += 1
        self.teller.scene(f"{self._scenes}. {words}")

    def begin(self, deed: str) -> None:
        """Tell what somebody does; what follows is timed from here."""
        self._since = self.service.clock.now()
        self.teller.deed(deed)

    async def create(self, title: str, labels: Sequence[str], also: str = "", **fields: Any) -> tuple[str, View]:
        """Have Grace create a ticket; return its id and how it looks before anybody has done anything."""
        self.begin(f"Grace creates “{title}” with {', '.join(labels)}{also}")
        item = await self.sandbox.create(GRACE, title, labels, **fields)
        self._items.append(item)
        return item, self.sandbox.view(item)

    async def comment(self, item: str, by: str, body: str) -> None:
        """Have somebody comment."""
        self.begin(f"{by.partition('@')[0].title()} comments: {body}")
        await self.sandbox.comment(item, by, body)

    async def until(self, promise: str, item: str, holds: Callable[[View], bool]) -> None:
        """Wait until the sandbox shows the item as promised, and tell how it came to that."""
        start = time.monotonic()
        came = await self._comes(lambda: holds(self.sandbox.view(item)))
        took = (time.monotonic() - start) * 1000
        await self.rest(timedelta(0))
        await self._tell_events(item)
        self.check(f"{promise} ({took:.0f} ms)" if came else promise, came=came)
        self.teller.ticket(self.sandbox.view(item))
        self._quote_news(item)

    async def until_said(self, promise: str, item: str, *words: str) -> None:
        """Wait until our comment on an item holds all these words."""
        await self.until(promise, item, lambda now: all(one in said(now) for one in words))

    def check(self, promise: str, *, came: bool) -> None:
        """Tell whether something came out as promised."""
        if not came:
            self.failed.append(promise)
        self.teller.promise(promise, came_true=came)

    async def rest(self, ahead: timedelta) -> None:
        """Wait until every webhook is in, and nothing is due now or soon."""
        end = time.monotonic() + PATIENCE
        while not await self._idle(ahead) and time.monotonic() < end:  # noqa: ASYNC110  there is no event to wait on
            await asyncio.sleep(0.01)

    def shown(self) -> list[View]:
        """Return how all tickets of the story look."""
        return [dict(self.sandbox.view(item)) for item in self._items]

    def _quote_news(self, item: str) -> None:
        """Show what our comment says, where that is new."""
        body = said(self.sandbox.view(item))
        if body and body != self._said.get(item):
            self._said[item] = body
            self.teller.quote(body)

    async def _tell_events(self, item: str) -> None:
        store, key = self.service.store, self.sandbox.view(item)["key"]
        heard = await store.deliveries(tracker=self.tracker, hearing=None, limit=100)
        runs = list(enumerate(reversed(await store.records(self.tracker, item, 100))))
        events: dict[tuple[str, int], Delivery | Record] = {(item, number): one for number, one in runs}
        told = {item, f"key:{key}"}
        events |= {("heard", number): one for number, one in heard if told & set(one.heard.items) or one.heard.epics}
        self.teller.events(self._since, [one for name, one in events.items() if name not in self._told])
        self._told |= events.keys()

    async def _comes(self, condition: Callable[[], bool]) -> bool:
        """Wait until it holds; give up where nothing is going to happen that could make it so."""
        end = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < end:
            if await self._idle(timedelta(seconds=PATIENCE)):
                break
            await asyncio.sleep(0.01)
        return condition()

    async def _idle(self, ahead: timedelta) -> bool:
        """Tell whether every webhook is in and nothing is on loan or due, nor will be within that time."""
        if not await self._nothing_due(ahead):
            return False
        counted = await self.service.store.counts(self.service.clock.now())
        # Twice, because what was on loan at first may have been handed back since, and its writes have been told.
        return counted["due"] == 0 and await self._nothing_due(ahead)

    async def _nothing_due(self, ahead: timedelta) -> bool:
        await self.sandbox.drain()
        end = self.service.clock.now() + ahead
        due = await self.service.store.next_due(end, [self.tracker])
        return due is None or due > end


def said(now: View) -> str:
    """Return what our comment on a ticket says; empty where there is none."""
    ours = [str(comment["body"]) for comment in now["comments"] if comment["by"] == OURS]
    return ours[-1] if ours else ""
