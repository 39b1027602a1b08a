"""Find what webhooks missed: compare the tracker's watched tickets with the store, both ways."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from app.core.errors import FollowthroughError
from app.core.policy import Policy
from app.ports import METER, Clock, Known, Meter, Seen, Store, Touch, Tracker

RETRY = 30.0
"""Seconds until another try after a reconcile that failed."""
CHUNK = 500

Why: TypeAlias = Literal["new", "changed", "gone", "asked", "started"]
REASONS: tuple[Why, ...] = get_args(Why)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """Count what one reconcile found: `seen` watched tickets, `new` and `changed` ones, and `gone` from the filter.

    New is also what was made due before and not looked at yet: so a first connection goes on where it was cut off.

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

    async def once(
        self,
        tracker: str,
        *,
        dry_run: bool = False,
        at_start: bool = False,
        told: Callable[[int], None] = lambda _seen: None,
    ) -> Found:
        """Compare one tracker with the store and make due what differs.

        `told` is called with the number of watched tickets that were read so far.

        `at_start` every open item is due: the mode or the policy may be another than before.

        Items whose comment of ours holds an open question are due as well: an answer may not show as a change.
        """
        METER.set(Meter())  # what is done on behalf of items leaves a part of the tracker's allowance to others
        watches = self.policy().watches(tracker)
        seen: dict[str, Seen] = {}
        async for page in self.trackers[tracker].watched(watches):
            seen.update((one.id, one) for one in page)
            told(len(seen))
        number = len(seen)
        reasons = await self._compare(tracker, seen, at_start=at_start)
        if not dry_run:
            await self._touch(tracker, reasons)
        self.last[tracker] = Found(number, **{why: len(reasons[why]) for why in REASONS})
        return self.last[tracker]

    async def _compare(self, tracker: str, seen: dict[str, Seen], *, at_start: bool) -> Mapping[Why, list[str]]:
        """Return the ids that are due by reason; what is known is taken out of `seen`, page by page, to hold little."""
        reasons: dict[Why, list[str]] = {why: [] for why in REASONS}
        async for page in self.store.known(tracker):
            for item in page:
                why = _reason(item, seen.pop(item.id, None), at_start=at_start)
                if why is not None:
                    reasons[why].append(item.id)
        reasons["new"].extend(seen)
        return reasons

    async def _touch(self, tracker: str, reasons: Mapping[Why, list[str]]) -> None:
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


def _reason(known: Known, seen: Seen | None, *, at_start: bool) -> Why | None:
    if seen is None and known.watched:
        return "gone"
    if seen is not None and (known.updated_at is None or _moment(seen.updated_at) != _moment(known.updated_at)):
        return "new" if known.updated_at is None else "changed"
    if known.asks:
        return "asked"
    return "started" if seen is not None and at_start and seen.open else None


def _moment(at: datetime) -> datetime:
    """Cut to milliseconds: that is what trackers send."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
