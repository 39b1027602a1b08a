"""Furnish the world: a small company with two teams, its people, labels, projects and whoever is on call."""

from datetime import timedelta
from typing import Any

from connectors.linear.sandbox.issues import create_issue
from connectors.linear.sandbox.projects import create_label
from connectors.linear.sandbox.world import Row, World, iso

APP = "followthrough@acme.test"
"""The e-mail address of the account that the service works as."""

LABELS = ("post-mortem", "operational", "strategic", "needs-class", "risk", "bug")
STATES = (
    ("Triage", "triage", "#fc7840"),
    ("Backlog", "backlog", "#bec2c8"),
    ("Todo", "unstarted", "#e2e2e2"),
    ("In Progress", "started", "#f2c94c"),
    ("Done", "completed", "#5e6ad2"),
    ("Canceled", "canceled", "#95a2b3"),
)
STATUSES = ("backlog", "planned", "started", "paused", "completed", "canceled")
ISSUES_BEFORE = 11
"""How many issues ENG has had before the ones that stand in the sandbox."""


def furnish(world: World) -> None:
    """Put Acme into an empty world."""
    world.add("Organization", name="Acme", urlKey="acme", createdAt=_long_ago(world))
    people = _people(world)
    ada, grace, linus = (people[name] for name in ("ada", "grace", "linus"))
    staff = [person["id"] for person in (ada, grace, linus, people["olga"])]
    eng = _team(world, "ENG", "Engineering", staff)
    ops = _team(world, "OPS", "On-call", [linus["id"], grace["id"]])
    _cycles(world, ops)
    _rota(world, ops, [linus, grace])
    for name in LABELS:
        create_label(world, ada, {"name": name})
    started = _statuses(world)["started"]
    _project(world, "Q4 Reliability", ada, [eng], started)
    _project(world, "Shared work", grace, [eng, ops], started)
    for _ in range(ISSUES_BEFORE):
        world.ids.number("ENG")
    title = "Payments survive the loss of a region"
    wanted = {"teamId": eng["id"], "title": title, "assigneeId": ada["id"], "createdAt": _long_ago(world)}
    create_issue(world, grace, wanted)


def _long_ago(world: World) -> str:
    return iso(world.clock.peek() - timedelta(days=90))


def _people(world: World) -> dict[str, Row]:
    ada, grace, linus, olga = (
        _user(world, name, admin=name == "Ada Admin", active=name != "Olga Past")
        for name in ("Ada Admin", "Grace Hopper", "Linus Duty", "Olga Past")
    )
    _user(world, "Followthrough", app=True, isAssignable=False, isMe=True)
    _user(world, "Codebot", app=True, isAssignable=False)
    return {"ada": ada, "grace": grace, "linus": linus, "olga": olga}


def _user(world: World, name: str, **fields: Any) -> Row:
    first = name.split(maxsplit=1)[0].lower()
    usual = {"active": True, "admin": False, "app": False, "guest": False, "isAssignable": True, "isMe": False}
    given = {"name": name, "displayName": first, "email": f"{first}@acme.test", "createdAt": _long_ago(world)}
    return world.add("User", **given, **{**usual, **fields})


def _team(world: World, key: str, name: str, member_ids: list[str]) -> Row:
    on_call = key == "OPS"
    team = world.add(
        "Team",
        key=key,
        name=name,
        memberIds=member_ids,
        createdAt=_long_ago(world),
        timezone="Europe/Berlin",
        visibility="public",
        cyclesEnabled=on_call,
        cycleLockToActive=False,
        cycleIssueAutoAssignStarted=False,
        triageEnabled=on_call,
        requirePriorityToLeaveTriage=False,
        **dict.fromkeys(("parentId", "retiredAt", "triageIssueStateId", "triageResponsibilityId")),
    )
    for position, (state, kind, color) in enumerate(STATES):
        if kind == "triage" and not on_call:
            continue
        fields = {"name": state, "type": kind, "color": color, "position": position, "description": None}
        row = world.add("WorkflowState", teamId=team["id"], inheritedFromId=None, createdAt=_long_ago(world), **fields)
        if kind == "triage":
            team["triageIssueStateId"] = row["id"]
        if kind == "backlog":
            team["defaultIssueStateId"] = row["id"]
    return team


def _cycles(world: World, team: Row) -> None:
    """Give a team two-week cycles: one past, one that began three days ago, one to come."""
    began, length = world.clock.peek() - timedelta(days=3), timedelta(days=14)
    for number, start in ((6, began - length), (7, began), (8, began + length)):
        over = iso(began) if start < began else None
        times = {"startsAt": iso(start), "endsAt": iso(start + length), "completedAt": over}
        world.add("Cycle", teamId=team["id"], number=number, name=None, **times)


def _rota(world: World, team: Row, people: list[Row]) -> None:
    """Let the people take turns, a week each; the first one's began two days ago."""
    began, week = world.clock.peek() - timedelta(days=2), timedelta(days=7)
    entries = [
        {
            "startsAt": iso(began + turn * week),
            "endsAt": iso(began + (turn + 1) * week),
            "userId": people[turn % len(people)]["id"],
            "userEmail": people[turn % len(people)]["email"],
        }
        for turn in range(8)
    ]
    schedule = world.add("TimeSchedule", name="On-call", entries=entries, externalId=None, externalUrl=None)
    duty = {"teamId": team["id"], "action": "notify", "timeScheduleId": schedule["id"], "manualUserIds": []}
    team["triageResponsibilityId"] = world.add("TriageResponsibility", **duty)["id"]


def _statuses(world: World) -> dict[str, Row]:
    return {
        kind: world.add(
            "ProjectStatus",
            name=kind.capitalize(),
            type=kind,
            color="#f2c94c",
            position=position,
            createdAt=_long_ago(world),
        )
        for position, kind in enumerate(STATUSES)
    }


def _project(world: World, name: str, lead: Row, teams: list[Row], status: Row) -> None:
    world.add(
        "Project",
        name=name,
        description="",
        color="#bec2c8",
        slugId=world.ids.uuid("slug").replace("-", "")[:12],
        leadId=lead["id"],
        creatorId=lead["id"],
        teamIds=[team["id"] for team in teams],
        memberIds=[lead["id"]],
        labelIds=[],
        statusId=status["id"],
        startedAt=_long_ago(world),
        createdAt=_long_ago(world),
        priority=0,
        sortOrder=0,
        prioritySortOrder=0,
        **dict.fromkeys(("startDate", "targetDate", "completedAt", "canceledAt", "trashed")),
    )
