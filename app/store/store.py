"""Fill the `Store` port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from sqlalchemy import Connection

from app.core.allowance import Drawn
from app.core.delivery import Delivery
from app.core.errors import Transient
from app.core.memory import Memory
from app.core.record import Record
from app.ports import LOAN, Claim, Known, Loan, Result, Stored, Touch, Watermark
from app.ports.loan import clocks
from app.ports.tracing import span
from app.store import allowances, deliveries, figures, leases, reads, runs, schema, telling, watermarks
from app.store.address import read_address
from app.store.arrivals import Arrivals
from app.store.batches import Batches
from app.store.bell import Bell
from app.store.commits import Commits
from app.store.cursor import read_cursor, write_cursor
from app.store.engine import Database
from app.store.outbox import SqlOutbox
from app.store.policy_book import SqlPolicyBook
from app.store.recording import Finished
from app.store.reporting import SqlReports

P = ParamSpec("P")

_PAGE = 1_000
_RECORDED = 100  # runs kept by one commit at most


@dataclass(frozen=True, slots=True)
class _Open:
    database: Database
    bell: Bell
    arrivals: Arrivals
    commits: Commits
    recording: Batches[Finished, runs.Ended]
    noting: Commits


class SqlStore:
    """Keep everything in SQLite or PostgreSQL, by the address.

    `settle` is how long after a look began its item is due again at the earliest. A bad address raises Misconfigured.
    """

    def __init__(self, url: str, *, settle: timedelta = timedelta(seconds=1)) -> None:
        self._url = read_address(url)
        self._settle = settle
        self._state: _Open | None = None
        self.reports = SqlReports(lambda: self._database)
        self.outbox = SqlOutbox(lambda: self._database)
        self.policies = SqlPolicyBook(lambda: self._database)

    async def open(self) -> None:
        """Connect; an embedded database is created and migrated, another one must be up to date or Misconfigured."""
        if self._state:
            return
        database = Database(self._url)
        try:
            await database.start(schema.migrate if database.dialect == "sqlite" else schema.check)
        except BaseException:
            await database.aclose()
            raise
        bell = Bell(self._url)
        recording = Batches[Finished, runs.Ended](
            "store-recording", lambda finished: database.write(telling.record, bell, finished), _RECORDED
        )
        self._state = _Open(
            database,
            bell,
            Arrivals(database, bell, self._settle),
            Commits("store-commits", database.write),
            recording,
            Commits("store-noting", database.write_relaxed),
        )

    async def aclose(self) -> None:
        """Finish what is under way and close connections."""
        if self._state:
            state, self._state = self._state, None
            await self.reports.aclose()
            await state.arrivals.aclose()
            await state.commits.aclose()
            await state.noting.aclose()
            await state.recording.aclose()
            await state.bell.aclose()
            await state.database.aclose()

    # --- making due ---

    async def keep(self, delivery: Delivery, touches: Sequence[Touch], now: datetime) -> bool:
        """Keep a delivery and make its items due, in one transaction; False for one that was kept before."""
        with span("keep", tracker=delivery.tracker, delivery=delivery.delivery_id[:100]):
            return await self._now.arrivals.keep(delivery, touches, now)

    async def touch(self, tracker: str, touches: Sequence[Touch], now: datetime, *, settle: bool = True) -> int:
        """Make items due without a delivery; return how many."""
        state = self._now
        aimed = [(tracker, touch, now) for touch in touches]
        due = await state.database.write(telling.touch, state.bell, aimed, self._settle if settle else timedelta(0))
        if due:
            state.bell.ring()
        return due

    async def wait(self, seconds: float) -> None:
        """Wait until something was made due, by any replica, or the time is over."""
        await self._now.bell.wait(seconds)

    # --- running ---

    async def claim(self, limit: int, now: datetime, lease: timedelta, trackers: Sequence[str]) -> Sequence[Claim]:
        """Lend due items of these trackers, oldest first; a caller who is cancelled leaves nothing on loan."""
        loan = Loan(lease.total_seconds())
        lending = asyncio.ensure_future(self._database.write_relaxed(leases.claim, limit, now, now + lease, trackers))
        try:
            claims = await asyncio.shield(lending)
        except asyncio.CancelledError:
            with contextlib.suppress(Transient):
                await self.release(await lending)
            raise
        LOAN.set(loan)  # what the caller starts from here on stands on it
        return [replace(claim, loan=loan) for claim in claims]

    async def extend(self, claims: Sequence[Claim], until: datetime) -> None:
        """Move the end of leases that still hold, by our own clocks too."""
        held = [claim for claim in claims if not (claim.loan and claim.loan.over)]
        if held:
            began = clocks()
            await self._database.write_relaxed(leases.extend, held, until)
            for loan in {claim.loan for claim in held if claim.loan}:
                loan.renew(began)

    async def release(self, claims: Sequence[Claim]) -> None:
        """Hand items back unchanged and due."""
        if claims:
            state = self._now
            await state.database.write(telling.release, state.bell, claims)
            state.bell.ring()

    async def note(self, claim: Claim, memory: Memory) -> bool:
        """Keep what the item's next run must know even if this one has no end; False when the fence is void."""
        noting = self._now.noting
        return await noting.write((claim.tracker, claim.id), lambda connection: leases.note(connection, claim, memory))

    async def record(self, claim: Claim, result: Result, now: datetime) -> bool:
        """Keep what a run found and end its lease; False when the fence is void."""
        state = self._now
        with span("record", tracker=claim.tracker, item=claim.id):
            ended = await state.recording.ask(Finished(claim, result, now))
        if ended.due_at:
            state.bell.ring()  # who waits here must reckon anew until when
        return ended.held

    async def fail(self, claim: Claim, reason: str, retry_at: datetime | None, now: datetime) -> bool:
        """End a failed run's lease: due again at `retry_at`, or parked; False when the fence is void."""
        return await self._end(runs.fail, claim, reason, retry_at, now)

    async def rename(self, claim: Claim, id_: str, now: datetime) -> None:
        """Replace an item known only by key by its real id, due at once."""
        await self._end(runs.rename, claim, id_, now)

    async def forget(self, claim: Claim) -> None:
        """Drop an item that never was watched, unless it was touched meanwhile."""
        await self._end(runs.forget, claim)

    async def next_due(self, now: datetime, trackers: Sequence[str]) -> datetime | None:
        """Return when the next item can be claimed, `now` if one can."""
        return await self._database.read(leases.next_due, now, trackers)

    async def pause(self, tracker: str, until: datetime) -> None:
        """Let every replica leave this tracker alone until then, or longer."""
        await self._database.write(figures.pause, tracker, until)

    async def pauses(self, now: datetime) -> Mapping[str, datetime]:
        """Return the trackers that are paused now, and until when."""
        return await self._database.read(figures.pauses_now, now)

    # --- showing ---

    async def known(self, tracker: str) -> AsyncIterator[Sequence[Known]]:
        """Page through the tracker's items, by id."""
        after = ""
        while page := await self._database.read(reads.known, tracker, after, _PAGE):
            yield page
            after = page[-1].id

    async def told_of(self, tracker: str, ids: Sequence[str], since: datetime) -> AbstractSet[str]:
        """Return which of them a webhook told of and no run has dealt with, or a run looked at since then."""
        return await self._database.read(reads.told_of, tracker, ids, since)

    async def watermark(self, tracker: str) -> Watermark | None:
        """Return up to when the tracker was compared with what is kept; None: never."""
        return await self._database.read(watermarks.watermark, tracker)

    async def put_watermark(self, tracker: str, mark: Watermark) -> None:
        """Note up to when the tracker was compared."""
        await self._database.write(watermarks.put_watermark, tracker, mark)

    async def find(self, tracker: str, reference: str) -> Stored | None:
        """Find an item by id, key, or a key that it had before, in any case."""
        return await self._database.read(reads.find, tracker, reference)

    async def items(
        self,
        *,
        tracker: str | None,
        watched: bool | None,
        after: str | None,
        limit: int,
        postmortem: str | None = None,
    ) -> tuple[Sequence[Stored], str | None]:
        """Return a page of items by tracker and id, and the next cursor; a forged cursor raises ValueError."""
        place = read_cursor("items", after, str, str) if after is not None else ["", ""]
        query = reads.items_query(tracker, postmortem, watched=watched, after=(place[0], place[1]), limit=limit + 1)
        found = await self._database.read(reads.page, query)
        page = found[:limit]
        return page, write_cursor("items", page[-1].tracker, page[-1].id) if len(found) > limit and page else None

    async def records(self, tracker: str, id_: str, limit: int) -> Sequence[Record]:
        """Return an item's records, newest first."""
        return await self._database.read(reads.records_of, tracker, id_, limit)

    async def deliveries(
        self, *, tracker: str | None, hearing: str | None, limit: int
    ) -> Sequence[tuple[int, Delivery]]:
        """Return deliveries with their numbers, newest first."""
        return await self._database.read(deliveries.latest, tracker, hearing, limit)

    async def delivery(self, number: int) -> Delivery | None:
        """Return one delivery."""
        return await self._database.read(deliveries.one, number)

    async def prune(self, before: datetime, limit: int) -> int:
        """Drop deliveries that came before then, the oldest first, so many at most; return how many."""
        return await self._database.write(deliveries.prune, before, limit)

    async def writes_since(self, tracker: str, since: datetime) -> int:
        """Count the writes that were recorded since then."""
        return await self._database.read(figures.writes_since, tracker, since)

    async def draw(self, tracker: str, now: datetime, number: int, limit: int) -> Drawn:
        """Draw so many of the writes that all replicas may make in an hour, or what is left of them."""
        return await self._database.write_relaxed(allowances.draw, tracker, now, number, limit)

    async def unseen(self) -> int:
        """Count the items that nobody has looked at yet, but for those whose look failed."""
        return await self._database.read(figures.unseen)

    async def counts(self, now: datetime) -> Mapping[str, int]:
        """Return the numbers of `items`, `watched`, `due` (on loan too), `parked` and `deliveries`."""
        return {**await self.reports.sizes(), **await self.reports.waiting(now)}

    # --- inside ---

    @property
    def _now(self) -> _Open:
        if not self._state:
            raise Transient("The store is closed.")
        return self._state

    @property
    def _database(self) -> Database:
        return self._now.database

    async def _end(
        self,
        work: Callable[Concatenate[Connection, Claim, P], runs.Ended],
        claim: Claim,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> bool:
        state = self._now

        def ended_in(connection: Connection) -> runs.Ended:
            return telling.ended(connection, state.bell, lambda connection: work(connection, claim, *args, **kwargs))

        ended = await state.commits.write((claim.tracker, claim.id), ended_in)
        if ended.due_at:
            state.bell.ring()  # who waits here must reckon anew until when
        return ended.held
