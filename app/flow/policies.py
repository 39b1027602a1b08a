"""Hold the policy in force, and take over what its file says anew: by itself when the file changes, or when asked to.

A new file that is broken changes nothing: the policy before stays in force, and that is told until the file is mended.
One that would write to too much waits for an approval, and the policy before goes on meanwhile. Where that one is not
known, because the file changed while the service was down, items are judged by the new one and nothing is written.
So it is at a first connection to trackers that hold more than a few items, until each was looked at.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from app.core.errors import Misconfigured, Transient
from app.core.policy import Policy
from app.flow.approval import Gate, as_problem, meanwhile, sentence
from app.flow.first_look import FirstLook
from app.flow.simulate import FEW
from app.ports import Problem
from app.ports.policy_book import Waiting

EVERY = 2.0
"""Seconds between two glances at the file; what changed is read when it has stood still for one of them."""
RETRY = 30.0
"""Seconds after which a forecast is made again for which a tracker or a rota did not answer."""

FIRST = Problem(
    "policy.first_look",
    "the first look at what the trackers hold is under way, and nothing is written until it is over",
    "wait; the page of deliveries tells how much is due, and the log what hinders it",
)
"""Tells why nothing is written at a first connection to many items."""

log = logging.getLogger(__name__)


def _nothing() -> None:
    """Stand in where nobody need be told."""


@dataclass(slots=True)
class Policies:
    """Hold the policy. `read` reads the file, or raises Misconfigured; `stamp` tells cheaply whether it may differ.

    `adopt` puts a new policy in force; it may raise Misconfigured, too, and returns what of it takes a restart.
    Without a `gate`, in observe mode, each policy is adopted, and none writes. `let` is called once the first may, and
    `look_again` where items were looked at before that. Without a `first_look` nothing is known of what the trackers
    hold, and a first connection is judged at once.
    """

    policy: Policy
    read: Callable[[], Policy]
    stamp: Callable[[], object]
    adopt: Callable[[Policy], str | None]
    gate: Gate | None = None
    let: Callable[[], None] = _nothing
    look_again: Callable[[], None] = _nothing
    first_look: FirstLook | None = None
    problem: Problem | None = None
    waits: Waiting | None = None
    writes: bool = False
    judged: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    looks: bool = False
    _held: Policy | None = None
    _noted: str = ""
    _another: Problem | None = None
    _again_at: float = -math.inf
    _read_at: object = None
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._read_at = self.stamp()

    def current(self) -> Policy:
        """Return the policy in force."""
        return self.policy

    def ask(self) -> None:
        """Have the file read again now, whether or not it seems to have changed."""
        self._asked.set()

    def problems(self) -> Sequence[Problem]:
        """Return what is wrong with the file, and what waits."""
        told = as_problem(self.waits, writes=self.writes) if self.waits else FIRST if self.looks else None
        return [one for one in (self.problem, told, self._another) if one is not None]

    async def begin(self) -> None:
        """Let the policy write or have it wait, once the store answers.

        `begun` is set when trackers may be read, `judged` when items may be looked at.
        """
        while not self.judged.is_set():
            if await self._done(self._begin()):
                self.judged.set()
            else:
                await asyncio.sleep(EVERY)

    async def _begin(self) -> None:
        """Judge the policy, at a first connection to many items once they were looked at."""
        may_wait = self.gate and self.policy.limits.largest_change < 1
        if may_wait and self.gate and self.first_look and await self.gate.is_first():
            self.begun.set()
            self.looks = not await self.first_look.is_small(FEW)
        if self.looks:
            log.warning("nothing is written yet: %s", FIRST.message)
        else:
            await self._consider(self.policy)
        self.begun.set()

    async def run(self, every: float = EVERY) -> None:
        """Watch the file, and for approvals, until cancelled."""
        await self.begin()
        before = self._read_at
        while True:
            try:
                async with asyncio.timeout(every):
                    await self._asked.wait()
            except TimeoutError:
                pass
            now = self.stamp()
            if self._asked.is_set() or (now != self._read_at and now == before):
                self._asked.clear()
                await self.take_over()
            else:
                await self._done(self._look_again())
            before = now

    async def take_over(self) -> bool:
        """Read the file, and put it in force if it means something else and may be; return whether it is by now."""
        self._read_at, before = self.stamp(), self.policy
        if not await self._done(self._read()):
            self._read_at = None
        return self.policy is not before

    async def _done(self, step: Awaitable[None]) -> bool:
        """Take a step; False when the store was not there, so that it is to be taken again."""
        try:
            await step
        except Misconfigured as error:
            self.problem = _broken(error)
            lines = "; ".join(error.lines)
            log.error("the new policy is broken, the one before stays in force: %s", lines)  # noqa: TRY400  they say all
        except Transient as error:
            log.warning("the store is not there, the policy stays as it is: %s", error)
            return False
        return True

    async def _read(self) -> None:
        new = self.read()
        if self.looks:
            self._put_in_force(new)
            return
        if new.digest != self.policy.digest or (self.waits and not self.writes):
            await self._consider(new)
            return
        self.problem = None
        if self.waits:  # the file is as it was before
            self.waits, self._noted = None, ""
            await self._note()

    async def _consider(self, new: Policy) -> None:
        """Put a policy in force if it may write; else go on with the one that does, or with none that does."""
        told = self.waits.digest if self.waits else ""
        waits = await self.gate.judge(new, self.policy if self.writes else None) if self.gate else None
        self.waits, self._held, self.problem = waits, new, None
        if waits is None or not self.writes:
            self._put_in_force(new)
        if waits is None:
            self._let_write()
            await self._note()
            return
        self._again_at = asyncio.get_running_loop().time() + RETRY
        if told != waits.digest:
            why = f"{sentence(waits)} {meanwhile(writes=self.writes)}"
            log.warning("a policy waits for an approval: %s", why, extra={"digest": waits.digest})

    def _put_in_force(self, new: Policy) -> None:
        if new.digest == self.policy.digest:
            return
        later = self.adopt(new)
        self.problem = Problem("policy.restart", later, "restart the service") if later else None
        self.policy = new
        log.info("policy changed", extra={"digest": new.digest})

    def _let_write(self) -> None:
        if self.gate and not self.writes:
            self.writes = True
            self.let()
            if self.judged.is_set():
                self.look_again()

    async def _note(self) -> None:
        """Note in the store which policy writes, unless that is done."""
        if self.gate and self.writes and self._noted != self.policy.digest:
            await self.gate.put_in_force(self.policy)
            self._noted = self.policy.digest

    async def _look_again(self) -> None:
        """Put in force what waited, once it was approved; where a forecast was not sure, make it again."""
        if self.looks and self.first_look and await self.first_look.is_over():
            self.looks = False
            await self._consider(self.policy)
        await self._note()
        self._another = await self.gate.another(self.policy) if self.gate and self.writes else None
        if not (self.gate and self.waits and self._held):
            return
        lets = await self.gate.lets_now(self.waits)
        if lets:
            log.info("the policy that waited may write now", extra={"digest": self.waits.digest})
        if lets or (self.waits.unsure and asyncio.get_running_loop().time() >= self._again_at):
            await self._consider(self._held)


def _broken(error: Misconfigured) -> Problem:
    more = f" (and {len(error.lines) - 1} more)" if len(error.lines) > 1 else ""
    what = f"the policy's file is broken, so the one before is in force: {error.lines[0]}{more}"
    return Problem("policy.broken", what, "mend the file; `followthrough policy check` names every mistake in it")
