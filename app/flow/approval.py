"""Let a policy write, or have it wait for somebody's approval because it would write to too much at once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.errors import FollowthroughError
from app.core.policy import Policy
from app.flow.simulate import Forecast, Simulator
from app.ports import Clock, Problem
from app.ports.policy_book import PolicyBook, Waiting

SHORT = 12
"""Letters of a digest that people are shown; `approve` takes as few as tell it from the others."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gate:
    """Judge policies by what they would change; `simulator` compares with the policy given, or with none."""

    book: PolicyBook
    simulator: Callable[[Policy | None], Simulator]
    clock: Clock

    async def judge(self, new: Policy, today: Policy | None) -> Waiting | None:
        """Return for what the policy has to wait, or None: it may write. `today` is the one that writes now, if any.

        The one that was last in force and those that were approved are let without a look at items.
        """
        if await self.book.lets(new.digest):
            return None
        forecast = await self._forecast(new, today)
        if forecast is not None and not forecast.waits(new):
            return None
        found = forecast or Forecast(unsure=1)
        waiting = Waiting(
            digest=new.digest,
            file=new.where,
            written=found.written,
            items=found.items,
            most=new.limits.largest_change,
            since=self.clock.now(),
            unsure=found.unsure,
        )
        await self.book.wait(waiting)
        return waiting

    async def another(self, policy: Policy) -> Problem | None:
        """Return that another replica put another policy in force after this one, which writes here; else None."""
        last = await self.book.in_force()
        if last in {None, policy.digest}:
            return None
        told = (
            f"{policy.digest[:SHORT]} is in force here, and another replica put {str(last)[:SHORT]} in force after it"
        )
        return Problem("policy.another", told, "give all replicas the same policy file; each writes by its own")

    async def is_first(self) -> bool:
        """Tell whether no policy has ever written here."""
        return await self.book.is_new()

    async def lets_now(self, waiting: Waiting) -> bool:
        """Tell whether what waits may write by now; if not, see to it that it is still known to wait."""
        if await self.book.lets(waiting.digest):
            return True
        if waiting.digest not in {one.digest for one in await self.book.waiting()}:
            await self.book.wait(waiting)
        return False

    async def put_in_force(self, policy: Policy) -> None:
        """Note that the policy writes now, for the next start and for other replicas."""
        await self.book.put_in_force(policy.digest, policy.where, self.clock.now())

    async def _forecast(self, new: Policy, today: Policy | None) -> Forecast | None:
        """Return what would change; None for an error of ours, which must not keep the service from its work."""
        try:
            return await self.simulator(today).run(new, self.clock.now(), listed=False)
        except FollowthroughError:
            raise
        except Exception:
            log.exception("the forecast of a policy met an error of ours")
            return None


def sentence(waiting: Waiting) -> str:
    """Say what waits, why, and what lets it."""
    lets = f"`followthrough approve {waiting.digest[:SHORT]}` lets it."
    if not waiting.items:
        return f"What the policy of {waiting.file} would write to could not be told, the log says why; {lets}"
    share, most = _percents(waiting.written / waiting.items, waiting.most)
    unsure = f" (not sure for {waiting.unsure}: a tracker or a rota did not answer)" if waiting.unsure else ""
    return (
        f"The policy of {waiting.file} would write to {share} of {waiting.items} open items{unsure}, "
        f"more than the {most} of limits.largest_change; {lets}"
    )


def meanwhile(*, writes: bool) -> str:
    """Say what goes on until then."""
    if writes:
        return "Until then the policy before it stays in force."
    return "Until then items are judged by it, and nothing is written."


def as_problem(waiting: Waiting, *, writes: bool) -> Problem:
    """Return it as a check that does not keep the service from being ready."""
    hint = (
        "look at the items, or at `followthrough simulate` of the file's version before, which shows the difference "
        "the other way round; then approve it, or put the file back as it was"
    )
    return Problem("policy.waits", f"{sentence(waiting)} {meanwhile(writes=writes)}", hint)


def as_json(waiting: Waiting, *, writes: bool) -> dict[str, Any]:
    """Return it for programs; `writes` tells whether another policy does meanwhile."""
    return {
        "digest": waiting.digest,
        "written": waiting.written,
        "items": waiting.items,
        "unsure": waiting.unsure,
        "largest_change": waiting.most,
        "since": waiting.since.isoformat().replace("+00:00", "Z"),
        "sentence": sentence(waiting),
        "meanwhile": meanwhile(writes=writes),
        "writes": writes,
    }


def _percents(share: float, most: float) -> tuple[str, str]:
    """Return both with as many digits as it takes to tell them apart."""
    for digits in (3, 5, 9):
        told = f"{100 * share:.{digits}g} %", f"{100 * most:.{digits}g} %"
        if told[0] != told[1]:
            break
    return told
