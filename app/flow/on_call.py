"""Ask a rota's sources in order who is on call, and find them among the tracker's people.

A source that fails answers with what it said last, if that is young enough: a person who was on call a moment ago is a
better answer than nobody. The sentence about it names the hour of that answer, not its age, so that a comment which
quotes it does not change every minute.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.core.errors import FollowthroughError, Transient
from app.core.policy import Member, Policy, Source
from app.core.snapshot import OnCallFact
from app.ports import Caller, Clock, OnCall, Tracker

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=60)
"""How long an answer is not asked for again."""

FAILING = timedelta(seconds=10)
"""How long a source that failed is left alone, so that a burst of items does not wait for it one after another."""

STALE = timedelta(hours=1)
"""How old an answer may be that stands in for a failing source, and how long a failure without one is waited for."""


@dataclass(frozen=True, slots=True)
class Said:
    """Hold a source's last answer and when it gave it; and how it has failed since, when first and when last."""

    callers: tuple[Caller, ...] = ()
    at: datetime | None = None
    failed: FollowthroughError | None = None
    failed_at: datetime | None = None
    failing_since: datetime | None = None

    def settled(self, now: datetime) -> bool:
        """Tell whether it is too early to ask again."""
        if self.failed_at is not None:
            return now - self.failed_at < FAILING
        return self.at is not None and now - self.at < FRESH

    def told(self, now: datetime) -> tuple[tuple[Caller, ...] | None, str]:
        """Return who is on call, None if no young answer stands in for a failure; and how it fails, if it does."""
        if self.failed is None:
            return self.callers, ""
        if self.at is None or now - self.at >= STALE:
            return None, str(self.failed)
        return self.callers, f"{self.failed}; as of {self.at.astimezone(UTC):%H:%M} UTC"

    def passes(self, now: datetime) -> bool:
        """Tell whether the failure is young and of a kind that passes by itself."""
        return isinstance(self.failed, Transient) and now - (self.failing_since or now) < STALE


@dataclass(slots=True)
class Rotas:
    """Answer who is on call; each source's answer is kept for a minute, and asked for once at a time."""

    sources: Mapping[str, OnCall]
    clock: Clock
    _said: dict[str, Said] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def who(self, rota: str, policy: Policy, tracker: Tracker) -> OnCallFact:
        """Return who is on call for a rota, as the tracker's person.

        The first source that names somebody whom the tracker knows and who is active wins; `tried` tells of the rest.
        """
        tried: list[str] = []
        unknown: str | None = None
        unanswered = False
        for source in policy.on_call.get(rota, ()):
            callers, failure, passes = await self._ask(source)
            if failure:
                tried.append(f"{source.connector}: {failure}")
            if callers is None:
                unanswered = unanswered or passes
                continue
            for caller in (_known(caller, policy) for caller in callers):
                person = await tracker.person(ids=caller.ids, email=caller.email, name=caller.name)
                if person is not None and person.active and not person.bot:
                    return OnCallFact(person, person.name, tuple(tried))
                unknown = unknown or caller.name
                tried.append(f"{source.connector}: {caller.name}, {'inactive' if person else 'unknown'} here")
            if not callers:
                tried.append(f"{source.connector}: nobody")
        return OnCallFact(None, unknown, tuple(tried), unanswered=unanswered)

    async def _ask(self, source: Source) -> tuple[tuple[Caller, ...] | None, str, bool]:
        """Return what a source says, how it fails, and whether that passes."""
        key = f"{source.connector}:{sorted((name, str(value)) for name, value in source.settings.items())}"
        async with self._locks.setdefault(key, asyncio.Lock()):
            now = self.clock.now()
            said = self._said.get(key, Said())
            if not said.settled(now):
                said = self._said[key] = await self._answer(source, said, now)
            return *said.told(now), said.passes(now)

    async def _answer(self, source: Source, said: Said, now: datetime) -> Said:
        try:
            return Said(tuple(await self._source(source).who(source.settings, now)), now)
        except FollowthroughError as error:
            failed = error.with_traceback(None)
        except Exception as error:  # an answer out of shape: the chain goes on as with any other failure
            log.exception("a rota met an error of ours", extra={"source": source.connector})
            failed = Transient(f"its answer cannot be read ({type(error).__name__})")
        return replace(said, failed=failed, failed_at=self.clock.now(), failing_since=said.failing_since or now)

    def _source(self, source: Source) -> OnCall:
        found = self.sources.get(source.connector)
        return found if found is not None else Missing()


class Missing:
    """Stand for a source that this installation does not have: the chain goes on."""

    async def who(self, settings: Mapping[str, object], at: datetime) -> tuple[Caller, ...]:  # noqa: ARG002  a port
        """Say that there is no such source here."""
        raise FollowthroughError("not set up here")


def _known(caller: Caller, policy: Policy) -> Caller:
    """Return the caller with what the policy knows of them, by e-mail or by one of the source's ids."""
    member = policy.member(caller.email) or _by_id(caller, policy)
    if member is None:
        return caller
    return Caller(member.name, caller.email or member.email, {**caller.ids, **member.ids})


def _by_id(caller: Caller, policy: Policy) -> Member | None:
    return next((member for member in policy.people if caller.ids.items() & member.ids.items()), None)
