"""Hold the policy in force, and take over what its file says anew: by itself when the file changes, or when asked to.

A new file that is broken changes nothing: the policy before stays in force, and that is told until the file is mended.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.errors import Misconfigured
from app.core.policy import Policy
from app.ports import Problem

EVERY = 2.0
"""Seconds between two glances at the file; what changed is read when it has stood still for one of them."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Policies:
    """Hold the policy. `read` reads the file, or raises Misconfigured; `stamp` tells cheaply whether it may differ.

    `adopt` puts a new policy in force; it may raise Misconfigured, too, and returns what of it takes a restart.
    """

    policy: Policy
    read: Callable[[], Policy]
    stamp: Callable[[], object]
    adopt: Callable[[Policy], str | None]
    problem: Problem | None = None
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

    async def run(self, every: float = EVERY) -> None:
        """Watch the file until cancelled."""
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
                self.take_over()
            before = now

    def take_over(self) -> bool:
        """Read the file, and put it in force if it means something else; return whether it does."""
        self._read_at = self.stamp()
        try:
            new = self.read()
            changed = new.digest != self.policy.digest
            later = self.adopt(new) if changed else None
        except Misconfigured as error:
            self.problem = _broken(error)
            lines = "; ".join(error.lines)
            log.error("the new policy is broken, the one before stays in force: %s", lines)  # noqa: TRY400  they say all
            return False
        self.problem = Problem("policy.restart", later, "restart the service") if later else None
        if changed:
            self.policy = new
            log.info("policy changed", extra={"digest": new.digest})
        return changed


def _broken(error: Misconfigured) -> Problem:
    more = f" (and {len(error.lines) - 1} more)" if len(error.lines) > 1 else ""
    what = f"the policy's file is broken, so the one before is in force: {error.lines[0]}{more}"
    return Problem("policy.broken", what, "mend the file; `followthrough policy check` names every mistake in it")
