"""Read people from Linear's answers, and look them up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.person import Person
from connectors._kit.kept import Kept
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.references import is_uuid
from connectors.linear.words import NAME

KNOWN_FOR, UNKNOWN_FOR = 86_400.0, 3_600.0
"""Seconds."""


def person(user: Mapping[str, Any] | None) -> Person | None:
    """Return a user as a person; apps are bots."""
    if user is None:
        return None
    return Person(
        id=user["id"],
        name=user["name"],
        email=user["email"],
        active=user["active"],
        bot=user["app"],
        mention=user["url"],
    )


def author(node: Mapping[str, Any], ours: Collection[str], user: str = "user") -> Person | None:
    """Return who did something: a user, somebody outside, or a bot; None: Linear itself.

    A user with a bot beside them is an app that acts in their name. Our own account is a bot whatever it is.
    """
    found, bot = person(node.get(user)), node.get("botActor")
    if found is not None:
        machine = found.bot or bot is not None or found.id.casefold() in ours
        return replace(found, bot=machine)
    outside = node.get("externalUser") or node.get("externalUserCreator")
    if outside is not None:
        return Person(outside["id"], outside["name"], outside.get("email"), outside=True)
    return Person(bot.get("id") or "", bot.get("name") or "a bot", bot=True) if bot is not None else None


class People:
    """Look people up and remember them: whom Linear knows for a day, whom it does not for an hour."""

    def __init__(self, graph: Graph, clock: Callable[[], float]) -> None:
        self._graph = graph
        self._kept = Kept[Person | None](lambda found: UNKNOWN_FOR if found is None else KNOWN_FOR, clock)

    async def find(self, ids: Mapping[str, str], email: str | None) -> Person | None:
        """Return the person of that id in `ids`, else of that e-mail; inactive ones too."""
        own = ids.get(NAME)
        found = await self._kept.get(f"id {own}", lambda: self._by_id(own)) if own and is_uuid(own) else None
        if found is None and email:
            return await self._kept.get(f"email {email.casefold()}", lambda: self._by_email(email))
        return found

    def forget(self) -> None:
        """Forget everybody: what was remembered of somebody turned out wrong."""
        self._kept.forget()

    async def several(self, ids: Sequence[str]) -> list[Person]:
        """Return the people of these ids, in this order, in one call."""
        wanted = [id_ for id_ in ids if is_uuid(id_)]
        users = await self._users({"id": {"in": wanted}}) if wanted else []
        found = {user["id"]: person(user) for user in users}
        return [one for id_ in wanted if (one := found.get(id_)) is not None]

    async def _by_id(self, id_: str) -> Person | None:
        return best(await self._users({"id": {"eq": id_}}))

    async def _by_email(self, email: str) -> Person | None:
        return best(await self._users({"email": {"eqIgnoreCase": email}}))

    async def _users(self, where: Node) -> list[Node]:
        data = await self._graph.run(documents.USERS, filter=where)
        users: list[Node] = data["users"]["nodes"]
        return users


def best(users: Sequence[Node]) -> Person | None:
    """Return the active person before the inactive, and people before apps."""
    return person(min(users, key=lambda user: (not user["active"], user["app"]), default=None))
