"""Keep the tracker's promises for Jira."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.activity import Activity
from app.core.change import Change
from app.core.errors import FollowthroughError
from app.core.person import Person
from app.core.policy import Policy, Target, Watch
from app.core.snapshot import BoardFact, Choice, EpicFact, Kind, Snapshot, Standing
from app.ports import Applied, Problem, Seen
from app.ports.examiner import Diagnosis
from app.ports.spending import Spending
from app.ports.surveyor import Survey
from connectors.jira import history, jql
from connectors.jira.activity import activities
from connectors.jira.apply import Writer
from connectors.jira.board import Boards
from connectors.jira.check import Checker
from connectors.jira.client import Client
from connectors.jira.cloud import Cloud
from connectors.jira.data_center import DataCenter
from connectors.jira.dialect import Dialect, Json
from connectors.jira.epics import Epics
from connectors.jira.examine import Examination
from connectors.jira.fields import FieldIds
from connectors.jira.hooks import Hooks
from connectors.jira.parents import Parents
from connectors.jira.people import People
from connectors.jira.place import NOT_SEEN, is_set
from connectors.jira.settings import JiraSettings
from connectors.jira.survey import survey
from connectors.jira.wire import NAME, kind, moment, snapshot_in, standing
from connectors.jira.words import BoardTarget

BY_KEY = "key:"


class JiraTracker:
    """Speak to one Jira, Cloud or Data Center; which one is found out at the first call.

    `clock` counts seconds, as `time.monotonic`.
    """

    name = NAME

    def __init__(self, client: Client, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._parents = client, Parents(policy)
        self._more = _fields_of_boards(policy)
        projects = [project for watch in policy.watches(NAME) for project in watch.projects]
        self._people = People(projects[0] if projects else None, clock)
        self._boards, self._epics, self._writer = Boards(clock), Epics(clock), Writer(clock)
        self._checker = Checker(client, policy, self._boards, self._epics, clock)
        self._known: Dialect | None = None

    @classmethod
    def connect(cls, settings: JiraSettings, policy: Policy) -> "JiraTracker":
        """Return the tracker of these settings; no call is made yet."""
        return cls(Client(settings), policy)

    async def dialect(self) -> Dialect:
        """Return what speaks to this kind of Jira."""
        site = await self._client.site()
        if self._known is None or self._known.site is not site:
            self._known = Cloud(self._client, site) if site.cloud else DataCenter(self._client, site)
        return self._known

    async def look(self, ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Read items by id or `key:PM-7`; when one is absent, make sure that it is not our token that is."""
        dialect = await self.dialect()
        fields = dialect.site.fields.to_read(self._more)
        asked = {id_: id_.removeprefix(BY_KEY) for id_ in dict.fromkeys(ids)}
        along = self._parents.last_of(asked)
        issues = await dialect.issues(list(dict.fromkeys([*asked.values(), *along])), fields) if asked else []
        self._epics.seen(issues)
        found = {name: issue for issue in issues for name in (str(issue["id"]), issue["key"])}
        for id_, reference in asked.items():
            if id_ != reference and reference not in found and (moved := await dialect.issue(reference, fields)):
                found[reference] = moved
        if any(reference not in found for reference in asked.values()):
            await self._client.verify()
        seen = {id_: await self._snapshot(dialect, found[one]) for id_, one in asked.items() if one in found}
        return dict(zip(seen, await self._parents.with_owners(dialect, list(seen.values()), issues), strict=True))

    async def board(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item stands on that board and shows there."""
        return await self._boards.fact(await self.dialect(), snapshot, target, seen)

    async def epic(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item stands under that epic, or can."""
        fact = await self._epics.fact(await self.dialect(), snapshot, target)
        if fact.under and fact.refusal and fact.epic:
            self._parents.read_along(snapshot.id, fact.epic.id)
        return fact

    async def choices(self, snapshot: Snapshot, labels: Sequence[str]) -> tuple[Choice, ...]:
        """Return who added these labels and when, oldest first."""
        dialect = await self.dialect()
        return history.choices(await dialect.histories(snapshot.id), snapshot, labels, dialect.site.me)

    async def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Activity, ...]]:
        """Return what was done to these items: on Cloud two calls for all, on Data Center one for each."""
        dialect = await self.dialect()
        pasts = await dialect.pasts([id_ for id_ in dict.fromkeys(ids) if not id_.startswith(BY_KEY)])
        return {str(issue["id"]): activities(issue, changes, dialect.reader) for issue, changes in pasts}

    def is_ours(self, person: Person | None) -> bool:
        """Tell whether that is the account of our token."""
        return person is not None and self._known is not None and person.id in self._known.site.me

    async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
        """Find somebody by account id (Data Center: user name or key), else by e-mail."""
        _ = name
        return await self._people.find(await self.dialect(), ids, email)

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write these changes in one edit, and the comment."""
        dialect = await self.dialect()
        applied = await self._writer.apply(dialect, snapshot, changes)
        if applied.snapshot is None:
            return applied
        try:
            after = await self._parents.with_owner(dialect, applied.snapshot)
        except FollowthroughError:
            return replace(applied, snapshot=None)  # what was written is written; the next look tells the rest
        return replace(applied, snapshot=after)

    async def watched(self, watches: Sequence[Watch], within: timedelta | None = None) -> AsyncIterator[Sequence[Seen]]:
        """Page through what is watched; epics and sub-tasks are left out, unless their type is watched by name."""
        if not watches:
            return
        dialect = await self.dialect()
        ids, named = dialect.reader.fields, {name.casefold() for watch in watches for name in watch.issue_types}
        asked = ("updated", "status", "resolution", "issuetype", *([ids.epic_name] if ids.epic_name else []))
        async for issues in dialect.pages(jql.watched(watches, within), asked):
            yield [_seen(issue) for issue in issues if _is_item(issue["fields"], named, ids)]

    async def check(self) -> Sequence[Problem]:
        """Look whether the credentials work and the policy's boards and epics can be seen; once a minute at most."""
        return await self._checker.problems(self.dialect)

    def board_ahead(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item would be found on that board; that it would be hidden there is not foreseen."""
        _ = seen
        return BoardFact(here=is_set(replace(snapshot, native=NOT_SEEN), BoardTarget.model_validate(target).set))

    async def epic_ahead(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item would be found under that epic."""
        return await self._epics.fact(await self.dialect(), replace(snapshot, native=NOT_SEEN), target)

    async def examine(self, policy: Policy, door: str | None) -> Sequence[Diagnosis]:
        """Look everything up that the policy names."""
        return await Examination(self._client, self._boards, self._epics).run(
            self.dialect, policy, door, datetime.now(UTC)
        )

    async def registrar(self) -> Hooks:
        """Return what registers webhooks here."""
        return Hooks(await self.dialect())

    async def survey(self, label: str) -> Survey:
        """Look around on the site."""
        return await survey(await self.dialect(), self._boards, label)

    def spending(self) -> Spending:
        """Return what was spent on calls."""
        return self._client.spending()

    async def aclose(self) -> None:
        """Give connections back."""
        await self._client.aclose()

    async def _snapshot(self, dialect: Dialect, issue: Json) -> Snapshot:
        """Read an issue; of many comments it shows the first, and the last are what counts."""
        page: dict[str, Any] = issue["fields"].get("comment") or {}
        if page.get("total", 0) > len(page.get("comments", ())):
            page["comments"] = await dialect.last_comments(str(issue["id"]))
        return snapshot_in(issue, dialect.reader)


def _is_item(fields: Json, named: Collection[str], ids: FieldIds) -> bool:
    return fields["issuetype"]["name"].casefold() in named or kind(fields, ids) is Kind.ITEM


def _seen(issue: Json) -> Seen:
    fields = issue["fields"]
    return Seen(str(issue["id"]), moment(fields["updated"]), open=standing(fields) is Standing.OPEN)


def _fields_of_boards(policy: Policy) -> list[str]:
    """Return the fields beyond the usual ones that the policy's boards set."""
    boards = (route.boards[NAME] for route in policy.routes if NAME in route.boards)
    return [name for board in boards for name in BoardTarget.model_validate(board).set.field]
