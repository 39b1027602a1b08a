"""Acme, a small company, as its Jira knows it."""

from connectors.jira.sandbox.model import (
    Account,
    Board,
    Filter,
    Issue,
    IssueType,
    LinkType,
    Named,
    Project,
    Sprint,
    Status,
)
from connectors.jira.sandbox.wishes import find_project, find_type
from connectors.jira.sandbox.world import SERVICE, World

AUTOMATION = "automation@acme.test"
CLOUD_FIELDS = {
    "team": "customfield_10001",
    "epic_link": "customfield_10014",
    "points_next_gen": "customfield_10016",
    "sprints": "customfield_10020",
    "points": "customfield_10028",
}
DATA_CENTER_FIELDS = {
    "epic_link": "customfield_10101",
    "epic_name": "customfield_10102",
    "sprints": "customfield_10105",
    "points": "customfield_10106",
}
_PEOPLE = (
    ("ada", "Ada Admin", "atlassian"),
    ("grace", "Grace Hopper", "atlassian"),
    ("linus", "Linus Duty", "atlassian"),
    ("olga", "Olga Past", "atlassian"),
    ("followthrough", "Followthrough", "app"),
    ("automation", "Automation for Jira", "app"),
)
_STATUSES = (
    Status("10000", "To Do", "new"),
    Status("3", "In Progress", "indeterminate"),
    Status("10001", "Done", "done"),
    Status("10002", "Parked", "new"),
)
_COLUMNS = {"To Do": ("10000",), "In Progress": ("3",), "Done": ("10001",)}
"""No board has a column for what is parked."""
_TYPES = (
    ("10000", "Epic", 1),
    ("10001", "Story", 0),
    ("10002", "Task", 0),
    ("10003", "Bug", 0),
    ("10004", "Sub-task", -1),
)
_SQUAD_TYPES = (("10010", "Epic", 1), ("10011", "Task", 0), ("10012", "Sub-task", -1))
_EPICS = (
    ("PLAT", "Q4 Reliability", "ada@acme.test"),
    ("PLAT", "Nobody's epic", None),
    ("SQUAD", "Squad's epic", "grace@acme.test"),
)


def acme(*, data_center: bool) -> World:
    """Return the site as it stands before anything happens."""
    world = World(data_center, DATA_CENTER_FIELDS if data_center else CLOUD_FIELDS, _people())
    world.person("olga@acme.test").active = False
    world.statuses = _STATUSES
    world.priorities = _named("Highest", "High", "Medium", "Low", "Lowest", start=1)
    world.resolutions = _named("Done", "Won't Do", start=10_000)
    world.teams = () if data_center else (Named("36885b3c-1bf0-4f85-a357-c5b858c31de4", "Operations"),)
    world.link_types = (
        LinkType("10000", "Blocks", "blocks", "is blocked by"),
        LinkType("10003", "Relates", "relates to", "relates to"),
    )
    _add_projects(world)
    _add_boards(world)
    _add_epics(world)
    return world


def _people() -> tuple[Account, ...]:
    """Return everybody; the service's own account lives in another zone than UTC, as Jira's dates depend on it."""
    return tuple(
        Account(
            id=f"712020:a0000000-0000-4000-8000-{number:012}",
            key=f"JIRAUSER{10_000 + number}",
            username=username,
            name=name,
            email=f"{username}@acme.test",
            kind=kind,
            zone="Europe/Berlin" if f"{username}@acme.test" == SERVICE else "Etc/UTC",
        )
        for number, (username, name, kind) in enumerate(_PEOPLE, start=1)
    )


def _named(*names: str, start: int) -> tuple[Named, ...]:
    return tuple(Named(str(start + number), name) for number, name in enumerate(names))


def _add_projects(world: World) -> None:
    ada, grace, linus = (world.person(f"{name}@acme.test") for name in ("ada", "grace", "linus"))
    world.projects = (
        Project("10001", "PM", "Post-mortems", grace, components=_named("checkout", "ledger", start=10_100)),
        Project("10002", "OPS", "Operations", linus),
        Project("10003", "PLAT", "Platform", ada),
        Project("10004", "SQUAD", "Squad", grace, next_gen=not world.data_center),
    )
    world.types = tuple(IssueType(id_, name, level) for id_, name, level in _TYPES)
    if not world.data_center:
        world.types += tuple(IssueType(id_, name, level, "10004") for id_, name, level in _SQUAD_TYPES)


def _add_boards(world: World) -> None:
    ada, grace, linus = (world.person(f"{name}@acme.test") for name in ("ada", "grace", "linus"))
    on_call = Filter("10100", "OPS on-call", "labels = team-ops ORDER BY Rank ASC", linus)
    delivery = Filter("10101", "PLAT delivery", "project = PLAT OR labels = team-plat ORDER BY Rank ASC", ada)
    secret = Filter("10102", "Grace's own", "labels = grace-only ORDER BY Rank ASC", grace, shared=False)
    squad = Filter("10103", "SQUAD board", "project = SQUAD ORDER BY Rank ASC", grace)
    world.filters = (on_call, delivery, secret, squad)
    world.boards = (
        Board(42, "OPS on-call", "kanban", on_call, "OPS", _COLUMNS, "statusCategory != Done OR updated >= -14d"),
        Board(43, "PLAT delivery", "scrum", delivery, "PLAT", _COLUMNS),
        Board(44, "Grace's own", "kanban", secret, "PM", _COLUMNS),
        Board(45, "SQUAD board", "kanban" if world.data_center else "simple", squad, "SQUAD", _COLUMNS),
    )
    world.sprints = (
        Sprint(1, "PLAT Sprint 1", "closed", 43),
        Sprint(2, "PLAT Sprint 2", "active", 43),
        Sprint(3, "PLAT Sprint 3", "future", 43),
    )


def _add_epics(world: World) -> None:
    """Put in the epics; the one that the policy names is PLAT-7."""
    for _ in range(6):
        world.ids.number("key PLAT")
    for key, title, owner in _EPICS:
        project, at, by = find_project(world, key), world.now(), world.person("grace@acme.test")
        id_, own = world.next_id("issue"), world.next_key(project)
        epic = Issue(
            id_, own, project, find_type(world, project, "Epic"), _STATUSES[0], world.priorities[2], by, at, at
        )
        epic.summary, epic.assignee = title, world.person(owner) if owner else None
        world.add(epic)
