"""Read people as Jira shows them.

Cloud names an account by `accountId`, Data Center by a lasting `key` and a `name` that can change; it mentions by name.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from app.core.person import Person


def person_in(user: Any, ours: frozenset[str] = frozenset()) -> Person | None:
    """Return the person in a user object, None where there is none; `ours` are the ids of our own account."""
    ids = ids_in(user)
    if not ids:
        return None
    name, email, login = user.get("displayName"), user.get("emailAddress"), user.get("name")
    cloud = _is_name(user.get("accountId"))
    return Person(
        id=ids[0],
        name=name if _is_name(name) else ids[-1],
        email=email if _is_name(email) else None,
        active=user.get("active") not in (False, "false"),
        bot=user.get("accountType") == "app" or not ours.isdisjoint(ids),
        mention=login if not cloud and _is_name(login) else None,
    )


def ids_in(user: Any) -> tuple[str, ...]:
    """Return everything that identifies a user, the most lasting first."""
    if not isinstance(user, Mapping):
        return ()
    given = (user.get("accountId"), user.get("key"), user.get("name"))
    return tuple(value for value in given if _is_name(value))


def _is_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""
