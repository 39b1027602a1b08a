"""Speak to Jira Cloud: REST version 3, rich text as documents.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from app.core.errors import FollowthroughError, NotFound
from app.core.person import Person
from app.core.snapshot import Epic
from app.core.text import Text
from connectors._kit.gather import Gatherer
from connectors.jira import adf, jql
from connectors.jira.client import Client, Site
from connectors.jira.dialect import MOST_AT_ONCE, OF_THE_PAST, Dialect, Json
from connectors.jira.errors import Refused
from connectors.jira.wire import Reader

PAGE = 500
MOST_CHANGES = 1_000
MANY = 40
"""Items that are held against queries together: fewer than are handled at a time, so that a burst waits for nobody."""
NO_HURRY = 0.25
"""Seconds for which an item waits for others to be held against queries with it: what was to be written is written."""
_Match: TypeAlias = tuple[str, tuple[str, ...]]
"""An issue, and the queries that it is held against."""


class Cloud(Dialect):
    """Ask Jira Cloud."""

    def __init__(self, client: Client, site: Site) -> None:
        super().__init__(client, site)
        self._matching = Gatherer[_Match, list[Json]](self._matched, MANY, NO_HURRY)

    @property
    def reader(self) -> Reader:
        """Return what reads Cloud's issues."""
        return Reader(self.site.browse, self.site.me, self.site.fields, adf.plain, adf.addresses)

    async def issues(self, ids: Sequence[str], fields: Sequence[str]) -> list[Json]:
        """Fetch a hundred at a time; what is not there or not to be seen is left out without a word.

        What Jira says it could not read together with the others is read by itself.
        """
        found: list[Json] = []
        for start in range(0, len(ids), MOST_AT_ONCE):
            body = {"issueIdsOrKeys": list(ids[start : start + MOST_AT_ONCE]), "fields": list(fields)}
            answer = await self.client.call("POST", f"{self.api}/issue/bulkfetch", holds="issues", json=body)
            found += answer["issues"]
            if answer.get("issueErrors"):
                there = {issue["id"] for issue in found} | {issue["key"] for issue in found}
                alone = [await self.issue(one, fields) for one in body["issueIdsOrKeys"] if one not in there]
                found += [issue for issue in alone if issue is not None]
        return found

    async def pages(self, query: str, fields: Sequence[str]) -> AsyncIterator[list[Json]]:
        """Search by token; the query must be bounded."""
        body: Json = {"jql": query, "fields": list(fields), "maxResults": PAGE}
        while True:
            answer = await self._search(body)
            yield answer["issues"]
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast"):
                return
            body = {**body, "nextPageToken": token}

    async def matches(self, issue: str, queries: Sequence[str]) -> list[bool | str]:
        """Match the issue, together with others that are asked for at the same moment.

        The index may lag behind our own write, so a no is asked again with `reconcileIssues`.
        """
        try:
            found = await self._matching.ask((issue, tuple(queries)))
        except Refused as error:
            return [str(error)] * len(queries)
        return [await self._match(issue, match, query) for match, query in zip(found, queries, strict=True)]

    async def _matched(self, asks: Sequence[_Match]) -> list[list[Json] | Exception]:
        """Ask once for all issues of the same queries; what is wrong with one issue is told to it alone."""
        answers: dict[_Match, list[Json] | Exception] = {}
        for queries in dict.fromkeys(queries for _, queries in asks):
            issues = list(dict.fromkeys(issue for issue, asked in asks if asked == queries))
            body = {"issueIds": [int(issue) for issue in issues], "jqls": list(queries)}
            found: list[Json] | Exception
            try:
                found = (await self.client.call("POST", f"{self.api}/jql/match", holds="matches", json=body))["matches"]
            except FollowthroughError as error:
                found = error
            if isinstance(found, Refused) and len(issues) > 1:
                alone = [await self._matched([(issue, queries)]) for issue in issues]
                answers.update({(issue, queries): one[0] for issue, one in zip(issues, alone, strict=True)})
            else:
                answers.update({(issue, queries): found for issue in issues})
        return [answers[ask] for ask in asks]

    async def _match(self, issue: str, match: Json, query: str) -> bool | str:
        if match["errors"]:
            return " ".join(match["errors"])
        if int(issue) in match["matchedIssues"]:
            return True
        sure = {"jql": jql.both(f"id = {issue}", query), "fields": ["id"], "reconcileIssues": [int(issue)]}
        try:
            return bool((await self._search(sure))["issues"])
        except Refused as error:  # the query alone was fine
            raise NotFound(str(error)) from error

    async def stands(self, board: int, issue: str) -> bool:
        """Ask the board for this one issue."""
        query = {"jql": f"id = {issue}", "reconcileIssues": issue, "fields": "id", "maxResults": 1}
        answer = await self.client.call("GET", f"/rest/software/1.0/board/{board}/issue", holds="issues", params=query)
        return bool(answer["issues"])

    async def histories(self, issue: str) -> list[Json]:
        """Read the changes page by page."""
        found: list[Json] = []
        while True:
            page = await self.get(f"/issue/{issue}/changelog", "values", startAt=len(found), maxResults=MOST_AT_ONCE)
            found += page["values"]
            if page.get("isLast") or not page["values"]:
                return found

    async def pasts(self, ids: Sequence[str]) -> list[tuple[Json, list[Json]]]:
        """Fetch the issues' changes together, page by page, and their comments and worklogs in one more call."""
        changes: dict[str, list[Json]] = {}
        for start in range(0, len(ids), MOST_AT_ONCE):
            body: Json = {"issueIdsOrKeys": list(ids[start : start + MOST_AT_ONCE]), "maxResults": MOST_CHANGES}
            while True:
                at = f"{self.api}/changelog/bulkfetch"
                page = await self.client.call("POST", at, holds="issueChangeLogs", json=body)
                for log in page["issueChangeLogs"]:
                    changes.setdefault(str(log["issueId"]), []).extend(log["changeHistories"])
                if not page.get("nextPageToken"):
                    break
                body = {**body, "nextPageToken": page["nextPageToken"]}
        issues = await self.with_latest(await self.issues(ids, OF_THE_PAST))
        return [(issue, changes.get(str(issue["id"]), [])) for issue in issues]

    async def user(self, id_: str) -> Json | None:
        """Return the user of that account id."""
        try:
            found: Json = await self.get("/user", accountId=id_)
        except (NotFound, Refused):
            return None
        return found

    async def users(self, email: str, project: str | None) -> list[Json]:
        """Search people; an account that may not browse them still finds whom a project's issues can be given to."""
        found = await self.get("/user/search", query=email)
        if not found and project:
            with suppress(NotFound):  # a project that is hidden from us shows nobody
                found = await self.get("/user/assignable/search", query=email, project=project)
        return [user for user in found or () if user.get("accountType") == "atlassian"]

    async def edit(self, issue: str, body: Json) -> Json | None:
        """Edit, and let the answer show the issue."""
        answer = await self.client.call(
            "PUT", f"{self.api}/issue/{issue}", params={"returnIssue": "true"}, json=body, repeatable=False
        )
        return answer if isinstance(answer, dict) and isinstance(answer.get("fields"), dict) else None

    def rich(self, text: Text) -> Any:
        """Return the text as a document."""
        return adf.document(text)

    def under(self, epic: Epic) -> Json:
        """Return the parent field."""
        return {"parent": {"id": epic.id}}

    def assignee(self, person: Person) -> Json:
        """Name a person by account id."""
        return {"accountId": person.id}

    async def _search(self, body: Json) -> Json:
        found: Json = await self.client.call("POST", f"{self.api}/search/jql", holds="issues", json=body)
        return found
