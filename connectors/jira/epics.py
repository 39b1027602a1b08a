"""Tell whether an item stands under an epic, and whether it can.

Team-managed epics hold only their own project's issues:
https://support.atlassian.com/jira-software-cloud/docs/limitations-of-team-managed-projects-in-advanced-roadmaps/
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.core.naming import same
from app.core.policy import Target
from app.core.snapshot import Epic, EpicFact, Kind, Snapshot
from connectors._kit.kept import Kept
from connectors.jira.dialect import Dialect, Json
from connectors.jira.wire import epic_in, kind
from connectors.jira.words import EpicTarget

FIELDS = ("summary", "status", "resolution", "assignee", "issuetype", "project")
A_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Details:
    """Hold an epic as Jira shows it; None: it is not there, or not to be seen."""

    issue: Json | None


class Epics:
    """Answer for epics; what Jira says of one is kept for a minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._kept = Kept[Details](A_MINUTE, clock)

    async def fact(self, dialect: Dialect, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item is under the epic; Jira is asked only when it is not, or not under that key."""
        wanted = EpicTarget.model_validate(target).parent
        current = snapshot.epic_of_kind("parent")
        if current is not None and (same(current.key, wanted) or current.id == wanted):
            return EpicFact(under=True, epic=current)
        issue = await self.details(dialect, wanted)
        if issue is None:
            return EpicFact(under=False)
        epic = epic_in(issue, dialect.reader, by_key=not dialect.site.cloud)
        refusal = refusal_of(dialect, snapshot, issue)
        related = refusal is not None and not {epic.id, epic.key}.isdisjoint(snapshot.native["linked"])
        return EpicFact(under=related or _is(current, epic), epic=epic, refusal=refusal)

    def seen(self, issues: Iterable[Json]) -> None:
        """Take in what was read just now of epics that are kept, so that an epic's change is judged at once."""
        for issue in issues:
            for name in (str(issue["id"]), issue["key"].casefold()):
                if self._kept.peek(name) is not None:
                    self._kept.put(name, Details(issue))

    async def details(self, dialect: Dialect, key: str) -> Json | None:
        """Return the epic as Jira shows it."""

        async def ask() -> Details:
            fields = (*FIELDS, *(name for name in (dialect.site.fields.epic_name,) if name))
            return Details(await dialect.issue(key, fields))

        return (await self._kept.get(key.casefold(), ask)).issue


def refusal_of(dialect: Dialect, snapshot: Snapshot, issue: Json) -> str | None:
    """Return why an issue cannot be the item's parent, None when it can."""
    fields, key = issue["fields"], issue["key"]
    level, own = fields["issuetype"].get("hierarchyLevel"), snapshot.native["level"]
    if level is None or own is None:
        fits = kind(fields, dialect.site.fields) is Kind.EPIC and snapshot.kind is Kind.ITEM
    else:
        fits = level == own + 1
    if not fits:
        return f"a {fields['issuetype']['name']} cannot hold a {snapshot.issue_type}"
    project = fields["project"]
    team_managed = bool(project.get("simplified")) or snapshot.native["simplified"]
    if team_managed and project["key"] != snapshot.project:
        return f"{key} and {snapshot.key} are in two projects, and one of them is team-managed"
    return None


def _is(current: Epic | None, epic: Epic) -> bool:
    return current is not None and epic.id == current.id
