"""Speak to Jira Data Center: REST version 2, rich text as wiki markup.

https://developer.atlassian.com/server/jira/platform/rest/v10003/
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from app.core.errors import NotFound
from app.core.person import Person
from app.core.snapshot import Epic
from app.core.text import Text
from connectors.jira import jql, wiki
from connectors.jira.dialect import MOST_AT_ONCE, OF_THE_PAST, Dialect, Json
from connectors.jira.errors import Refused
from connectors.jira.wire import Reader

A_FEW = 10
"""Up to so many issues are read one by one: a search goes by an index that may lag on the node that answers."""


class DataCenter(Dialect):
    """Ask Jira Data Center."""

    @property
    def reader(self) -> Reader:
        """Return what reads Data Center's issues."""
        return Reader(self.site.browse, self.site.me, self.site.fields, wiki.plain, wiki.addresses)

    async def issues(self, ids: Sequence[str], fields: Sequence[str]) -> list[Json]:
        """Read a few one by one, many by searches; those that a search lacks one by one again."""
        found: list[Json] = []
        if len(ids) > A_FEW:
            for start in range(0, len(ids), MOST_AT_ONCE):
                found += await self._found(ids[start : start + MOST_AT_ONCE], fields)
        there = {issue["id"] for issue in found} | {issue["key"] for issue in found}
        read = await asyncio.gather(*(self.issue(one, fields) for one in ids if one not in there))
        return found + [issue for issue in read if issue is not None]

    async def _found(self, ids: Sequence[str], fields: Sequence[str]) -> list[Json]:
        """Search; one id that is not there makes Jira refuse the whole query."""
        try:
            answer = await self._search(jql.any_of("issue", ids), fields, len(ids))
        except Refused:
            return []
        return list(answer["issues"])

    async def pages(self, query: str, fields: Sequence[str]) -> AsyncIterator[list[Json]]:
        """Search by offset."""
        start = 0
        while True:
            answer = await self._search(query, fields, MOST_AT_ONCE, start)
            yield answer["issues"]
            start += len(answer["issues"])
            if not answer["issues"] or start >= answer["total"]:
                return

    async def matches(self, issue: str, queries: Sequence[str]) -> list[bool | str]:
        """Search for the issue under each query."""
        return [await self._match(issue, query) for query in queries]

    async def _match(self, issue: str, query: str) -> bool | str:
        try:
            answer = await self._search(jql.both(f"id = {issue}", query), ["summary"], 1)
        except Refused as error:
            if await self.issue(issue, ["summary"]) is None:
                raise NotFound(str(error)) from error
            return str(error)
        return bool(answer["issues"])

    async def stands(self, board: int, issue: str) -> bool:
        """Ask the board for this one issue."""
        query = {"jql": f"id = {issue}", "fields": "summary", "maxResults": 1}
        answer = await self.client.call("GET", f"/rest/agile/1.0/board/{board}/issue", holds="issues", params=query)
        return bool(answer["issues"])

    async def histories(self, issue: str) -> list[Json]:
        """Read the changes with the issue: they have no address of their own here."""
        answer = await self.get(f"/issue/{issue}", "changelog", fields="created", expand="changelog")
        return list(answer["changelog"]["histories"])

    async def pasts(self, ids: Sequence[str]) -> list[tuple[Json, list[Json]]]:
        """Read each issue with its changes: a search shows them too, but no more comments than fit a page."""
        query = {"fields": ",".join(OF_THE_PAST), "expand": "changelog"}
        found: list[tuple[Json, list[Json]]] = []
        for id_ in ids:
            try:
                issue = await self.get(f"/issue/{id_}", "changelog", **query)
            except NotFound:
                continue
            (issue,) = await self.with_latest([issue])
            found.append((issue, list(issue["changelog"]["histories"])))
        return found

    async def user(self, id_: str) -> Json | None:
        """Return the user of that name, else of that key."""
        for query in ({"username": id_}, {"key": id_}):
            try:
                found: Json = await self.get("/user", **query)
            except (NotFound, Refused):
                continue
            return found
        return None

    async def users(self, email: str, project: str | None) -> list[Json]:
        """Search people by name or e-mail."""
        _ = project
        return list(await self.get("/user/search", username=email) or ())

    async def edit(self, issue: str, body: Json) -> Json | None:
        """Edit; the answer shows nothing."""
        await self.client.call("PUT", f"{self.api}/issue/{issue}", json=body, repeatable=False)
        return None

    def rich(self, text: Text) -> Any:
        """Return the text as wiki markup."""
        return wiki.markup(text)

    def under(self, epic: Epic) -> Json:
        """Return the epic link, which holds the epic's key."""
        return {self.site.fields.epic_link: epic.key} if self.site.fields.epic_link else {}

    def assignee(self, person: Person) -> Json:
        """Name a person by user name, which an edit wants here."""
        return {"name": person.mention or person.id}

    async def _search(self, query: str, fields: Sequence[str], most: int, start: int = 0) -> Json:
        body = {"jql": query, "fields": list(fields), "maxResults": most, "startAt": start}
        found: Json = await self.client.call("POST", f"{self.api}/search", holds="issues", json=body)
        return found
