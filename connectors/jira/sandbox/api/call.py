"""One call of the API, and its answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from connectors.jira.sandbox.deeds import Deeds
from connectors.jira.sandbox.model import Issue
from connectors.jira.sandbox.refusal import Refusal, bad_payload, no_issue
from connectors.jira.sandbox.show import Show
from connectors.jira.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold an answer; no body where it is None."""

    status: int = 200
    body: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """Hold a request: what stands in its path and query, and its parsed body."""

    deeds: Deeds
    show: Show
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: Any = None

    @property
    def world(self) -> World:
        """Return the site."""
        return self.deeds.world

    def one(self, name: str) -> str | None:
        """Return a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    def many(self, name: str) -> list[str]:
        """Return a query parameter that may be repeated or hold a comma list."""
        return [part for key, value in self.query if key == name for part in value.split(",") if part]

    def number(self, name: str, default: int) -> int:
        """Return a query parameter that is a number, at least 0."""
        given = self.one(name)
        if given is not None and not given.isdecimal():
            raise Refusal(404, f"'{given}' is not a number.")
        return default if given is None else int(given)

    def flag(self, name: str) -> bool:
        """Return a query parameter that is true or false."""
        return self.one(name) == "true"

    def issue(self) -> Issue:
        """Return the issue that the path names."""
        found = self.world.issue(self.path["issue"])
        if found is None:
            raise no_issue()
        return found

    def fields(self, known: frozenset[str], needed: frozenset[str] = frozenset()) -> Mapping[str, Any]:
        """Return the body, an object with these keys and no others."""
        if not isinstance(self.body, dict) or not needed <= set(self.body) <= known:
            raise bad_payload()
        return self.body


Handler: TypeAlias = Callable[[Call], Reply]


def strings(value: Any) -> list[str]:
    """Read a list of strings."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise bad_payload()
    return value
