"""Join settings, policy, connectors and store: the one place that knows them all."""

import asyncio
import importlib
import logging
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import connectors
from app.core.errors import FollowthroughError, Misconfigured
from app.core.policy import Policy
from app.flow.approval import Gate
from app.flow.budget import Budget
from app.flow.checkup import PEOPLE, Checkup
from app.flow.deliver import Deliverer
from app.flow.doctor import diagnose
from app.flow.first_look import FirstLook
from app.flow.handle import Handler
from app.flow.lacking import lacking
from app.flow.on_call import Rotas
from app.flow.policies import Policies
from app.flow.prune import Pruner
from app.flow.readiness import checked, ended, unsaid
from app.flow.receive import Desk
from app.flow.reconcile import Reconciler
from app.flow.simulate import Simulator
from app.flow.ways import examine_ways
from app.flow.worker import Worker
from app.policy_file import read_policy, stamp_of
from app.ports import CA_FILE, Clock, Manifest, Messenger, OnCall, Problem, Store, Tracker
from app.ports.examiner import Diagnosis
from app.settings import Settings, environment, load_settings, setting_names, unknown_settings
from app.store import SqlStore, copy, upgrade

log = logging.getLogger(__name__)


class SystemClock:
    """Tell the machine's time."""

    def now(self) -> datetime:
        """Return the time now, UTC."""
        return datetime.now(UTC)


@cache
def manifests() -> Mapping[str, Manifest]:
    """Return every connector's manifest by name: one for each package in `connectors` without a leading underscore."""
    names = (module.name for module in pkgutil.iter_modules(connectors.__path__) if not module.name.startswith("_"))
    found = (importlib.import_module(f"connectors.{name}").MANIFEST for name in sorted(names))
    return {manifest.name: manifest for manifest in found}


@dataclass(slots=True)
class Service:
    """Hold the joined parts, and run them."""

    settings: Settings
    policy: Policy
    store: Store
    trackers: dict[str, Tracker]
    desks: Mapping[str, Desk]
    worker: Worker
    reconciler: Reconciler
    pruner: Pruner
    clock: Clock
    warnings: Sequence[str] = ()
    policies: Policies | None = None
    deliverer: Deliverer | None = None
    messengers: Mapping[str, Messenger] = field(default_factory=dict)
    checkup: Checkup = field(init=False)
    retired: list[Tracker] = field(default_factory=list)
    _told: list[Problem] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        def reconciled() -> bool:
            return self.reconciler.last.keys() >= self.trackers.keys()

        self.checkup = Checkup(lambda: self.examine(PEOPLE), lambda: self.policy, reconciled)

    async def start(self) -> None:
        """Open the store, then work and reconcile in the background."""
        await self.store.open()
        reconcile = partial(self.reconciler.run, self.settings.reconcile_every)
        self._tasks = [
            asyncio.create_task(self._once(lambda one: one.judged, self.worker.run), name="worker"),
            asyncio.create_task(self._once(lambda one: one.begun, reconcile), name="reconcile"),
            *([asyncio.create_task(self.policies.run(), name="policy")] if self.policies else []),
            asyncio.create_task(self.pruner.run(), name="prune"),
            *([asyncio.create_task(self.deliverer.run(), name="deliver")] if self.deliverer else []),
            asyncio.create_task(self.checkup.run(), name="checkup"),
        ]
        for task in self._tasks:
            task.add_done_callback(_log_end)

    async def _once(self, moment: Callable[[Policies], asyncio.Event], work: Callable[[], Awaitable[None]]) -> None:
        """Work from that moment on: mostly it is known then whether the policy may write, and items are seen once."""
        if self.policies:
            await moment(self.policies).wait()
        await work()

    async def aclose(self) -> None:
        """Hand items back and close every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connected in (*self.trackers.values(), *self.retired):
            await connected.aclose()
        for messenger in (self.deliverer.messengers if self.deliverer else self.messengers).values():
            await messenger.aclose()
        await self.store.aclose()

    def read_policy_again(self) -> None:
        """Have the policy's file read again now, and the set-up looked over; a broken policy changes nothing."""
        self.checkup.ask()
        if self.policies:
            self.policies.ask()

    async def readiness(self) -> Sequence[Problem]:
        """Return what is wrong: what keeps the service from working first, then what trackers say."""
        problems = [ended(task.get_name()) for task in self._tasks if task.done()]
        problems += self.policies.problems() if self.policies else []
        try:
            await self.store.counts(self.clock.now())
        except FollowthroughError as error:
            log.warning("the store is not there: %s", error)  # only here: anybody may ask for readiness
            hint = "see whether the database runs and FOLLOWTHROUGH_DATABASE_URL points to it"
            problems.append(Problem("store.unreachable", "the store does not answer", hint, blocks=True))
        told = await asyncio.gather(*(checked(tracker) for tracker in self.trackers.values()))
        self._told = [one for found in told for one in found]
        return [*problems, *self._told, *unsaid(self.faults(), [*problems, *self._told])]

    def faults(self) -> list[Diagnosis]:
        """Return what is known to be wrong with the set-up, as of the last look or question; asks nobody."""
        sealed = [one for name, desk in self.desks.items() if (one := desk.seals.diagnosis(name))]
        known = {one.id for one in self.checkup.found}
        told = [Diagnosis(one.id, one.message, one.hint) for one in self._told if one.id not in known]
        return [*sealed, *told, *self.checkup.found]

    async def examine(self, people: int | None = None) -> list[Diagnosis]:
        """Look up everything that settings and policy name, but of the `people` only so many; nothing is written."""
        rotas, address = next(iter(self.worker.handlers.values())).rotas, self.settings.public_url
        found = await diagnose(
            self.policy, self.trackers, rotas, self.clock, doors=self.desks, address=address, people=people
        )
        return [*found, *await examine_ways(self.policy, self.messengers)]


def _log_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        log.error("the %s task ended", task.get_name(), exc_info=task.exception())


def build(env_file: Path | None = Path(".env")) -> Service:
    """Join everything as the environment and the policy say; raise Misconfigured with a line for each thing amiss."""
    settings = load_settings(Settings, env_file=env_file)
    CA_FILE.set(settings.ca_file)
    known = manifests()
    file = Path(settings.policy)
    policy = read_policy(file, known)
    own = {name: load_settings(manifest.settings, env_file=env_file) for name, manifest in known.items()}
    clock = SystemClock()
    store = SqlStore(settings.database_url)
    trackers = _trackers(known, own, policy)
    rotas = Rotas(_rotas(known, own, policy, trackers), clock)
    ways = _messengers(known, own)

    def current() -> Policy:
        return service.policy

    idle = "the policy waits for an approval" if settings.mode == "act" else "observe mode"
    handlers = {
        name: Handler(tracker, rotas, current, clock, _budget(store, name, policy), acts=False, idle=idle)
        for name, tracker in trackers.items()
    }
    desks = {
        name: Desk(name, door(), secrets, store, current, clock, trackers[name].is_ours)
        for name in trackers
        if (door := known[name].door) and (secrets := known[name].secrets(own[name]))
    }
    service = Service(
        settings=settings,
        policy=policy,
        store=store,
        trackers=trackers,
        desks=desks,
        worker=Worker(store, handlers, clock, settings.workers),
        reconciler=Reconciler(store, trackers, current, clock, lambda name: handlers[name].acts),
        pruner=Pruner(store, store.outbox, clock, settings.retention),
        clock=clock,
        messengers=ways,
        warnings=_strange(own, env_file) + lacking(known, own, policy, {*trackers, *rotas.sources, *ways}),
    )
    service.policies = _policies(service, rotas, known, own)
    if settings.mode == "act":
        service.deliverer = Deliverer(store.outbox, service.messengers, current, clock, settings.public_url)
    return service


def _policies(service: Service, rotas: Rotas, known: Mapping[str, Manifest], own: Mapping[str, Any]) -> Policies:
    """Return what takes over new policies; in act mode nothing is written before one of them may."""
    file, handlers, trackers = Path(service.settings.policy), service.worker.handlers, service.trackers

    def adopt(new: Policy) -> str | None:
        fresh = _trackers(known, own, new)
        _replace(service, handlers, fresh, new)
        rotas.sources = _rotas(known, own, new, trackers)
        later = ", ".join(sorted(fresh.keys() - trackers.keys()))
        return f"the policy watches {later} now, which only a restart connects" if later else None

    def let() -> None:
        for handler in handlers.values():
            handler.acts = True

    store, acts = service.store, service.settings.mode == "act"
    gate = Gate(store.policies, lambda today: Simulator(store, trackers, rotas, today), service.clock) if acts else None
    first = FirstLook(trackers, service.reconciler.last, store.unseen)
    return Policies(
        policy=service.policy,
        read=lambda: read_policy(file, known),
        stamp=lambda: stamp_of(file),
        adopt=adopt,
        gate=gate,
        let=let,
        look_again=service.reconciler.look_again,
        first_look=first,
    )


def _replace(service: Service, handlers: Mapping[str, Handler], fresh: Mapping[str, Tracker], policy: Policy) -> None:
    """Put a policy in force: trackers that know it take the place of those that know the one before.

    Runs under way go on with the tracker that they have, so it is kept; few policies come in a process's life.
    """
    trackers = service.trackers
    for name in trackers.keys() & fresh.keys():
        service.retired.append(trackers[name])
        trackers[name] = handlers[name].tracker = fresh[name]
        handlers[name].budget.limit = policy.limits.writes_per_hour
    service.policy = policy
    service.reconciler.look_again()


def _budget(store: Store, tracker: str, policy: Policy) -> Budget:
    """Return what a tracker's writes are spent from, which all replicas share."""
    return Budget(policy.limits.writes_per_hour, partial(store.draw, tracker))


def upgrade_database() -> None:
    """Bring the tables of the database that the settings name up to date."""
    upgrade(load_settings(Settings).database_url)


def copy_database(source: str, told: Callable[[str, int], None]) -> None:
    """Copy all of another database into the one that the settings name, which must be empty; `told` hears of tables."""
    copy(source, load_settings(Settings).database_url, told)


def _strange(own: Mapping[str, Any], env_file: Path | None) -> list[str]:
    """Return a warning for each variable that looks like a setting and is none."""
    names = setting_names([Settings, *(type(settings) for settings in own.values())])
    return unknown_settings(environment(env_file), names)


def _trackers(known: Mapping[str, Manifest], own: Mapping[str, Any], policy: Policy) -> dict[str, Tracker]:
    """Return the trackers that the policy watches and whose credentials are set; at least one must be."""
    on = {
        name: manifest.tracker(own[name], policy)
        for name, manifest in known.items()
        if manifest.tracker and manifest.configured(own[name]) and policy.watches(name)
    }
    if not on:
        lines = [line for watch in policy.watch for line in known[watch.tracker].missing(own[watch.tracker])]
        raise Misconfigured("no tracker that the policy watches has credentials", *dict.fromkeys(lines))
    return on


def _rotas(
    known: Mapping[str, Manifest], own: Mapping[str, Any], policy: Policy, trackers: Mapping[str, Tracker]
) -> dict[str, OnCall]:
    return {
        name: manifest.on_call(own[name], policy, trackers)
        for name, manifest in known.items()
        if manifest.on_call and manifest.configured(own[name]) and (manifest.tracker is None or name in trackers)
    }


def _messengers(known: Mapping[str, Manifest], own: Mapping[str, Any]) -> dict[str, Messenger]:
    """Return all ways to write to people that are set up: a policy that is read again may name another."""
    return {
        name: manifest.messenger(own[name])
        for name, manifest in known.items()
        if manifest.messenger and manifest.configured(own[name])
    }
