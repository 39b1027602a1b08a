"""How many webhooks a second are kept on disk and answered, beside a bare FastAPI handler that keeps nothing.

The tracker is left alone meanwhile, as after its `Retry-After`; `through` measures the work behind the door.
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.bench.children import Load, bare, load, service
from deploy.bench.databases import databases, fsyncs_a_second, leave_alone
from deploy.bench.events import SECRET

POLICY = """\
version: 1
watch: [{tracker: linear, teams: [ENG], label: post-mortem}]
classes: {operational: {label: operational}, strategic: {label: strategic}}
on_call: {ops: [{source: linear, team: ENG}]}
routes: [{name: everything, operational: {on_call: ops, linear: {team: ENG}}}]
"""
OK = "200"


def settings(url: str) -> dict[str, str]:
    """Return the settings of a service whose tracker is nowhere."""
    own = {"DATABASE_URL": url, "LINEAR_API_KEY": "lin_api_bench", "LINEAR_API_URL": "http://127.0.0.1:9/graphql"}
    return {f"FOLLOWTHROUGH_{name}": value for name, value in {**own, "LINEAR_WEBHOOK_SECRETS": SECRET}.items()}


@contextlib.contextmanager
def contenders(folder: Path, only: str | None) -> Iterator[dict[str, tuple[list[int], str]]]:
    """Run all that are measured; yield ports and path of each."""
    with contextlib.ExitStack() as stack:
        ports = {"bare handler": ([stack.enter_context(bare())], "/hook")}
        for kind, url in stack.enter_context(databases(folder)).items():
            if only and kind.lower() != only:
                continue
            leave_alone(url, "linear")
            one = _serve(stack, folder / kind, url)
            ports[kind] = ([one], "/webhooks/linear")
            if kind == "PostgreSQL":
                two = [one, _serve(stack, folder / "replica", url)]
                ports[f"{kind}, two replicas"] = (two, "/webhooks/linear")
        yield ports


def _serve(stack: contextlib.ExitStack, home: Path, url: str) -> int:
    home.mkdir()
    return stack.enter_context(service(home, settings(url), POLICY)).port


def measure(ports: dict[str, tuple[list[int], str]], loader: Load, asked: argparse.Namespace) -> dict[str, list[Any]]:
    """Load each in turn, several times over."""
    results: dict[str, list[Any]] = {name: [] for name in ports}
    for turn in range(asked.rounds + 1):
        seconds = asked.seconds if turn else 0.5  # the first turn warms up
        for place, (name, ((port, *beside), path)) in enumerate(ports.items(), turn * len(ports)):
            how = {"connections": asked.connections, "most": int(9000 * seconds), "seconds": seconds}
            found = loader.burst(port, path, beside=beside, first=place * 10**6, **how)
            if found["statuses"].keys() != {OK}:
                sys.exit(f"{name} answered {found['statuses']}")
            if turn:
                results[name].append(found)
    return results


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=2.5)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made, load() as loader:
        syncs = fsyncs_a_second(Path(made))
        with contenders(Path(made), asked.only) as ports:
            results = measure(ports, loader, asked)
    table = Table(
        "",
        "a second",
        "of the bare handler",
        "p50 ms",
        "p99 ms",
        title=f"kept on disk, {asked.connections} connections",
    )
    rates = {name: statistics.median(one["rate"] for one in found) for name, found in results.items()}
    for name, found in results.items():
        times = [statistics.median(one[part] for one in found) * 1000 for part in ("p50", "p99")]
        share = f"{rates[name] / rates['bare handler']:.0%}"
        table.add_row(name, f"{rates[name]:,.0f}", share, *(f"{one:.1f}" for one in times))
    table.add_row("fsync alone", f"{syncs:,.0f}", f"{syncs / rates['bare handler']:.0%}", "", "")
    Console().print(table)


if __name__ == "__main__":
    main()
