"""Start what is measured, each in a process of its own, and end it again."""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.bench.lines import hear

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("followthrough")


_PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}


def environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child: nothing of ours but these settings."""
    mine = {name: value for name, value in os.environ.items() if not name.upper().startswith("FOLLOWTHROUGH_")}
    return {**mine, "PYTHONPATH": str(ROOT), **(settings or {})}


@contextlib.contextmanager
def child(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program until the block is left."""
    process = subprocess.Popen(arguments, text=True, **{"env": environment(), **options})  # noqa: S603  our own programs
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


@contextlib.contextmanager
def bare(settings: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run the bare handler; yield its port."""
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "env": environment(settings)}
    with child(sys.executable, "-m", "deploy.bench.bare", **options) as process:
        assert process.stdout  # noqa: S101  it was asked for
        yield int(process.stdout.readline())


@dataclass(frozen=True, slots=True)
class Serving:
    """Hold a service that runs: its port, its process, and where its log goes."""

    port: int
    process: subprocess.Popen[str]
    log: Path


@contextlib.contextmanager
def service(
    folder: Path,
    settings: Mapping[str, str],
    policy: str,
    name: str = "service",
    program: Sequence[str] = (str(PROGRAM),),
) -> Iterator[Serving]:
    """Run `followthrough serve` in that folder until the block is left; yield it once it serves.

    `program`: what takes `followthrough`'s place.
    """
    (folder / "followthrough.yaml").write_text(policy, encoding="utf-8")
    log = folder / f"{name}.log"
    with (
        log.open("w", encoding="utf-8") as out,
        child(*program, "serve", "--port", "0", cwd=folder, env=environment(settings), stderr=out) as process,
    ):
        yield Serving(_port(log, process), process, log)


def _port(log: Path, process: subprocess.Popen[str]) -> int:
    while process.poll() is None:
        found = re.search(r"serving at http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8"))
        if found:
            return int(found[1])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    raise SystemExit(log.read_text(encoding="utf-8"))


def spent(pid: int) -> float:
    """Return a process's processor time so far, its own and the system's for it, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Load:
    """Order bursts from the load generator."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def burst(
        self,
        port: int,
        path: str,
        *,
        beside: Sequence[int] = (),
        connections: int,
        most: int,
        seconds: float = 60.0,
        first: int = 1,
    ) -> dict[str, Any]:
        """Send `most` distinct requests, for so many seconds at the longest, to the ports `beside` as well."""
        return self._order([port, *beside], connections, path=path, most=most, seconds=seconds, first=first)

    def replay(self, port: int, file: Path, *, connections: int) -> dict[str, Any]:
        """Send the requests of a file."""
        return self._order([port], connections, file=str(file), seconds=600.0)

    def _order(self, ports: list[int], connections: int, **more: Any) -> dict[str, Any]:
        ask(self._process, {"host": "127.0.0.1", "ports": ports, "connections": connections, **more})
        return ask(self._process, {})


def ask(process: subprocess.Popen[str], what: dict[str, Any]) -> dict[str, Any]:
    """Say a line to a child, and return the line that it answers."""
    assert process.stdin  # noqa: S101  both were asked for
    assert process.stdout  # noqa: S101
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()
    return hear(process.stdout)


@contextlib.contextmanager
def load() -> Iterator[Load]:
    """Run the load generator."""
    with child(sys.executable, "-m", "deploy.bench.load", **_PIPES) as process:
        yield Load(process)


@contextlib.contextmanager
def playing(tracker: str, *more: str, module: str = "playing") -> Iterator[subprocess.Popen[str]]:
    """Run a sandbox; it takes orders, see `playing`."""
    with child(sys.executable, "-m", f"deploy.bench.{module}", tracker, *more, **_PIPES) as process:
        yield process
