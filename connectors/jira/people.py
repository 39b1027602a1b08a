"""Find somebody among Jira's people, and never somebody else.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.core.naming import same
from app.core.person import Person
from connectors._kit.kept import Kept
from connectors.jira.dialect import Dialect
from connectors.jira.persons import person_in

FOUND_FOR, UNKNOWN_FOR = 86_400.0, 3_600.0


class People:
    """Look people up and remember them: whom Jira knows for a day, whom it does not for an hour."""

    def __init__(self, project: str | None, clock: Callable[[], float]) -> None:
        self._project = project
        self._kept = Kept[tuple[Person, ...]](lambda found: FOUND_FOR if found else UNKNOWN_FOR, clock)

    async def find(self, dialect: Dialect, ids: Mapping[str, str], email: str | None) -> Person | None:
        """Return the person of that id, which the policy's word makes certain, else of that e-mail."""
        if own := ids.get("jira"):
            found = await self._kept.get(f"id {own}", lambda: self._by_id(dialect, own))
        elif email:
            found = await self._kept.get(f"email {email.casefold()}", lambda: self._by_email(dialect, email))
        else:
            found = ()
        return found[0] if found else None

    async def _by_id(self, dialect: Dialect, id_: str) -> tuple[Person, ...]:
        return _persons([await dialect.user(id_)], dialect)

    async def _by_email(self, dialect: Dialect, email: str) -> tuple[Person, ...]:
        return certain(_persons(await dialect.users(email, self._project), dialect), email)


def certain(found: Sequence[Person], email: str) -> tuple[Person, ...]:
    """Return who that e-mail is: who shows it, else the only one found, if they hide theirs; nobody on a guess."""
    exact = tuple(person for person in found if same(person.email, email))
    if exact:
        return exact[:1]
    return tuple(found) if len(found) == 1 and found[0].email is None else ()


def _persons(users: Iterable[Any], dialect: Dialect) -> tuple[Person, ...]:
    read = (person_in(user, dialect.site.me) for user in users)
    return tuple(person for person in read if person is not None)
