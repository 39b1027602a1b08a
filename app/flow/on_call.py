"""Ask a rota's sources in order who is on call, and find them among the tracker's people."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.core.errors import FollowthroughError
from app.core.policy import Policy, Source
from app.core.snapshot import OnCallFact
from app.ports import Caller, Clock, OnCall, Tracker

FRESH = timedelta(seconds=60)


@dataclass(slots=True)
class Rotas:
    """Answer who is on call; each source's answer is kept for a minute, and asked for once at a time."""

    sources: Mapping[str, OnCall]
    clock: Clock
    _kept: dict[str, tuple[datetime, tuple[Caller, ...]]] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def who(self, rota: str, policy: Policy, tracker: Tracker) -> OnCallFact:
        """Return who is on call for a rota, as the tracker's person.

        The first source that names somebody whom the tracker knows and who is active wins; `tried` tells of the rest.
        """
        tried: list[str] = []
        unknown: str | None = None
        for source in policy.on_call.get(rota, ()):
            try:
                callers = await self._ask(source)
            except FollowthroughError as error:
                tried.append(f"{source.connector}: {error}")
                continue
            for caller in callers:
                person = await tracker.person(ids=_ids(caller, policy), email=caller.email, name=caller.name)
                if person is not None and person.active and not person.bot:
                    return OnCallFact(person, person.name, tuple(tried))
                unknown = unknown or caller.name
                tried.append(f"{source.connector}: {caller.name}, {'inactive' if person else 'unknown'} here")
            if not callers:
                tried.append(f"{source.connector}: nobody")
        return OnCallFact(None, unknown, tuple(tried))

    async def _ask(self, source: Source) -> tuple[Caller, ...]:
        key = f"{source.connector}:{sorted((name, str(value)) for name, value in source.settings.items())}"
        async with self._locks.setdefault(key, asyncio.Lock()):
            now = self.clock.now()
            kept = self._kept.get(key)
            if kept is None or now - kept[0] >= FRESH:
                kept = (now, tuple(await self._source(source).who(source.settings, now)))
                self._kept[key] = kept
            return kept[1]

    def _source(self, source: Source) -> OnCall:
        found = self.sources.get(source.connector)
        return found if found is not None else Missing()


class Missing:
    """Stand for a source that this installation does not have: the chain goes on."""

    async def who(self, settings: Mapping[str, object], at: datetime) -> tuple[Caller, ...]:  # noqa: ARG002  a port
        """Say that there is no such source here."""
        raise FollowthroughError("not set up here")


def _ids(caller: Caller, policy: Policy) -> dict[str, str]:
    member = policy.member(caller.email)
    return {**caller.ids, **(member.ids if member else {})}
