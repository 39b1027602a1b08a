"""Ask Linear who has triage duty in a team.

https://linear.app/docs/triage — a duty is somebody's now, or several people's by hand, or follows a time schedule.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.core.errors import NotFound
from app.core.person import Person
from app.core.policy import Target
from app.ports import Caller
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.people import People, person
from connectors.linear.wire import moment
from connectors.linear.words import NAME, OnCallTarget


class TriageDuty:
    """Tell who is on call in a team."""

    def __init__(self, graph: Graph, people: People) -> None:
        self._graph, self._people = graph, people

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:
        """Return who has the duty: the current user, else those chosen by hand, else the schedule's at that time.

        Somebody inactive is named without an id. Raise NotFound when there is no such team or no such duty.
        """
        key = OnCallTarget.model_validate(settings).team
        data = await self._graph.run(documents.ON_CALL, key=key)
        duty = next((team["triageResponsibility"] for team in data["teams"]["nodes"]), None)
        if duty is None:
            raise NotFound(f"Linear shows no triage responsibility of a team {key}")
        named = await self._named(duty, at)
        return [caller for caller in named if caller.ids] or named

    async def _named(self, duty: Node, at: datetime) -> list[Caller]:
        found = [_caller(one) for one in (person(duty["currentUser"]),) if one is not None]
        if not _able(found) and duty["manualSelection"]:
            found += map(_caller, await self._people.several(duty["manualSelection"]["userIds"]))
        if not _able(found) and duty["timeSchedule"]:
            found += await self._scheduled(duty["timeSchedule"]["entries"] or (), at)
        return found

    async def _scheduled(self, entries: Sequence[Node], at: datetime) -> list[Caller]:
        """Return the people of the shifts that cover that time; whom Linear does not know is named as it is written."""
        now = [entry for entry in entries if moment(entry["startsAt"]) <= at < moment(entry["endsAt"])]
        known = await self._people.several([entry["userId"] for entry in now if entry["userId"]])
        return [
            *map(_caller, known),
            *(_stranger(entry) for entry in now if not entry["userId"] and entry["userEmail"]),
        ]


def _able(found: Sequence[Caller]) -> bool:
    return any(caller.ids for caller in found)


def _caller(one: Person) -> Caller:
    return Caller(one.name, one.email, {NAME: one.id} if one.active else {})


def _stranger(entry: Mapping[str, str]) -> Caller:
    said = entry["userEmail"]
    return Caller(said, said if "@" in said else None)
