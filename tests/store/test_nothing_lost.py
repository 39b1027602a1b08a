"""No touch is ever lost, whatever workers do and in whichever order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ports import Claim, Touch
from app.store import SqlStore
from app.store.reasons import MOST
from tests.database import empty
from tests.store.examples import LEASE, NOW, SECOND, delivery, result, snapshot

IDS = ["i1", "i2", "key:PM-1"]

_ids = st.sampled_from(IDS)
_held = st.integers(0, 3)
_seconds = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("touch"), _ids),
    st.tuples(st.just("keep"), _ids),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("record"), _held, st.one_of(st.none(), _seconds)),
    st.tuples(st.just("fail"), _held, st.one_of(st.none(), _seconds)),
    st.tuples(st.just("release"), _held),
    st.tuples(st.just("extend"), _held),
    st.tuples(st.just("rename"), _held),
    st.tuples(st.just("forget"), _held),
    st.tuples(st.just("pass"), _seconds),
)


class World:
    """Play workers on a store, and remember which touches no finished run has answered yet."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.now = NOW
        self.claims: list[Claim] = []
        self.unanswered: dict[str, str] = {}
        self.told = 0

    async def do(self, step: Sequence[Any]) -> None:
        """Take one step; one that needs a claim does nothing without."""
        name, *arguments = step
        if name in {"touch", "keep", "claim", "pass"}:
            await getattr(self, f"do_{name}")(*arguments)
        elif arguments[0] < len(self.claims):
            await getattr(self, f"do_{name}")(self.claims.pop(arguments[0]), *arguments[1:])

    async def do_touch(self, id_: str) -> None:
        """Touch an item for a reason of its own; an item gathers ten at most."""
        if self.told < MOST:
            await self.store.touch("linear", [Touch(id_, self._reason(id_))], self.now)

    async def do_keep(self, id_: str) -> None:
        """Touch an item by a delivery."""
        if self.told >= MOST:
            return
        reason = self._reason(id_)
        assert await self.store.keep(delivery(reason.encode()), [Touch(id_, reason)], self.now)

    async def do_claim(self, limit: int) -> None:
        """Let a worker claim; it may hold void claims of the same item already."""
        self.claims += await self.store.claim(limit, self.now, LEASE, ["linear"])

    async def do_record(self, claim: Claim, again: int | None) -> None:
        """End a run well: what it ran for is answered."""
        look_again_at = None if again is None else self.now + again * SECOND
        found = result(again=look_again_at, snapshot=snapshot(claim.id, key=claim.id, epics=()))
        if await self.store.record(claim, found, self.now):
            self._answer(claim)

    async def do_fail(self, claim: Claim, again: int | None) -> None:
        """End a run badly; a parked item has told its reason, and that is an answer."""
        retry_at = None if again is None else self.now + again * SECOND
        held = await self.store.fail(claim, "down", retry_at, self.now)
        shown = await self.store.find("linear", claim.id)
        if held and shown and shown.parked:
            self._answer(claim)

    async def do_release(self, claim: Claim) -> None:
        """Hand an item back."""
        await self.store.release([claim])

    async def do_extend(self, claim: Claim) -> None:
        """Keep an item longer."""
        self.claims.append(claim)
        await self.store.extend([claim], self.now + LEASE)

    async def do_rename(self, claim: Claim) -> None:
        """Learn the real id of an item that is known by key."""
        if claim.id.startswith("key:"):
            await self.store.rename(claim, "i1", self.now)

    async def do_forget(self, claim: Claim) -> None:
        """Drop an item; whether that went through is seen by its absence."""
        known = await self.store.find("linear", claim.id)
        await self.store.forget(claim)
        if known and await self.store.find("linear", claim.id) is None:
            self._answer(claim)

    async def do_pass(self, seconds: int) -> None:
        """Let time pass, over the end of leases too."""
        self.now += timedelta(seconds=seconds)

    async def finish(self) -> None:
        """Let one healthy worker do everything that is left."""
        self.claims.clear()
        for _ in range(len(IDS) + 1):
            self.now += 2 * LEASE
            for claim in await self.store.claim(9, self.now, LEASE, ["linear"]):
                await self.do_record(claim, None)

    def _reason(self, id_: str) -> str:
        self.told += 1
        reason = f"{self.told} touched {id_}"
        self.unanswered[reason] = id_
        return reason

    def _answer(self, claim: Claim) -> None:
        for reason in claim.because:
            self.unanswered.pop(reason, None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25))
def test_every_touch_is_answered_by_a_run_that_began_after_it(database_url: str, steps: list[Sequence[Any]]) -> None:
    """Whatever happened, a healthy worker afterwards finds every touched item due and hears every reason."""

    async def play() -> None:
        store = SqlStore(database_url)
        await store.open()
        try:
            world = World(store)
            for step in steps:
                await world.do(step)
            await world.finish()
            assert world.unanswered == {}
        finally:
            await store.aclose()

    empty(database_url)
    asyncio.run(play())
