"""Run commands of `followthrough`: in this process, or as the program that is installed."""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from app.cli import app

PROGRAM = Path(sys.executable).with_name("followthrough")
POLICY = "version: 1\nwatch: [{tracker: jira, label: post-mortem}]\n"
"""The shortest policy, for tests that look at no item."""
CREDENTIALS = {
    "FOLLOWTHROUGH_JIRA_BASE_URL": "http://127.0.0.1:9",
    "FOLLOWTHROUGH_JIRA_PAT": "made-up",
    "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS": "made-up",
}
"""Settings with which the service starts, though nobody answers there."""


@dataclass(frozen=True)
class Ended:
    """Hold what a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Return the lines that it printed."""
        return self.out.splitlines()


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command in this process; an exception that it does not turn into words is raised."""
    result = CliRunner().invoke(app, arguments, env={**(env or {})}, catch_exceptions=False)
    return Ended(result.exit_code, result.stdout, result.stderr)


def environment(cache: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child: nothing of ours but these settings; it compiles modules once, into `cache`."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "SYSTEMROOT"}}
    return {**kept, "HOME": str(cache), "PYTHONPYCACHEPREFIX": str(cache), "COLUMNS": "80", **(settings or {})}


def program(cache: Path, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run the installed program to its end."""
    done = subprocess.run(
        [PROGRAM, *arguments], cwd=cwd, env=environment(cache, env), capture_output=True, timeout=100, check=False
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class Serving:
    """Hold a service that runs as a program of its own: its address and its log up to there."""

    process: Process
    address: str
    log: list[str]

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, read the rest of the log, and return the exit status."""
        self.process.send_signal(number)
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            self.log.extend((await self.process.stderr.read()).decode().splitlines())
            return await self.process.wait()


@asynccontextmanager
async def serving(cache: Path, cwd: Path, env: Mapping[str, str]) -> AsyncIterator[Serving]:
    """Run `followthrough serve` on a free port until it says where; kill it in the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "serve", "--port", "0", cwd=cwd, env=environment(cache, env), stderr=PIPE
    )
    try:
        log: list[str] = []
        async with asyncio.timeout(100):
            address = await _address(process, log)
        yield Serving(process, address, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(process: Process, log: list[str]) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        log.append(line.decode().rstrip())
        _, found, after = log[-1].partition("serving at http://")
        if found:
            return "http://" + after.partition('"')[0]
    raise AssertionError(f"it ended before it served: {log}")
