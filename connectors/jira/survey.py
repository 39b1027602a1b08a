"""Look around on a site, for a first policy."""

import re
from collections.abc import Sequence

from app.core.errors import FollowthroughError
from app.core.person import Person
from app.ports.surveyor import Offer, Survey
from connectors.jira import surveys
from connectors.jira.board import Boards
from connectors.jira.dialect import Dialect
from connectors.jira.epics import FIELDS
from connectors.jira.jql import quoted
from connectors.jira.persons import person_in
from connectors.jira.wire import epic_in

ON_CALL = ("call", "ops", "sre", "operation", "support")
"""Parts of names that a board has which shows what is urgent."""
MOST = 12
"""Of so many projects and boards a policy can be offered the choice."""
LABEL = re.compile(r"\blabels\s*(?:=|in\s*\()\s*\"?([^\s\",)]+)", re.IGNORECASE)


async def survey(dialect: Dialect, boards: Boards, label: str) -> Survey:
    """Return what stands on the site."""
    projects = await surveys.projects(dialect)
    using = await _projects_with(dialect, label)
    keys = using or [each.key for each in projects if not each.simplified] or [each.key for each in projects]
    kind = "Cloud" if dialect.site.cloud else "Data Center"
    return Survey(
        account=f"Jira {kind}, {dialect.site.browse}, as {dialect.site.account}",
        watch={"projects": sorted(keys)} if len(keys) <= MOST else {},
        labels=await surveys.labels(dialect) or (),
        free=True,
        boards=await _boards(dialect, boards),
        epics=await _epics(dialect),
        people=await _people(dialect, keys),
    )


async def _projects_with(dialect: Dialect, label: str) -> list[str]:
    """Return the projects that have issues with that label already."""
    found: set[str] = set()
    async for issues in dialect.pages(f"labels = {quoted(label)}", ("project",)):
        found |= {issue["fields"]["project"]["key"] for issue in issues}
    return sorted(found)


async def _boards(dialect: Dialect, boards: Boards) -> list[Offer]:
    found: list[tuple[bool, bool, Offer]] = []
    for number, name in list((await surveys.boards(dialect)).items())[:MOST]:
        setup = await boards.setup(dialect, number)
        if setup.problem is None:
            label = LABEL.search(setup.filter)
            wanted = {"labels": [label[1]]} if label else {}
            target = {"board": number, **({"set": wanted} if wanted else {})}
            sounds = any(part in name.casefold() for part in ON_CALL)
            filtered = f"{name}; its filter: {setup.filter}" if setup.filter else name
            found.append((not sounds, not label, Offer(target, filtered)))
    return [offer for _, _, offer in sorted(found, key=lambda each: each[:2])]


async def _epics(dialect: Dialect) -> list[Offer]:
    query = "issuetype = Epic AND statusCategory != Done ORDER BY updated DESC"
    fields = (*FIELDS, *(name for name in (dialect.site.fields.epic_name,) if name))
    try:
        issues = [issue async for page in dialect.pages(query, fields) for issue in page]
    except FollowthroughError:
        return []  # a site may call its epics otherwise
    read = [(issue, epic_in(issue, dialect.reader, by_key=not dialect.site.cloud)) for issue in issues]
    read.sort(
        key=lambda each: (
            each[1].owner is None or not each[1].owner.active or each[1].owner.bot,
            bool(each[0]["fields"]["project"].get("simplified")),
            "reliab" not in each[1].title.casefold(),
        )
    )
    return [
        Offer(
            {"parent": epic.key},
            f"{epic.title}, {f'owned by {epic.owner.name}' if epic.owner else 'without owner'}",
            epic.owner,
        )
        for _, epic in read
    ]


async def _people(dialect: Dialect, projects: Sequence[str]) -> list[Person]:
    """Return whom a project's issues can be given to, as far as they show an e-mail."""
    if not projects:
        return []
    query = {"project": projects[0], "maxResults": 50}
    if not dialect.site.cloud:
        query["username"] = ""
    try:
        users = await dialect.get("/user/assignable/search", **query)
    except FollowthroughError:
        return []
    found = [one for user in users if (one := person_in(user, dialect.site.me)) is not None]
    return sorted((one for one in found if one.active and not one.bot), key=lambda one: one.name)
