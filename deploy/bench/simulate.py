"""How long `simulate` takes over very many items, and whether what it foretells is what then happens, item by item."""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.ports import Stored
from app.store import SqlStore
from deploy.bench.children import PROGRAM, ask, bare, environment, load, playing, service

LABELS = (["operational"], ["strategic"], ["quick"], [], ["operational"])
"""What items carry, in turn; `quick` means nothing before the policy changes."""
CHANGES = {
    "linear": {"quick-fix]": "quick-fix, quick]", "team: OPS, state": "team: ENG, state"},
    "jira": {"quick-fix]": "quick-fix, quick]", "[team-ops]": "[team-ops, team-plat]"},
}
SAID = frozenset({"comment", "edit our comment"})
"""Writes by which somebody may be asked."""
_PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class State:
    """Hold what is known of an item: its class and route, what was found, and what was written since a moment.

    `asks` are those whom our comment names; None: nothing is foretold of it, since it is not written anew.
    """

    item_class: str
    route: str | None
    findings: frozenset[str]
    writes: tuple[str, ...]
    asks: frozenset[str] | None = None


def main() -> None:
    """Measure and print the table; end with status 1 where anything came otherwise than it was foretold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--tracker", choices=["linear", "jira"], default="linear")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made, playing(asked.tracker) as sandbox:
        ask(sandbox, {"do": "lift"})
        ask(sandbox, {"do": "fill", "number": asked.items, "labels": LABELS})
        hello = ask(sandbox, {"do": "hello", "grace": "0s"})
        folder, settings = Path(made), hello["settings"] | {"FOLLOWTHROUGH_MODE": "act"}
        _work(folder, settings, hello["policy"])
        other = _changed(hello["policy"], asked.tracker)
        (folder / "new.yaml").write_text(other, encoding="utf-8")
        told, seconds, worked = _simulate(folder, settings)
        before, since = _known(folder), datetime.fromisoformat(told["at"])
        _work(folder, settings, other)
        after = _known(folder, since, {one["title"]: one["names"] for one in ask(sandbox, {"do": "names"})["names"]})
    with load() as loader, bare() as port:
        loader.burst(port, "/hook", connections=16, most=1000)
        plain = loader.burst(port, "/hook", connections=16, most=6000)["rate"]
    wrong = _otherwise(told["differences"], before, after)
    table = Table("", "value")
    for name, value in (
        ("items", f"{told['items']:,}, {told['unsure']} unsure"),
        ("seconds", f"{seconds:.1f}, of which the processor {worked:.1f}"),
        ("as a share of the bare handler", f"{told['items'] / seconds / plain:.0%} of {plain:,.0f} a second"),
        ("judged otherwise, written to", f"{told['differ']:,}, {told['written']:,}"),
        ("items written to then", f"{sum(1 for one in after.values() if one.writes):,}"),
        ("items that came otherwise", f"{len(wrong)} {' '.join(wrong[:5])}"),
    ):
        table.add_row(name, value)
    Console().print(table)
    sys.exit(1 if wrong or told["unsure"] else 0)


def _changed(policy: str, tracker: str) -> str:
    for before, after in CHANGES[tracker].items():
        if before not in policy:
            raise SystemExit(f"the sandbox's policy has no {before}")
        policy = policy.replace(before, after)
    return policy


def _work(folder: Path, settings: Mapping[str, str], policy: str) -> None:
    """Run the service until it has looked at everything."""
    end = time.monotonic() + _PATIENCE
    with service(folder, settings, policy) as running:
        while "reconciled" not in running.log.read_text(encoding="utf-8") or _due(folder):
            if time.monotonic() > end or running.process.poll() is not None:
                raise SystemExit(running.log.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.5)


def _due(folder: Path) -> int:
    async def count() -> int:
        store = SqlStore(f"sqlite:///{folder / 'followthrough.db'}")
        await store.open()
        now = datetime.now().astimezone()
        due, unseen = (await store.counts(now))["due"], await store.unseen()
        await store.aclose()
        return due + unseen

    return asyncio.run(count())


def _simulate(folder: Path, settings: Mapping[str, str]) -> tuple[dict[str, Any], float, float]:
    """Return the forecast, how many seconds it took, and how many the processor worked on it."""
    began, worked = time.monotonic(), _worked()
    command = [str(PROGRAM), "simulate", "new.yaml", "--format", "json"]
    now = datetime.now().astimezone()
    ended = subprocess.run(command, cwd=folder, env=environment(settings), capture_output=True, check=False)  # noqa: S603  our own
    if not ended.stdout:
        raise SystemExit(ended.stderr.decode())
    return json.loads(ended.stdout) | {"at": now.isoformat()}, time.monotonic() - began, _worked() - worked


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _known(
    folder: Path, since: datetime | None = None, named: Mapping[str, list[str]] | None = None
) -> dict[str, State]:
    """Return what is known of every item, by title: a key changes with a move. `named` are those whom comments name."""

    async def read() -> dict[str, State]:
        store, found, after = SqlStore(f"sqlite:///{folder / 'followthrough.db'}"), {}, None
        await store.open()
        while True:
            page, after = await store.items(tracker=None, watched=None, after=after, limit=1000)
            for one in page:
                title = one.snapshot.title if one.snapshot else one.key
                found[title] = await _state(store, one, since, frozenset((named or {}).get(title, ())))
            if after is None:
                break
        await store.aclose()
        return found

    return asyncio.run(read())


async def _state(store: SqlStore, one: Stored, since: datetime | None, named: frozenset[str]) -> State:
    records = await store.records(one.tracker, one.id, 100) if since else ()
    writes = sorted(write for record in records if since and record.at > since for write in record.writes)
    findings = frozenset(finding.id for finding in one.last.findings) if one.last else frozenset[str]()
    said = not SAID.isdisjoint(writes)
    return State(str(one.item_class), one.route, findings, tuple(writes), named if said else None)


def _otherwise(differences: list[dict[str, Any]], before: Mapping[str, State], after: Mapping[str, State]) -> list[str]:
    """Return the titles of the items that came otherwise than it was foretold."""
    foretold = {title: replace(was, writes=()) for title, was in before.items()}
    for one in differences:
        was = before[one["title"]]
        findings = was.findings - set(one["goes"]) | set(one["comes"])
        said = not SAID.isdisjoint(one["writes"])
        asks = frozenset(name.split()[0].lower() for name in one["asks"]) if said else None
        route, writes = one["route"]["other"], tuple(sorted(one["writes"]))
        foretold[one["title"]] = State(one["class"]["other"], route, findings, writes, asks)
    return [title for title, expected in foretold.items() if after.get(title) != expected]


if __name__ == "__main__":
    main()
