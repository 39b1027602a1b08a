"""Tell what happens to a few items, and check that it does."""

import asyncio
import time
from collections.abc import Callable, Mapping
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

GRACE = "grace@acme.test"
"""Who writes the tickets."""

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
    _since: datetime = field(init=False)

    async def tell(self) -> bool:
        """Play every scene; return whether each came out as promised."""
        for scene in (self._operational, self._strategic, self._unlabelled, self._doubled):
            await scene()
        counted = await self.service.store.counts(self.service.clock.now())
        self.teller.calls(self.sandbox.calls(), counted["items"], counted["deliveries"])
        self.teller.ending(self.failed)
        return not self.failed

    @property
    def last(self) -> str:
        """Return the key of the ticket that came last."""
        return str(self._shown()[-1]["key"])

    async def _operational(self) -> None:
        self.teller.scene("1. A small fix: labelled operational when it is created")
        item, came = await self._create("Alert on replica lag", "post-mortem", "operational")
        await self._until(
            "on the on-call team's board, assigned to whoever is on call, with a due date",
            item,
            lambda now: _on_duty(came, now) and bool(now["due"]),
        )

    async def _strategic(self) -> None:
        self.teller.scene("2. A long-term change: labelled strategic")
        item, _ = await self._create("Shard the ledger database", "post-mortem", "strategic")
        await self._until("under the epic of its route", item, lambda now: bool(now["epic"]))

    async def _unlabelled(self) -> None:
        grace = self.service.policy.classes.grace.total_seconds()
        self.teller.scene(f"3. Nobody said what it is: it is left alone for its grace, {grace:g} s here")
        item, came = await self._create("Retry storms take the gateway down", "post-mortem")
        await self._until(
            "marked, and its creator asked in one comment",
            item,
            lambda now: len(now["comments"]) == 1 and "needs-class" in now["labels"],
        )
        self._begin("Grace answers in a comment: /operational")
        await self.sandbox.comment(item, GRACE, "/operational")
        await self._until(
            "on the board, assigned, and the question taken back",
            item,
            lambda now: _on_duty(came, now) and "needs-class" not in now["labels"],
        )

    async def _doubled(self) -> None:
        self.teller.scene("4. The tracker sends its last webhook a second time")
        await self._rest(SOON)
        before, calls, doubles = self._shown(), len(self.sandbox.calls()), self.doubles()
        self._begin("the same bytes, the same signature")
        await self.sandbox.redeliver()
        await self._rest(SOON)
        same = self._shown() == before and len(self.sandbox.calls()) == calls
        self._check("known already: nothing read, nothing written", came=same and self.doubles() == doubles + 1)

    async def _create(self, title: str, *labels: str) -> tuple[str, View]:
        """Create a ticket; return its id and how it looks before anybody has done anything."""
        self._begin(f"Grace creates “{title}” with {', '.join(labels)}")
        item = await self.sandbox.create(GRACE, title, labels)
        self._items.append(item)
        return item, self.sandbox.view(item)

    def _begin(self, deed: str) -> None:
        self._since = self.service.clock.now()
        self.teller.deed(deed)

    async def _until(self, promise: str, item: str, holds: Callable[[View], bool]) -> None:
        """Wait until the sandbox shows the item as promised, and tell how it came to that."""
        start = time.monotonic()
        came = await self._comes(lambda: holds(self.sandbox.view(item)))
        took = (time.monotonic() - start) * 1000
        await self._rest(timedelta(0))
        await self._tell_events(item)
        self._check(f"{promise} ({took:.0f} ms)" if came else promise, came=came)
        self.teller.ticket(self.sandbox.view(item))
        self._quote_news(item)

    def _quote_news(self, item: str) -> None:
        """Show what our comment says, where that is new."""
        for comment in self.sandbox.view(item)["comments"]:
            if comment["by"] != GRACE and comment["body"] != self._said.get(item):
                self._said[item] = comment["body"]
                self.teller.quote(comment["body"])

    async def _tell_events(self, item: str) -> None:
        store, key = self.service.store, self.sandbox.view(item)["key"]
        heard = await store.deliveries(tracker=self.tracker, hearing=None, limit=100)
        runs = list(enumerate(reversed(await store.records(self.tracker, item, 100))))
        events: dict[tuple[str, int], Delivery | Record] = {(item, number): one for number, one in runs}
        events |= {("heard", number): one for number, one in heard if {item, f"key:{key}"} & set(one.heard.items)}
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

    async def _rest(self, ahead: timedelta) -> None:
        """Wait until every webhook is in, and nothing is due now or soon."""
        end = time.monotonic() + PATIENCE
        while not await self._idle(ahead) and time.monotonic() < end:  # noqa: ASYNC110  there is no event to wait on
            await asyncio.sleep(0.01)

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

    def _shown(self) -> list[View]:
        return [dict(self.sandbox.view(item)) for item in self._items]

    def _check(self, promise: str, *, came: bool) -> None:
        if not came:
            self.failed.append(promise)
        self.teller.promise(promise, came_true=came)


def _on_duty(came: View, now: View) -> bool:
    """Tell whether a ticket stands on another board than the one it came to, if any, and somebody holds it."""
    return bool(now["board"]) and now["board"] != came["board"] and bool(now["assignee"])
