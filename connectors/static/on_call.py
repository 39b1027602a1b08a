"""The port: who is on call by the policy's own rotation."""

from collections.abc import Sequence
from datetime import UTC, datetime, timezone, tzinfo
from zoneinfo import ZoneInfo

from app.core.policy import Policy, Target
from app.ports import Caller
from connectors.static.rotation import Exchange, Rotation, on_call
from connectors.static.source import StaticSource


class StaticRota:
    """Read rotations from the policy; there is nothing to connect to, so nothing fails."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:
        """Return the one person on call at that time; empty before the rotation starts."""
        source = StaticSource.model_validate(settings)
        rotation = Rotation(source.people, source.starts, source.every, self._zone(source))
        exchanges = (Exchange(override.begins, override.ends, override.who) for override in source.overrides)
        email = on_call(rotation, exchanges, at)
        return () if email is None else (self._caller(email),)

    def _zone(self, source: StaticSource) -> tzinfo:
        """Return the rota's zone, else the policy's if the start was written in it, else the start's own offset."""
        if source.timezone:
            return ZoneInfo(source.timezone)
        zone, written = ZoneInfo(self._policy.messages.timezone), source.starts.utcoffset()
        if source.starts.astimezone(zone).utcoffset() == written:
            return zone
        return timezone(written) if written else UTC

    def _caller(self, email: str) -> Caller:
        member = self._policy.member(email)
        return Caller(member.name, member.email, member.ids) if member else Caller(email, email)
