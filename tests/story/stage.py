"""One running service beside one emulated tracker, and what tests ask of the two."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.assembly import Service
from tests.contracts import need_shared
from tests.running import quiet, running, until
from tests.story.emulators import SECRET, World

GRACE, ADA, OLGA, US = "grace@acme.test", "ada@acme.test", "olga@acme.test", "enforcer@acme.test"
LINUS = "linus@acme.test"
START = "2026-01-05T09:00:00+00:00"
Policy = dict[str, Any]


def seed(world: World) -> dict[str, Any]:
    """Return what stands in the emulator by default, to be changed and handed to its reset."""
    text = need_shared(f"emulators/seeds/{world.door}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def policy(world: World) -> Policy:
    """Return a policy whose routes are chosen by a word in the title; tests change what they like."""
    return {
        "version": 1,
        "watch": [{"tracker": "linear", "teams": ["ENG", "OPS"], "label": "post-mortem"}]
        if world.door == "linear"
        else [{"tracker": "jira", "projects": ["PM", "OPS", "PLAT"], "label": "post-mortem"}],
        "postmortem": [{"from": "parent"}],
        "classes": {
            "operational": {"label": "operational", "aliases": ["ops"], "due": {"urgent": "7d", "default": "30d"}},
            "strategic": {"label": "strategic", "aliases": ["long-term"]},
            "risk": {"label": "risk"},
            "needs_class": "needs-class",
            "grace": "0s",
            "on_conflict": "wait",
        },
        "size": {"estimate_at_least": 8, "labels": ["size-l"]},
        "urgency": {"priorities": ["Urgent", "Highest"], "labels": ["sev1"]},
        "people": [
            {"name": "Linus Duty", "email": LINUS},
            {"name": "Grace Hopper", "email": GRACE},
            {"name": "Olga Past", "email": OLGA},
            {"name": "Stan Stranger", "email": "stan@acme.test"},
        ],
        "activity": {"bots": ["automation@bots.test"]},
        "on_call": {
            "ops": [{"source": "static", "people": [LINUS], "starts": START}],
            "empty": [{"source": "static", "people": [LINUS], "starts": "2199-01-05T09:00:00+00:00"}],
            "strange": [{"source": "static", "people": ["stan@acme.test"], "starts": START}],
            "gone": [{"source": "static", "people": [OLGA], "starts": START}],
        },
        "routes": [
            _route(world, "emptily", "empty"),
            _route(world, "strangely", "strange"),
            _route(world, "gonely", "gone"),
            {"name": "nowhere", "when": {"title_words": ["nowhere"]}},
            {**_route(world, "lost", "ops"), "strategic": _epic(world, lost=True)},
            _route(world, None, "ops"),
        ],
    }


def _route(world: World, word: str | None, rota: str) -> Policy:
    """Return a route for titles with that word; None: the default."""
    when = {"when": {"title_words": [word]}} if word else {}
    return {
        "name": word or "everything",
        **when,
        "operational": {"on_call": rota, world.door: board(world)},
        "strategic": _epic(world),
    }


def board(world: World) -> Policy:
    """Return the board of operational items in the policy's words."""
    return {"team": "OPS"} if world.door == "linear" else {"board": 1, "set": {"labels": ["team-ops"]}}


def _epic(world: World, *, lost: bool = False) -> Policy:
    if world.door == "linear":
        return {"linear": {"project": "No such project" if lost else "Q4 Reliability"}}
    return {"jira": {"parent": "PM-9999" if lost else "PM-1"}}


@dataclass
class Stage:
    """Hold a running service and its world."""

    world: World
    service: Service
    address: str

    async def play(self, verb: str, *arguments: Any, **named: Any) -> Any:
        """Call the emulator's control client."""
        return await self.world.play(verb, *arguments, **named)

    async def create(self, title: str, *labels: str, by: str = GRACE, where: str | None = None, **more: Any) -> str:
        """Create a post-mortem item; return its id."""
        here = where or self.world.where
        made = await self.play("create", here, title=title, labels=["post-mortem", *labels], as_=by, **more)
        return str(made["id"])

    async def update(self, item: str, by: str | None = GRACE, **set_: Any) -> None:
        """Edit an item as somebody."""
        await self.play("update", item, as_=by, **set_)

    async def comment(self, item: str, body: str, by: str = GRACE) -> str:
        """Comment as somebody; return the comment's id."""
        return str((await self.play("comment", item, body, as_=by))["id"])

    async def get(self, item: str) -> dict[str, Any]:
        """Return an item in words that all worlds share."""
        shared = await self.world.get(item)
        found = await self.play("get", item)
        linear = self.world.door == "linear"
        return {
            **shared,
            "key": found["identifier" if linear else "key"],
            "state": found["state" if linear else "status"],
            "parent": found["parent"],
            "raw": found,
        }

    async def shows(self, item: str, seconds: float = 10.0, **wanted: Any) -> dict[str, Any]:
        """Wait until the item is like this, and everything has come to rest; it must be like this still.

        `labels` and `no_labels` hold what must and must not be among them, `ours` how many comments of ours there are,
        `says` what the last one holds.
        """
        now: dict[str, Any] = {}

        async def holds() -> bool:
            now.update(await self.get(item))
            return not self.amiss(now, wanted)

        try:
            await until(holds, "the item", seconds)
        except AssertionError:
            raise AssertionError(f"{self.amiss(now, wanted)} of {now['raw']}") from None
        await self.rest()
        now.update(await self.get(item))
        assert not self.amiss(now, wanted), (self.amiss(now, wanted), now["raw"])
        return now

    @staticmethod
    def amiss(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is not as wanted."""
        found: dict[str, Any] = {}
        for name, value in wanted.items():
            match name:
                case "labels":
                    fine = set(_listed(value)) <= set(now["labels"])
                case "no_labels":
                    fine = set(_listed(value)).isdisjoint(now["labels"])
                case "ours":
                    fine = len(now["ours"]) == value
                case "says":
                    fine = bool(now["ours"]) and value in now["ours"][-1]
                case _:
                    fine = bool(now[name]) if value is True else now[name] == value
            if not fine:
                found[name] = f"wanted {value!r}, is {now.get(name if name in now else 'ours')!r}"
        return found

    async def rest(self) -> None:
        """Wait until webhooks are delivered, and nothing is due now, soon, or on loan."""
        seen = -1
        while seen != (total := (await self.play("calls"))["total"]):
            seen = total
            await self.play("drain", 10)
            await quiet(self.service)
            await until(self._nothing_soon, "nothing to be due soon")

    async def _nothing_soon(self) -> bool:
        now = self.service.clock.now()
        due = await self.service.store.next_due(now, list(self.service.trackers))
        return (due is None or (due - now).total_seconds() > 5) and not self.service.worker.busy

    async def writes(self, item: str) -> list[dict[str, Any]]:
        """Return what the service wrote to an item."""
        found = await self.get(item)
        ids = {found["raw"]["id"], found["key"], *found["raw"].get("previousIdentifiers", ())}
        writes = await self.play("service_writes")
        return [write for write in writes if not ids.isdisjoint({write["target"]["id"], write["target"].get("issue")})]

    async def findings(self, item: str) -> list[str]:
        """Return the ids of what was found on an item."""
        stored = await self.service.store.find(self.world.door, item)
        assert stored is not None
        return [finding.id for finding in stored.last.findings] if stored.last else []

    async def sentences(self, item: str) -> str:
        """Return the sentences of what was found on an item."""
        stored = await self.service.store.find(self.world.door, item)
        assert stored is not None
        return " ".join(finding.sentence for finding in stored.last.findings) if stored.last else ""

    async def fair(self, *, rejected: Callable[[Mapping[str, Any]], bool] = lambda _one: False) -> None:
        """Hold everything so far against the contract; `rejected` tells which refusals are meant."""
        assert await self.play("conformance") == []
        assert await self.play("unsupported") == []
        refused = [one for one in await self.play("rejected") if not rejected(one)]
        assert not refused, refused
        assert [write for write in await self.play("service_writes") if write["noop"]] == []


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


@asynccontextmanager
async def stage(
    world: World,
    folder: Path,
    wanted: Policy | None = None,
    reset: Mapping[str, Any] | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """Reset the emulator and run the service beside it; extra settings by their names without prefix."""
    await world.play("reset", **(reset or {}))
    extra = {f"FOLLOWTHROUGH_{name}": value for name, value in (settings or {}).items()}
    rules = json.dumps(wanted or policy(world))
    async with running(folder, rules, {**world.settings, **extra}) as (service, address):
        await world.play("webhook", f"{address}/webhooks/{world.door}", SECRET)
        one = Stage(world, service, address)
        await one.rest()
        yield one
