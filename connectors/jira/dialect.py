"""Say in which words Cloud and Data Center are asked for the same things."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from app.core.errors import NotFound
from app.core.person import Person
from app.core.snapshot import Epic
from app.core.text import Text
from connectors.jira.client import Client, Site
from connectors.jira.wire import Reader

Json: TypeAlias = dict[str, Any]
MOST_AT_ONCE = 100
OF_THE_PAST = ("comment", "worklog")
"""The fields that tell what was done and is no change."""


class Dialect(ABC):
    """Ask one Jira; the methods here are the same on both kinds, the abstract ones are not."""

    def __init__(self, client: Client, site: Site) -> None:
        self.client, self.site = client, site
        self.api = site.api

    @property
    @abstractmethod
    def reader(self) -> Reader:
        """Return what reads this Jira's issues."""

    @abstractmethod
    async def issues(self, ids: Sequence[str], fields: Sequence[str]) -> list[Json]:
        """Return the issues of these ids that are there, as they are now: never from a search index that lags."""

    @abstractmethod
    def pages(self, query: str, fields: Sequence[str]) -> AsyncIterator[list[Json]]:
        """Search, a page at a time."""

    @abstractmethod
    async def matches(self, issue: str, queries: Sequence[str]) -> list[bool | str]:
        """Tell for each query whether it finds the issue; a text is why the query cannot be asked."""

    @abstractmethod
    async def stands(self, board: int, issue: str) -> bool:
        """Tell whether the board itself lists the issue."""

    @abstractmethod
    async def histories(self, issue: str) -> list[Json]:
        """Return the issue's changes, oldest first."""

    @abstractmethod
    async def pasts(self, ids: Sequence[str]) -> list[tuple[Json, list[Json]]]:
        """Return each of these issues with its comments and worklogs, and its changes."""

    @abstractmethod
    async def user(self, id_: str) -> Json | None:
        """Return the user of that id."""

    @abstractmethod
    async def users(self, email: str, project: str | None) -> list[Json]:
        """Return the active users whom a search for that e-mail finds."""

    @abstractmethod
    async def edit(self, issue: str, body: Json) -> Json | None:
        """Edit an issue; return it as it is then where the answer shows it."""

    @abstractmethod
    def rich(self, text: Text) -> Any:
        """Return a text as this Jira's comments hold it."""

    @abstractmethod
    def under(self, epic: Epic) -> Json:
        """Return the fields that put an issue under an epic; empty where this Jira has no such field."""

    @abstractmethod
    def assignee(self, person: Person) -> Json:
        """Return how a person is named in a write."""

    async def get(self, path: str, holds: str = "", /, **query: Any) -> Any:
        """Return what stands at a path below the platform's address; `holds` as in `Client.call`."""
        return await self.client.call("GET", f"{self.api}{path}", holds=holds, params=query)

    async def issue(self, reference: str, fields: Sequence[str]) -> Json | None:
        """Return one issue by id or by any key it ever had; None: not there, or not to be seen."""
        try:
            found: Json = await self.get(f"/issue/{quote(reference, safe='')}", "fields", fields=",".join(fields))
        except NotFound:
            return None
        return found

    async def with_latest(self, issues: Sequence[Json]) -> list[Json]:
        """Return the issues with their latest comments and worklogs, where they show only the first of many."""
        for issue in issues:
            comments, worklogs = (issue["fields"].get(name) or {} for name in ("comment", "worklog"))
            if comments.get("total", 0) > len(comments.get("comments", ())):
                comments["comments"] = await self.last_comments(str(issue["id"]))
            if (total := worklogs.get("total", 0)) > len(worklogs.get("worklogs", ())):
                query = {"startAt": max(0, total - MOST_AT_ONCE), "maxResults": MOST_AT_ONCE}
                page = await self.get(f"/issue/{issue['id']}/worklog", "worklogs", **query)
                worklogs["worklogs"] = page["worklogs"]
        return list(issues)

    async def last_comments(self, issue: str) -> list[Json]:
        """Return the issue's latest comments, oldest first."""
        query = {"orderBy": "-created", "maxResults": MOST_AT_ONCE}
        found = await self.get(f"/issue/{issue}/comment", "comments", **query)
        return list(reversed(found["comments"]))
