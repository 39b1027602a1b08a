"""Stand in for the service behind the web: a store in memory, and a door with the plainest signature."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from app.assembly import Service
from app.core.decision import Finding, ItemClass, Verdict
from app.core.delivery import Delivery, Heard, Hearing
from app.core.errors import Transient
from app.core.memory import Memory
from app.core.policy import Policy, Watch
from app.core.record import Record
from app.core.snapshot import Snapshot
from app.flow.receive import Desk
from app.main import create_app
from app.ports import Problem, Stored, Touch
from app.ports.examiner import Diagnosis
from app.ports.reports import Tally
from connectors._kit.signature import sign, signed_by_any

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "shared-with-the-tracker"
TOKEN = "token-for-reports"


class FakeClock:
    """Stand still."""

    def now(self) -> datetime:
        """Return the one moment."""
        return NOW


class FakeDoor:
    """Check `x-sign`, and hear the item that the body names."""

    kept_headers = frozenset({"x-delivery"})

    def signed(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Check the signature."""
        return signed_by_any(raw, headers.get("x-sign", ""), secrets)

    def in_time(self, _body: Any, _now: datetime) -> bool:
        """Take all."""
        return True

    def stamped(self, _body: Any) -> bool:
        """Take the same body for the same event."""
        return True

    def delivery_id(self, headers: Mapping[str, str]) -> str | None:
        """Return the id."""
        return headers.get("x-delivery")

    def hear(self, _headers: Mapping[str, str], body: Any) -> Heard:
        """Break when asked to; else hear the item."""
        body = body if isinstance(body, dict) else {}
        if "explode" in body:
            raise ZeroDivisionError(f"choked on {body['explode']}")
        if "ignore" in body:
            return Heard(Hearing.IGNORED, "ignored")
        return Heard(Hearing.HANDLED, "changed", items=(str(body.get("item", "1")),))


@dataclass
class FakeReports:
    """Answer with what it was given."""

    oldest: datetime | None = None
    messages: int = 0
    alike: Sequence[Tally] = ()

    async def oldest_due(self, _now: datetime) -> datetime | None:
        """Return it."""
        return self.oldest

    async def waiting_messages(self) -> int:
        """Return their number."""
        return self.messages

    async def tallies(self, _now: datetime) -> Sequence[Tally]:
        """Return them."""
        return self.alike


@dataclass
class FakeStore:
    """Keep what the web asks for. `error` is raised by every call while it is set."""

    stored: dict[str, Stored] = field(default_factory=dict)
    kept: list[Delivery] = field(default_factory=list)
    touched: list[tuple[str, Touch, bool]] = field(default_factory=list)
    error: Exception | None = None
    reports: FakeReports = field(default_factory=FakeReports)

    def _there(self) -> None:
        if self.error:
            raise self.error

    async def keep(self, delivery: Delivery, _touches: Sequence[Touch], _now: datetime) -> bool:
        """Keep a delivery unless its body is known."""
        self._there()
        if any(known.digest == delivery.digest for known in self.kept):
            return False
        self.kept.append(delivery)
        return True

    async def find(self, tracker: str, reference: str) -> Stored | None:
        """Find an item by id or key."""
        self._there()
        known = [one for one in self.stored.values() if one.tracker == tracker]
        return next((one for one in known if reference.casefold() in {one.id, one.key.casefold()}), None)

    async def items(
        self,
        *,
        tracker: str | None,
        watched: bool | None,
        after: str | None,
        limit: int,
        postmortem: str | None = None,
    ) -> tuple[Sequence[Stored], str | None]:
        """Page by id."""
        self._there()
        if after is not None and after not in self.stored:
            raise ValueError("forged")
        fits = [
            one
            for id_, one in sorted(self.stored.items())
            if tracker in {None, one.tracker} and watched in {None, one.watched} and id_ > (after or "")
            if postmortem is None or (one.postmortem and one.postmortem.name == postmortem)
        ]
        return fits[:limit], fits[limit - 1].id if len(fits) > limit else None

    async def records(self, _tracker: str, id_: str, limit: int) -> Sequence[Record]:
        """Return the last record."""
        self._there()
        last = self.stored[id_].last
        return [last][:limit] if last else []

    async def touch(self, tracker: str, touches: Sequence[Touch], _now: datetime, *, settle: bool = True) -> int:
        """Note who was made due."""
        self._there()
        self.touched += [(tracker, touch, settle) for touch in touches]
        return len(touches)

    async def counts(self, _now: datetime) -> Mapping[str, int]:
        """Count."""
        self._there()
        return {"items": len(self.stored), "watched": 1, "due": 2, "parked": 3, "deliveries": len(self.kept)}


@dataclass
class FakeService:
    """Have what `app.assembly.Service` has, and note being started and stopped."""

    settings: Any
    store: FakeStore
    desks: dict[str, Desk]
    trackers: dict[str, Any]
    policy: Policy
    clock: FakeClock = field(default_factory=FakeClock)
    problems: list[Problem] = field(default_factory=list)
    fails: Exception | None = None
    life: list[str] = field(default_factory=list)
    deliverer: Any = None
    policies: Any = None
    worker: Any = field(default_factory=lambda: SimpleNamespace(tallies={}, handlers={}))
    retired: list[Any] = field(default_factory=list)
    reconciler: Any = field(default_factory=lambda: SimpleNamespace(missed=Counter()))
    found: list[Diagnosis] = field(default_factory=list)

    async def start(self) -> None:
        """Start."""
        self.life.append("started")
        if self.fails:
            raise self.fails

    async def aclose(self) -> None:
        """Stop."""
        self.life.append("stopped")

    def faults(self) -> list[Diagnosis]:
        """Tell what was put in."""
        return self.found

    async def readiness(self) -> Sequence[Problem]:
        """Tell what was put in."""
        if self.fails:
            raise self.fails
        return self.problems


def fake_service(tokens: Sequence[str] = (), items: Sequence[Stored] = (), read: Sequence[str] = ()) -> FakeService:
    """Return a service with Linear open, Jira on but without a webhook secret."""
    store = FakeStore({one.id: one for one in items})
    policy = Policy((Watch("linear", "postmortem"),))
    desk = Desk("linear", FakeDoor(), (SECRET,), cast("Any", store), lambda: policy, FakeClock())
    held = {"api_tokens": tokens, "read_tokens": read}
    secrets = {name: tuple(map(SecretStr, each)) for name, each in held.items()}
    settings = SimpleNamespace(mode="observe", **secrets)
    return FakeService(settings, store, {"linear": desk}, {"linear": object(), "jira": object()}, policy)


def app_of(service: FakeService) -> FastAPI:
    """Return the application around a fake."""
    return create_app(cast("Service", service))


def caller(
    service: FakeService, client: tuple[str, int] | None = ("127.0.0.1", 1), **options: Any
) -> httpx.AsyncClient:
    """Return a client that calls from that address; None: through a unix socket."""
    transport = httpx.ASGITransport(app_of(service), client=cast("Any", client))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", **options)


def signed(raw: bytes, secret: str = SECRET, delivery: str = "d-1") -> dict[str, str]:
    """Return the headers of a signed call."""
    return {"x-sign": sign(raw, secret), "x-delivery": delivery, "content-type": "application/json"}


def an_item(id_: str, key: str, title: str = "Add a retry", *, watched: bool = True) -> Stored:
    """Return an item that was looked at once."""
    snapshot = Snapshot("linear", id_, key, title, f"https://tracker.acme.test/{key}", NOW, NOW)
    finding = Finding("class.missing", "It has no class label.", "a class label")
    verdict = Verdict("labels", "class missing", "it has no class label", "somebody sets one")
    record = Record(NOW, ("Issue.update",), (finding,), ("add the label needs-class",), verdicts=(verdict,), calls=2)
    return Stored("linear", id_, key, snapshot, Memory(), ItemClass.MISSING, None, None, watched, NOW, 0, None, record)


def store_gone() -> Transient:
    """Return the error of a database that is not there."""
    return Transient("cannot connect to host db.acme.test")
