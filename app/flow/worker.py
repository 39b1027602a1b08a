"""Work through due items: claim, look in batches, handle each by itself, record."""

import asyncio
import contextlib
import logging
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from app.core.errors import Denied, FollowthroughError, Lapsed, NotFound, Permanent, RateLimited, Transient
from app.core.memory import Memory
from app.core.snapshot import Snapshot
from app.core.values import replace
from app.core.windows import history_wanted
from app.flow.facts import Look, with_heard
from app.flow.handle import Handler
from app.flow.renamed import hold_back
from app.flow.tally import Tally
from app.ports import METER, Claim, Clock, Meter, Store
from app.ports.tracing import span

LEASE = timedelta(seconds=12)
APART = 0.3
"""Seconds between claims while many items are on loan: what becomes due one by one is read together all the same."""
MANY = 8
"""Items on loan from which on the next ones wait for each other: fewer wait for nobody."""
IDLE = 5.0
"""Longest wait in seconds before the store is asked again, whatever woke nobody."""
LONGEST_RETRY = timedelta(minutes=10)
DENIED_RETRY = timedelta(minutes=1)
ATTEMPTS = 12
"""How often a run may end in an error that may pass, but may last as well, before its item is parked."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """Run until stopped. `parallel` items are handled at a time; up to `hold` are on loan.

    `tallies` counts runs by tracker.
    """

    store: Store
    handlers: Mapping[str, Handler]
    clock: Clock
    parallel: int = 64
    hold: int = 200
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    _since: dict[tuple[str, str], float] = field(default_factory=dict)
    _held: dict[tuple[str, str], Claim] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(init=False)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _claimed_at: float = -math.inf

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.parallel)

    async def run(self) -> None:
        """Work until cancelled; then hand back what is on loan and was not begun."""
        beat = asyncio.create_task(self._heartbeat())
        try:
            while True:
                await self._turn()
        finally:
            beat.cancel()
            await self._hand_back()

    async def _turn(self) -> None:
        try:
            await self.claim_once()
            await self._rest()
        except Transient as error:
            log.warning("the store is not there: %s", error)
            await asyncio.sleep(1)

    async def claim_once(self) -> int:
        """Claim what is due and start on it; return how many items."""
        now = self.clock.now()
        clock = asyncio.get_running_loop().time()
        if not self._has_room() or (len(self._held) >= MANY and clock < self._claimed_at + APART):
            return 0
        claims = await self.store.claim(self.hold - len(self._held), now, LEASE, list(self.handlers))
        by_tracker: dict[str, list[Claim]] = defaultdict(list)
        self._claimed_at = clock
        for claim in claims:
            self._held[claim.tracker, claim.id] = claim
            self._since[claim.tracker, claim.id] = clock
            by_tracker[claim.tracker].append(claim)
        for tracker, batch in by_tracker.items():
            task = asyncio.create_task(self._batch(self.handlers[tracker], batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(claims)

    @property
    def busy(self) -> bool:
        """Tell whether anything is on loan."""
        return bool(self._held)

    def _has_room(self) -> bool:
        """Tell whether half of what may be on loan is free: items claimed together are read together."""
        return self.hold - len(self._held) >= max(1, self.hold // 2)

    async def _rest(self) -> None:
        clock = asyncio.get_running_loop().time()
        if not self._has_room() or (len(self._held) >= MANY and clock < self._claimed_at + APART):
            await self._next_free(None if not self._has_room() else self._claimed_at + APART - clock)
            return
        if self.busy:  # what runs is not held up by looking for what comes next
            await self.store.wait(APART)
            return
        now = self.clock.now()
        paused = await self.store.pauses(now)
        open_ = [name for name in self.handlers if name not in paused]
        due = await self.store.next_due(now, open_) if open_ else None
        ends = [IDLE, *((end - now).total_seconds() for end in paused.values())]
        seconds = min(*ends, IDLE if due is None else (due - now).total_seconds())
        await self.store.wait(max(seconds, 0.05))

    async def _next_free(self, seconds: float | None) -> None:
        """Wait until something on loan is done with, or the time is over."""
        self._freed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._freed.wait()

    def _free(self, claim: Claim) -> None:
        place = claim.tracker, claim.id
        self._held.pop(place, None)
        if (since := self._since.pop(place, None)) is not None:
            self.tallies[claim.tracker].took(asyncio.get_running_loop().time() - since)
        self._freed.set()

    async def _batch(self, handler: Handler, claims: Sequence[Claim]) -> None:
        meter = Meter()
        METER.set(meter)
        try:
            with span("look", tracker=handler.tracker.name, items=len(claims)):
                seen = await handler.tracker.look([claim.id for claim in claims])
        except Exception as error:  # noqa: BLE001  whatever happens, every item must be handed back with its reason
            await self._unseen(handler, claims, error)
            return
        share = math.ceil(meter.calls / len(claims))
        looks = [Look(claim, with_heard(seen.get(claim.id), claim, handler.tracker)) for claim in claims]
        asks: list[Look] = []
        rest: list[Look] = []
        for look in looks:
            (asks if self._asks(handler, look) else rest).append(look)
        known = (self._item(handler, look, share) for look in rest)
        await asyncio.gather(self._with_history(handler, asks, share), *known)

    async def _unseen(self, handler: Handler, claims: Sequence[Claim], error: Exception) -> None:
        """Look again at each half of what could not be looked at together: a single item may be to blame for it."""
        half = len(claims) // 2
        if half and not isinstance(error, (Transient, Denied)):
            await asyncio.gather(self._batch(handler, claims[:half]), self._batch(handler, claims[half:]))
        else:
            await asyncio.gather(*(self._failed(claim, error) for claim in claims))

    def _asks(self, handler: Handler, look: Look) -> bool:
        """Tell whether the item's history must be read; one that cannot be judged fails by itself in its run."""
        snapshot, claim = look.snapshot, look.claim
        if snapshot is None or snapshot.id != claim.id:
            return False
        with contextlib.suppress(Exception):
            return history_wanted(snapshot, claim.memory, handler.policy(), self.clock.now())
        return False

    async def _with_history(self, handler: Handler, looks: Sequence[Look], looked: int) -> None:
        """Handle items whose history decides, which is read for all of them together."""
        if not looks:
            return
        meter = Meter()
        METER.set(meter)
        try:
            with span("read histories", tracker=handler.tracker.name, items=len(looks)):
                told = await handler.tracker.history([look.claim.id for look in looks])
        except Exception as error:  # noqa: BLE001  as with the look: every item must be handed back with its reason
            half = len(looks) // 2
            if half and not isinstance(error, (Transient, Denied)):
                parts = (looks[:half], looks[half:])
                await asyncio.gather(*(self._with_history(handler, part, looked) for part in parts))
            else:
                await asyncio.gather(*(self._failed(look.claim, error) for look in looks))
            return
        share = looked + math.ceil(meter.calls / len(looks))
        whole = [look.with_history(told.get(look.claim.id, ())) for look in looks]
        await asyncio.gather(*(self._item(handler, look, share) for look in whole))

    async def _item(self, handler: Handler, look: Look, looked: int) -> None:
        claim, snapshot = look.claim, look.snapshot
        async with self._slots:
            meter = Meter(looked, patient=claim.delivery is None)
            METER.set(meter)
            try:
                with span("run", tracker=claim.tracker, item=claim.id):
                    await self._run(handler, claim, snapshot, meter)
                self.tallies[claim.tracker].outcomes["done"] += 1
            except Exception as error:  # noqa: BLE001  one bad item never holds up another
                await self._failed(claim, error)
            finally:
                self._free(claim)

    async def _run(self, handler: Handler, claim: Claim, snapshot: Snapshot | None, meter: Meter) -> None:
        now = self.clock.now()
        if snapshot is not None and snapshot.id != claim.id:
            await self.store.rename(claim, snapshot.id, now)
            return
        if snapshot is None:
            snapshot = replace(claim.snapshot, here=False) if claim.snapshot else None
        if snapshot is None:
            await self.store.forget(claim)
            return
        await hold_back(handler.tracker, claim.snapshot, snapshot, handler.policy())
        result = await handler.handle(snapshot, claim.memory, claim.because, partial(self._note, claim))
        if not result.watched and result.memory.first_seen_at is None:
            await self.store.forget(claim)
            return
        self.tallies[claim.tracker].writes += len(result.record.writes)
        result = replace(result, record=replace(result.record, calls=meter.calls))
        await self.store.record(claim, result, self.clock.now())
        told = {**_place(claim), "key": snapshot.key, "because": claim.because, "writes": result.record.writes}
        log.info("handled", extra=told)

    async def _note(self, claim: Claim, memory: Memory) -> None:
        if not await self.store.note(claim, memory):
            raise Lapsed("the item was taken over meanwhile: it is looked at again")

    async def _failed(self, claim: Claim, error: Exception) -> None:
        now = self.clock.now()
        reason, retry_at = self._verdict(claim, error, now)
        self.tallies[claim.tracker].outcomes["retried" if retry_at else "parked"] += 1
        try:
            if isinstance(error, RateLimited) and retry_at is not None:
                await self.store.pause(claim.tracker, retry_at)
            await self.store.fail(claim, reason, retry_at, now)
        except Transient as store_error:
            log.warning("the store is not there, the item's lease will run out: %s", store_error, extra=_place(claim))
        finally:
            self._free(claim)

    def _verdict(self, claim: Claim, error: Exception, now: datetime) -> tuple[str, datetime | None]:
        """Say what failed and when it is worth another try; None: never by itself."""
        place = _place(claim)
        if isinstance(error, Denied):
            log.error("credentials refused: %s", error, extra=place)
            return str(error), now + DENIED_RETRY
        given_up = claim.attempts >= ATTEMPTS
        # What is not found was deleted or hidden since the look: the next one tells.
        if isinstance(error, Transient) or (isinstance(error, NotFound) and not given_up):
            log.warning("will be tried again: %s", error, extra=place)
            asked = error.retry_after if isinstance(error, Transient) else None
            return str(error), now + pause(claim.attempts, asked)
        if isinstance(error, (Permanent, FollowthroughError)):
            log.error("parked: %s", error, extra=place)
            return str(error), None
        log.error("%s an error of ours", "parked for" if given_up else "tried again after", exc_info=error, extra=place)
        return f"internal error ({type(error).__name__})", None if given_up else now + pause(claim.attempts, None)

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self.store.extend(list(self._held.values()), self.clock.now() + LEASE)
            except Transient:
                continue
            except Exception:  # else no run that takes longer than a lease would ever come to its end again
                log.exception("the leases met an error of ours, tried again soon")

    async def _hand_back(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Transient):
            await self.store.release(list(self._held.values()))
        self._held.clear()


def _place(claim: Claim) -> dict[str, str | None]:
    """Say on a line of the log which item it is about, and which delivery made it due."""
    key = claim.snapshot.key if claim.snapshot else None
    return {"tracker": claim.tracker, "item": claim.id, "key": key, "delivery": claim.delivery}


def pause(attempts: int, asked: float | None) -> timedelta:
    """Return how long to wait before the next try: doubling from half a second with jitter, or what was asked for."""
    grown = min(0.5 * 2 ** min(attempts, 20), LONGEST_RETRY.total_seconds())
    jittered = grown * random.uniform(0.7, 1.3)  # noqa: S311  spreads load, guards nothing
    return timedelta(seconds=max(jittered, asked or 0.0))
