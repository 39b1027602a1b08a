"""Find what webhooks missed: compare the tracker's watched tickets with the store, both ways.

What left the filter shows only where everything is read. That costs a call for some hundred tickets, so where there are
many it is done at the start and once a day, and in between what changed since the last time is read. Up to when a
tracker was compared stands in the store, so that replicas share it.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from app.core.errors import FollowthroughError
from app.core.policy import Policy
from app.flow.results import judged_by
from app.ports import METER, Clock, Known, Meter, Seen, Store, Touch, Tracker, Watermark

RETRY = 30.0
"""Seconds until another try after a reconcile that failed."""
CHUNK = 500
WHOLE_EVERY = timedelta(days=1)
"""How often everything that is watched is compared where that is much."""
FEW = 1_000
"""Watched tickets that are read whole each time."""
LATELY = timedelta(hours=1)
"""For how long after a comparison of everything a start takes what it left alone for looked at."""
OVERLAP = timedelta(minutes=10)
"""How far behind the last comparison's begin the next one reads: searches lag behind what was written."""

Why: TypeAlias = Literal["new", "changed", "gone", "asked", "started"]
REASONS: tuple[Why, ...] = get_args(Why)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """Count what one reconcile found: `seen` watched tickets, `new` and `changed` ones, and `gone` from the filter.

    It read the `whole`, or else only what changed lately, which shows nothing that is gone.

    New is also what was made due before and not looked at yet: so a first connection goes on where it was cut off.

    `asked` are those with an open question of ours, `started` the open ones that a start looks at once more.

    `missed` are those that no kept webhook told of: unknown here, `changed` or `gone`; none at a first connection.
    """

    seen: int
    new: int
    changed: int
    gone: int
    asked: int
    started: int = 0
    whole: bool = True
    missed: int = 0

    @property
    def due(self) -> int:
        """Return how many items it makes due."""
        return self.new + self.changed + self.gone + self.asked + self.started


@dataclass(slots=True)
class Reconciler:
    """Compare trackers with the store.

    `acts` says whether a tracker's items are written to.

    `last` is what each tracker's last comparison with the whole found; `missed` counts since the start by tracker.
    """

    store: Store
    trackers: Mapping[str, Tracker]
    policy: Callable[[], Policy]
    clock: Clock
    acts: Callable[[str], bool]
    last: dict[str, Found] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    _woken: dict[str, asyncio.Event] = field(default_factory=dict)

    async def once(
        self,
        tracker: str,
        *,
        within: timedelta | None = None,
        dry_run: bool = False,
        at_start: bool = False,
        because: str = "start",
        told: Callable[[int], None] = lambda _seen: None,
    ) -> Found:
        """Compare one tracker with the store and make due what differs.

        `within`: only what the tracker changed in so long a time before now.

        `told` is called with the number of watched tickets that were read so far.

        `at_start` every open item is due, and `because` says why. Where there are many and everything was compared
        lately, as when replicas start one after the other, only what another policy or mode judged is.

        Items whose comment of ours holds an open question are due as well: an answer may not show as a change.
        """
        began = self.clock.now()
        METER.set(Meter())  # what is done on behalf of items leaves a part of the tracker's allowance to others
        watches = self.policy().watches(tracker)
        seen: dict[str, Seen] = {}
        async for page in self.trackers[tracker].watched(watches, within):
            seen.update((one.id, one) for one in page)
            told(len(seen))
        number, before = len(seen), await self.store.watermark(tracker)
        every = number <= FEW or not _lately(before, began)
        judge = judged_by(self.policy(), acts=self.acts(tracker))

        def again(known: Known) -> bool:
            return at_start and (every or known.judged_by != judge)

        reasons = await self._compare(tracker, seen, again, whole=within is None)
        missed = len(seen) + await self._untold(tracker, reasons, began) if before else 0
        found = Found(number, **{why: len(reasons[why]) for why in REASONS}, whole=within is None, missed=missed)
        if not dry_run:
            await self._touch(tracker, {because if why == "started" else why: ids for why, ids in reasons.items()})
            await self._mark(tracker, began, within, number)
            self.missed[tracker] += missed
        if found.whole:
            self.last[tracker] = found
        return found

    async def in_turn(self, tracker: str, *, at_start: bool = False, because: str = "start") -> Found:
        """Compare what changed since the last time; everything at a start, once a day, and where that is little."""
        within = None if at_start else await self._within(tracker)
        return await self.once(tracker, within=within, at_start=at_start, because=because)

    async def _compare(
        self, tracker: str, seen: dict[str, Seen], again: Callable[[Known], bool], *, whole: bool
    ) -> Mapping[Why, list[str]]:
        """Return the ids that are due by reason; what is known is taken out of `seen`, page by page, to hold little."""
        reasons: dict[Why, list[str]] = {why: [] for why in REASONS}
        async for page in self.store.known(tracker):
            for item in page:
                why = _reason(item, seen.pop(item.id, None), again, whole=whole)
                if why is not None:
                    reasons[why].append(item.id)
        reasons["new"].extend(seen)
        return reasons

    async def _untold(self, tracker: str, reasons: Mapping[Why, list[str]], began: datetime) -> int:
        """Count what differs though no webhook told of it; what was looked at meanwhile differs from what was read."""
        ids = [*reasons["changed"], *reasons["gone"]]
        told = [await self.store.told_of(tracker, ids[at : at + CHUNK], began) for at in range(0, len(ids), CHUNK)]
        return len(ids) - sum(map(len, told))

    async def _touch(self, tracker: str, reasons: Mapping[str, list[str]]) -> None:
        touches = [Touch(id_, f"reconcile: {why}") for why, ids in reasons.items() for id_ in ids]
        for start in range(0, len(touches), CHUNK):
            await self.store.touch(tracker, touches[start : start + CHUNK], self.clock.now())

    async def _mark(self, tracker: str, began: datetime, within: timedelta | None, number: int) -> None:
        """Note up to when the tracker was compared, unless that leaves something out between the last time and now."""
        mark = await self.store.watermark(tracker)
        if within is None:
            await self.store.put_watermark(tracker, Watermark(began, began, number))
        elif mark is not None and began - within <= mark.at <= began:
            await self.store.put_watermark(tracker, replace(mark, at=began))

    async def _within(self, tracker: str) -> timedelta | None:
        """Return how far back is to be read; None: everything."""
        mark, now = await self.store.watermark(tracker), self.clock.now()
        if mark is None or mark.watched <= FEW or mark.at > now or now - mark.whole_at >= WHOLE_EVERY:
            return None
        return now - mark.at + OVERLAP

    async def run(self, every: timedelta) -> None:
        """Reconcile every tracker now and by interval, until cancelled; whatever fails is tried again soon."""
        await asyncio.gather(*(self._run_one(tracker, every) for tracker in self.trackers))

    def look_again(self) -> None:
        """Reconcile every tracker now, and look at every open item once more, as at a start."""
        for woken in self._woken.values():
            woken.set()

    async def _run_one(self, tracker: str, every: timedelta) -> None:
        at_start, because, woken = True, "start", self._woken.setdefault(tracker, asyncio.Event())
        while True:
            woken.clear()
            wait = every.total_seconds()
            try:
                found = await self.in_turn(tracker, at_start=at_start, because=because)
                at_start, because = False, "policy changed"  # the only thing that has everything looked at once more
                told = {"seen": found.seen, "due": found.due, "missed": found.missed, "whole": found.whole}
                log.info("reconciled", extra={"tracker": tracker, **told})
            except FollowthroughError as error:
                log.warning("reconcile failed, tried again soon: %s", error, extra={"tracker": tracker})
                wait = min(RETRY, wait)
            except Exception:  # an answer out of shape passes, and without us lost webhooks stay lost
                log.exception("reconcile met an error of ours, tried again soon", extra={"tracker": tracker})
                wait = min(RETRY, wait)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    at_start = await woken.wait()


def _lately(mark: Watermark | None, now: datetime) -> bool:
    return mark is not None and timedelta(0) <= now - mark.whole_at < LATELY


def _reason(known: Known, seen: Seen | None, again: Callable[[Known], bool], *, whole: bool) -> Why | None:
    if seen is not None and known.updated_at is None:
        return "new"
    if seen is not None and _differs(known, seen):
        return "changed"
    if seen is None and known.watched and whole:
        return "gone"
    if known.asks:
        return "asked"
    return "started" if seen is not None and seen.open and again(known) else None


def _differs(known: Known, seen: Seen) -> bool:
    # What left and came back need not have changed: a label got its name again, or our account its right to see it.
    return not known.watched or known.updated_at is None or _moment(seen.updated_at) != _moment(known.updated_at)


def _moment(at: datetime) -> datetime:
    """Cut to milliseconds: that is what trackers send."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
