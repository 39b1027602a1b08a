"""Tell what happens to a few items, and check that it does."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

from app.assembly import Service
from app.core.record import Record
from app.ports import Sandbox

PATIENCE = 15.0
"""Seconds that any one thing may take."""


@dataclass(slots=True)
class Story:
    """Play a few scenes against a sandbox and print what the service makes of them."""

    out: Console
    sandbox: Sandbox
    service: Service
    tracker: str
    title: str
    address: str
    _told: dict[str, int] = field(default_factory=dict)
    _failed: list[str] = field(default_factory=list)

    async def tell(self) -> bool:
        """Play every scene; return whether each came out as promised."""
        self.out.rule(f"[bold]{self.title}[/]: post-mortem items, from the webhook to their place")
        self.out.print(f"Sandbox {self.sandbox.url}, service {self.address}, act mode, SQLite.", style="dim")
        operational = await self._operational()
        await self._strategic()
        await self._unlabelled()
        await self._doubled(operational)
        await self._calls()
        return not self._failed

    async def _operational(self) -> str:
        self._scene("1. A small fix: labelled operational when it is created")
        item = await self._create("Alert on replica lag", "post-mortem", "operational")
        await self._until(
            "on the on-call team's board, assigned to whoever is on call, with a due date",
            item,
            lambda now: bool(now["board"] and now["assignee"] and now["due"]),
        )
        return item

    async def _strategic(self) -> None:
        self._scene("2. A long-term change: labelled strategic")
        item = await self._create("Shard the ledger database", "post-mortem", "strategic")
        await self._until("under the epic of its route", item, lambda now: bool(now["epic"]))

    async def _unlabelled(self) -> None:
        self._scene("3. Nobody said what it is")
        item = await self._create("Retry storms take the gateway down", "post-mortem")
        grace = self.service.policy.classes.grace.total_seconds()
        self._say(f"left alone for its grace of {grace:g} s")
        await self._until("marked, and its creator asked in one comment", item, lambda now: len(now["comments"]) == 1)
        self.out.print(_quoted(self.sandbox.view(item)["comments"][0]["body"]), style="italic")
        self._heard("Grace answers with a comment: /operational")
        await self.sandbox.comment(item, "grace@acme.test", "/operational")
        await self._until(
            "on the board, the question taken back",
            item,
            lambda now: bool(now["board"] and now["assignee"]) and "needs-class" not in now["labels"],
        )

    async def _doubled(self, item: str) -> None:
        self._scene("4. The tracker sends a webhook twice")
        await self._quiet()
        before, calls = dict(self.sandbox.view(item)), len(self.sandbox.calls())
        await self.sandbox.redeliver()
        await self._quiet()
        same = dict(self.sandbox.view(item)) == before and len(self.sandbox.calls()) == calls
        self._check("kept once, nothing read, nothing written", holds=same)

    async def _calls(self) -> None:
        counted = await self.service.store.counts(self.service.clock.now())
        self.out.print(
            f"\n{len(self.sandbox.calls())} API calls for {counted['items']} items and "
            f"{counted['deliveries']} deliveries, our own echoes included.",
            style="dim",
        )

    async def _create(self, title: str, *labels: str) -> str:
        self._heard(f"Grace creates “{title}” with {', '.join(labels)}")
        return await self.sandbox.create("grace@acme.test", title, list(labels))

    async def _until(self, promise: str, item: str, holds: Callable[[Mapping[str, Any]], bool]) -> None:
        """Wait until the sandbox shows the item as promised, telling each run's record meanwhile."""
        start = time.monotonic()
        came = await _poll(lambda: _now(holds(self.sandbox.view(item))))
        took = time.monotonic() - start
        await self._quiet()
        await self._tell_records(item)
        self._check(f"{promise} ({took * 1000:.0f} ms)", holds=came)
        self.out.print(f"     {_summary(self.sandbox.view(item))}", style="dim", markup=False)

    async def _quiet(self) -> None:
        """Wait until nothing is due now."""

        async def nothing_due() -> bool:
            return (await self.service.store.counts(self.service.clock.now()))["due"] == 0

        await _poll(nothing_due)

    async def _tell_records(self, item: str) -> None:
        records = list(reversed(await self.service.store.records(self.tracker, item, 100)))
        for record in records[self._told.get(item, 0) :]:
            self._tell_record(record)
        self._told[item] = len(records)

    def _tell_record(self, record: Record) -> None:
        found = ", ".join(finding.id for finding in record.findings)
        if record.writes or found:
            self._say(f"decided: {record.decided}" + (f" [{found}]" if found else ""))
        calls = f"{record.calls} call{'s' if record.calls != 1 else ''}"
        if record.writes:
            self._say(f"wrote in {calls}: {'; '.join(record.writes)}")
        else:
            self._say(f"looked again ({calls}): nothing to write", "dim")

    def _scene(self, title: str) -> None:
        self.out.print(f"\n[bold]{title}[/]")

    def _heard(self, words: str) -> None:
        self.out.print(f"  [cyan]→[/] {escape(words)}")

    def _say(self, words: str, style: str = "") -> None:
        self.out.print(f"    {words}", style=style, markup=False)

    def _check(self, promise: str, *, holds: bool) -> None:
        if not holds:
            self._failed.append(promise)
        self.out.print(f"  {'[green]✓[/]' if holds else '[red]✗ not so:[/]'} {escape(promise)}")


async def _poll(condition: Callable[[], Awaitable[bool]]) -> bool:
    """Ask again and again: the sandbox and the store are not ours to be told by."""
    end = time.monotonic() + PATIENCE
    while not (came := await condition()) and time.monotonic() < end:  # noqa: ASYNC110  there is no event to wait on
        await asyncio.sleep(0.005)
    return came


async def _now(value: bool) -> bool:
    return value


def _quoted(body: str) -> str:
    return "\n".join(f"      | {line}" for line in escape(body).splitlines())


def _summary(view: Mapping[str, Any]) -> str:
    shown = ("key", "labels", "board", "state", "assignee", "epic", "due")
    parts = (f"{name} {_words(view[name])}" for name in shown if view.get(name))
    return " · ".join(parts)


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, (list, tuple, set, frozenset)) else str(value)
