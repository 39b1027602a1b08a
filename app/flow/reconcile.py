"""Find what webhooks missed: compare the tracker's watched tickets with the store, both ways."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.core.errors import FollowthroughError
from app.core.policy import Policy
from app.ports import Clock, Known, Seen, Store, Touch, Tracker

RETRY = 30.0
"""Seconds until another try after a reconcile that failed."""
CHUNK = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """Count what one reconcile found: `seen` watched tickets, `new` and `changed` ones, and `gone` from the filter.

    `asked` are those with an open question of ours, `started` the open ones that a start looks at once more.
    """

    seen: int
    new: int
    changed: int
    gone: int
    asked: int
    started: int = 0

    @property
    def due(self) -> int:
        """Return how many items it makes due."""
        return self.new + self.changed + self.gone + self.asked + self.started


@dataclass(slots=True)
class Reconciler:
    """Compare trackers with the store; `last` is what each tracker's last comparison found."""

    store: Store
    trackers: Mapping[str, Tracker]
    policy: Callable[[], Policy]
    clock: Clock
    last: dict[str, Found] = field(default_factory=dict)
    _woken: dict[str, asyncio.Event] = field(default_factory=dict)

    async def once(self, tracker: str, *, dry_run: bool = False, at_start: bool = False) -> Found:
        """Compare one tracker with the store and make due what differs.

        `at_start` every open item is due: the mode or the policy may be another than before.

        Items whose comment of ours holds an open question are due as well: an answer may not show as a change.
        """
        known = {item.id: item async for page in self.store.known(tracker) for item in page}
        watches = self.policy().watches(tracker)
        seen = {one.id: one async for page in self.trackers[tracker].watched(watches) for one in page}
        reasons = {
            "new": [id_ for id_ in seen if id_ not in known],
            "changed": [id_ for id_, one in seen.items() if id_ in known and _differs(one, known[id_])],
            "gone": [id_ for id_, item in known.items() if item.watched and id_ not in seen],
        }
        told = {id_ for ids in reasons.values() for id_ in ids}
        reasons["asked"] = [id_ for id_, item in known.items() if item.asks and id_ not in told]
        told.update(reasons["asked"])
        reasons["started"] = [id_ for id_, one in seen.items() if at_start and one.open and id_ not in told]
        if not dry_run:
            await self._touch(tracker, reasons)
        self.last[tracker] = Found(len(seen), **{name: len(ids) for name, ids in reasons.items()})
        return self.last[tracker]

    async def _touch(self, tracker: str, reasons: Mapping[str, list[str]]) -> None:
        touches = [Touch(id_, f"reconcile: {why}") for why, ids in reasons.items() for id_ in ids]
        for start in range(0, len(touches), CHUNK):
            await self.store.touch(tracker, touches[start : start + CHUNK], self.clock.now())

    async def run(self, every: timedelta) -> None:
        """Reconcile every tracker now and by interval, until cancelled; a failure is tried again soon."""
        await asyncio.gather(*(self._run_one(tracker, every) for tracker in self.trackers))

    def look_again(self) -> None:
        """Reconcile every tracker now, and look at every open item once more, as at a start."""
        for woken in self._woken.values():
            woken.set()

    async def _run_one(self, tracker: str, every: timedelta) -> None:
        at_start, woken = True, self._woken.setdefault(tracker, asyncio.Event())
        while True:
            woken.clear()
            wait = every.total_seconds()
            try:
                found = await self.once(tracker, at_start=at_start)
                at_start = False
                log.info("reconciled", extra={"tracker": tracker, "seen": found.seen, "due": found.due})
            except FollowthroughError as error:
                log.warning("reconcile failed, tried again soon: %s", error, extra={"tracker": tracker})
                wait = min(RETRY, wait)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    at_start = await woken.wait()


def _differs(seen: Seen, known: Known) -> bool:
    return known.updated_at is None or _moment(seen.updated_at) != _moment(known.updated_at)


def _moment(at: datetime) -> datetime:
    """Cut to milliseconds: that is what trackers send."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
