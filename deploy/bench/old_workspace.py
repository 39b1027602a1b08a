"""Run a sandbox with years behind it in a process of its own; it takes the orders of `playing`, and these.

`age` makes items that nobody touched for long, most of them with a class, some closed. `spent` tells what was asked of
it: calls, how many were refused for coming too often, and what came in an hour at most, by the time that jumps.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors._kit import world as kit
from connectors.jira.sandbox.api.app import Api
from connectors.linear.sandbox.budget import Budget
from deploy.bench.jumping import Jumps
from deploy.bench.playing import Player, take_orders

REQUESTS, POINTS = 2_500, 3_000_000
"""What Linear allows a key in an hour, https://linear.app/developers/rate-limiting."""
OLDEST, YOUNGEST = timedelta(days=900), timedelta(days=200)
LABELS: dict[int, tuple[str, ...]] = {0: (), 1: ("strategic", "operational"), 2: ("ops",), 3: ("operational",)}
"""Those of each ten items that are not simply strategic."""
CLOSED = (3, 8, 9)
"""Those of each ten that are done."""
HOUR = 3600.0


@dataclass(slots=True)
class Asked:
    """Hold when calls came, in seconds, and what each cost in points."""

    at: list[float] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    refused: int = 0
    least: dict[str, float] = field(default_factory=dict)

    def most(self, cost: Sequence[float], span: float, since: float = 0.0) -> float:
        """Return how much came at most in any time so long, from so many seconds after the first call on."""
        most, begin, sum_ = 0.0, 0, 0.0
        for end, at in enumerate(self.at):
            sum_ += cost[end]
            while self.at[begin] <= at - span or self.at[begin] < self.at[0] + since:
                sum_ -= cost[begin]
                begin += 1
                if begin > end:
                    break
            most = max(most, sum_)
        return most


class OldWorkspace(Player):
    """Hold a sandbox whose time jumps."""

    def __init__(self, tracker: str, jumps: Jumps) -> None:
        self.asked, self._earlier = Asked(), timedelta(0)
        real = kit._real_time  # noqa: SLF001  sandboxes have no other time

        def time() -> Any:
            return real() + timedelta(seconds=jumps.seconds) - self._earlier

        kit._real_time = time  # noqa: SLF001  see above
        super().__init__(tracker)
        self._watch(lambda: time().timestamp())

    async def do(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry an order out."""
        match order:
            case {"do": "age", "number": int(number)}:
                await self._age(number)
                return {}
            case {"do": "spent"}:
                return self._spent()
        return await super().do(order)

    async def _age(self, number: int) -> None:
        clock = self.sandbox.world.clock
        clock._last = datetime.min.replace(tzinfo=UTC)  # noqa: SLF001  it never goes back by itself
        for each in range(number):
            self._earlier = OLDEST - (OLDEST - YOUNGEST) * (each / number)
            labels = ["post-mortem", *LABELS.get(each % 10, ("strategic",))]
            self.items.append(await self.sandbox.create("grace@acme.test", f"Old {each}", labels))
            if each % 10 in CLOSED:
                await self.sandbox.update(self.items[-1], "grace@acme.test", state="Done")
        self._earlier = timedelta(0)

    def _watch(self, now: Callable[[], float]) -> None:
        """Write down when each call comes, and what it costs."""
        asked = self.asked
        if self.tracker == "linear":
            budget: Budget = self.sandbox.server._budget  # noqa: SLF001  nobody else tells
            buckets = {"requests": budget._requests, "points": budget._points}  # noqa: SLF001  see above
            for bucket, size in zip(buckets.values(), (REQUESTS, POINTS), strict=True):
                bucket.size = size
                bucket._left = float(size)  # noqa: SLF001  see above
            spend = budget.spend

            def spent(points: int) -> bool:
                good = spend(points)
                for name, bucket in buckets.items():
                    asked.least[name] = min(asked.least.get(name, bucket.size), bucket.left)
                asked.at.append(now())
                asked.points.append(points)
                asked.refused += not good
                return good

            setattr(budget, "spend", spent)  # noqa: B010  only here it is no method
            return
        api: Api = self.sandbox.api
        add = api.calls.add

        def called(name: str) -> None:
            add(name)
            asked.at.append(now())
            asked.names.append(name)

        setattr(api.calls, "add", called)  # noqa: B010  only here it is no method

    def _spent(self) -> dict[str, Any]:
        asked, ones = self.asked, [1.0] * len(self.asked.at)
        comments = sum(1 for each in self.sandbox.writes() if "comment" in each.lower())
        return {
            "calls": len(asked.at),
            "writes": len(self.sandbox.writes()),
            "comments": comments,
            "refused": asked.refused,
            "least": asked.least,
            "cost": sum(asked.points),
            "hours": (asked.at[-1] - asked.at[0]) / HOUR if asked.at else 0.0,
            "requests": [asked.most(ones, HOUR), asked.most(ones, HOUR, since=HOUR)],
            "points": [asked.most(asked.points, HOUR), asked.most(asked.points, HOUR, since=HOUR)]
            if asked.points
            else [],
            "second": self._most_a_second(),
        }

    def _most_a_second(self) -> dict[str, int]:
        """Return how many calls of each name came in any second of the clock at most."""
        most: Counter[str] = Counter()
        for (name, _), number in Counter(zip(self.asked.names, map(int, self.asked.at), strict=False)).items():
            most[name] = max(most[name], number)
        return dict(most)


if __name__ == "__main__":
    asyncio.run(take_orders(OldWorkspace(sys.argv[1], Jumps(Path(sys.argv[2])))))
