"""Run a sandbox tracker in a process of its own, and take orders: a JSON object a line, answered by another.

`hello` answers settings and policy. `create` makes items, `asked` of them without a class, and writes the webhooks that
tell of them to a file; `target` sends later webhooks somewhere. `clear` forgets the calls so far, `look` tells how many
items are where they belong, since when, and what it took; `views` shows every item that `create` made.
`fill` makes items in silence and answers their ids, `lift` gives the caller an allowance without end, `count` tells the
calls so far. `aim` kills a process at one of its writes, `spare` does not any more.
"""

import asyncio
import json
import logging
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect

from app.assembly import manifests
from connectors._kit import world as kit
from connectors.jira.sandbox import world as jira
from connectors.jira.sandbox.wishes import find_issue
from connectors.linear.sandbox import world as linear
from deploy.bench.events import Event
from deploy.bench.lines import say
from deploy.bench.striking import Striker

_NO_END = 10**9
_PLENTY = 1_000_000


class Player:
    """Hold the sandbox and the items that were made in it."""

    def __init__(self, tracker: str) -> None:
        _hold_all()
        make = manifests()[tracker].sandbox
        assert make is not None  # noqa: S101  those that are measured have one
        self.tracker = tracker
        self.sandbox: Any = make()
        self.items: list[str] = []
        self._born: dict[str, date] = {}
        # The one that sends is nobody's business but the sandbox's; what it sends is what took effect.
        self.sender: Any = getattr(self.sandbox, "_sender", None) or self.sandbox._webhooks.sender  # noqa: SLF001  see above
        written = self.sandbox.api.writes if tracker == "jira" else self.sandbox.server.writes
        self.striker = Striker(self.sandbox, self.sender, written)

    async def do(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry an order out."""
        match order:
            case {"do": "create", "number": int(number), "asked": int(asked), "file": str(file)}:
                await self._create(number, asked, Path(file))
            case {"do": "target", "url": str(url)}:
                self.sandbox.send_webhooks_to(url)
            case {"do": "clear"}:
                self.sandbox.clear_calls()
            case {"do": "fill", "number": int(number)}:
                return {"ids": await self._fill(number, order.get("labels") or [["operational"]])}
            case {"do": "lift"}:
                self._lift()
            case {"do": "aim", "pid": int(pid), "moment": "before" | "after" as moment, **more}:
                self.striker.aim(pid, moment, more["number"], more["later"])
            case {"do": "spare"}:
                self.striker.spare()
            case _:
                return self._tell(order)
        return {}

    def _tell(self, order: dict[str, Any]) -> dict[str, Any]:
        match order:
            case {"do": "hello", "grace": str(grace)}:
                limits = "limits: {writes_per_hour: 1000000, largest_change: 100%}"
                policy = f"{self.sandbox.policy(grace=grace)}\n{limits}\n"
                return {"settings": dict(self.sandbox.environment()), "policy": policy}
            case {"do": "look"}:
                return self._look()
            case {"do": "count"}:
                return {"calls": len(self.sandbox.calls()), "writes": len(self.sandbox.writes())}
            case {"do": "views"}:
                return {"views": [self._view(item) for item in self._born]}
            case {"do": "names"}:
                return {"names": [self._named(item) for item in self.items]}
        return {}

    def _view(self, item: str) -> dict[str, Any]:
        """Show an item; its due date is the number of days it had: a run may go on past midnight."""
        view = dict(self.sandbox.view(item))
        if view["due"]:
            view["due"] = (date.fromisoformat(view["due"]) - self._born[item]).days
        return view

    def _named(self, item: str) -> dict[str, Any]:
        """Show whom of Acme's people an item's comments name."""
        view = self.sandbox.view(item)
        bodies = " ".join(comment["body"].lower() for comment in view["comments"])
        return {"title": view["title"], "names": [name for name in ("ada", "grace", "linus") if name in bodies]}

    async def _create(self, number: int, asked: int, file: Path) -> None:
        sender, url = self.sender, self.sender._url  # noqa: SLF001  see above
        sender.target("http://127.0.0.1:9")
        sender.hold()
        begin = len(self.items)
        for each in range(begin, begin + number):
            labels = ["post-mortem"] if each - begin < asked else ["post-mortem", "operational"]
            today = datetime.now(UTC).date()
            self.items.append(await self.sandbox.create("grace@acme.test", f"Add an alert, number {each}", labels))
            self._born[self.items[-1]] = today
        sent = [Event(one.body, dict(one.headers)) for one in sender._held or ()]  # noqa: SLF001  see above
        sender.release(lose=True)
        sender.target(url)
        file.write_text("\n".join(event.line(f"/webhooks/{self.tracker}") for event in sent), encoding="ascii")  # noqa: ASYNC240  nobody else waits

    async def _fill(self, number: int, labels: list[list[str]]) -> list[str]:
        """Make items of which no webhook tells, with these labels in turn."""
        made = [
            await self.sandbox.create(
                "grace@acme.test", f"Add an alert, number {each}", ["post-mortem", *labels[each % len(labels)]]
            )
            for each in range(number)
        ]
        self.items += made
        return made

    def _lift(self) -> None:
        """Let no allowance end: what is measured is not for how long the tracker asks to wait."""
        if self.tracker == "linear":
            budget = self.sandbox.server._budget  # noqa: SLF001  nobody else gives one away
            for bucket in (budget._requests, budget._points):  # noqa: SLF001  see above
                bucket.size = bucket._left = _NO_END  # noqa: SLF001  see above

    def _look(self) -> dict[str, Any]:
        done = [item for item in self.items if self._is_assigned(item)]
        calls, writes = self.sandbox.calls(), self.sandbox.writes()
        return {
            "done": len(done),
            "calls": len(calls),
            "writes": len(writes),
            "effects": self.striker.effects,
            "names": Counter(calls),
            "at": [self._at(item) for item in done],
        }

    def _is_assigned(self, item: str) -> bool:
        """Tell so without a whole view: it is asked for all items again and again while they are written."""
        if self.tracker == "jira":
            return find_issue(self.sandbox.world, item).assignee is not None
        return self.sandbox.world.tables["Issue"][item]["assigneeId"] is not None

    def _at(self, item: str) -> float:
        if self.tracker == "jira":
            return find_issue(self.sandbox.world, item).updated.timestamp()
        return datetime.fromisoformat(self.sandbox.world.tables["Issue"][item]["updatedAt"]).timestamp()


def _not_hung_up(record: logging.LogRecord) -> bool:
    """Leave out that a caller was killed in the middle of a call: that is what some benches do."""
    return not (record.exc_info and isinstance(record.exc_info[1], ClientDisconnect))


def _hold_all() -> None:
    """Let sandboxes hold and remember whatever a bench makes: by themselves they are small, for they stay open."""
    for module, name in ((kit, "MOST_REMEMBERED"), (linear, "MOST_ROWS"), (jira, "MOST_ISSUES")):
        setattr(module, name, _PLENTY)


async def take_orders(player: Player) -> None:
    """Take orders until standard input closes."""
    logging.getLogger("uvicorn.error").addFilter(_not_hung_up)
    await player.sandbox.start()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        say(await player.do(json.loads(line)))
    await player.sandbox.aclose()


if __name__ == "__main__":
    asyncio.run(take_orders(Player(sys.argv[1])))
