"""Read people as Jira shows them.

Cloud names an account by `accountId`, Data Center by a lasting `key` and a `name` that can change; it mentions by name.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
"""

from collections.abc import Mapping
from typing import Any

from app.core.person import Person


def person_in(user: Any, ours: frozenset[str] = frozenset()) -> Person | None:
    """Return the person in a user object, None where there is none; `ours` are the ids of our own account.

    Some webhooks show no more of a person than a name or an e-mail; that is then their id.
    """
    if not isinstance(user, Mapping):
        return None
    ids = ids_in(user)
    name, email, login = (_text(user.get(key)) for key in ("displayName", "emailAddress", "name"))
    known = (*ids, *(value for value in (email, name) if value))
    if not known:
        return None
    return Person(
        id=known[0],
        name=name or known[-1],
        email=email,
        active=user.get("active") not in (False, "false"),
        bot=user.get("accountType") == "app" or not ours.isdisjoint(ids),
        mention=None if _text(user.get("accountId")) else login,
        outside=user.get("accountType") == "customer",
    )


def ids_in(user: Any) -> tuple[str, ...]:
    """Return everything that identifies a user, the most lasting first."""
    if not isinstance(user, Mapping):
        return ()
    given = (user.get("accountId"), user.get("key"), user.get("name"))
    return tuple(text for value in given if (text := _text(value)))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
