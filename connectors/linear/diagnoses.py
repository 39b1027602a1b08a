"""Say what is wrong with a set-up on Linear, by what was looked up: pure.

https://linear.app/docs/labels, https://linear.app/docs/api-and-webhooks
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from app.core.naming import among, same
from app.core.policy import Policy
from app.ports.examiner import Diagnosis, Level
from connectors._kit.diagnoses import guess, leads_to_door, same_address, shown
from connectors.linear.client import Node
from connectors.linear.teams import Team
from connectors.linear.wire import CLOSED, moment
from connectors.linear.words import NAME, BoardTarget

LABELS = "https://linear.app/docs/labels"
HOOKS = "https://linear.app/docs/api-and-webhooks"
ACCOUNT = "https://linear.app/developers/oauth-actor-authorization"
HEARD = ("Issue", "Comment", "Attachment", "Project")
"""What a webhook must tell of."""
LATELY = timedelta(days=1)
PRIORITIES = ("Urgent", "High", "Medium", "Low", "No priority")
SEE = "or our key may not see it: a key can be limited to teams, and an app must be granted private ones"


def account(viewer: Node, policy: Policy) -> Iterator[Diagnosis]:
    """Judge whose key it is: everything that the account does counts as ours."""
    if viewer["app"]:
        return
    known = policy.member(viewer["email"]) is not None
    if known or viewer["assignedIssues"]["nodes"]:
        why = "is one of the policy's people" if known else "has issues assigned"
        what = f"the key belongs to {viewer['name']}, who {why}: what they do would be taken for ours"
        hint = "use an OAuth app with client credentials, or the key of an account made for this"
        yield Diagnosis("linear.account", what, hint, ACCOUNT, "warning")


def teams_named(policy: Policy) -> dict[str, str]:
    """Return every team key that the policy names, with where it does."""
    found = {key: "watch" for watch in policy.watches(NAME) for key in watch.teams}
    for route in policy.routes:
        if NAME in route.boards:
            found.setdefault(BoardTarget.model_validate(route.boards[NAME]).team, f"route {route.name}")
    for rota, chain in policy.on_call.items():
        for source in chain:
            if source.connector == NAME:
                found.setdefault(str(source.settings["team"]), f"on_call {rota}")
    return found


def teams(policy: Policy, nodes: Sequence[Node]) -> Iterator[Diagnosis]:
    """Name every team of the policy that is not there."""
    there = [node for node in nodes if node["retiredAt"] is None]
    for key, where in teams_named(policy).items():
        if among(key, (node["key"] for node in there)):
            continue
        named = next((node["key"] for node in there if same(node["name"], key)), None)
        hint = f"write its key, {named}" if named else f"{guess(key, (node['key'] for node in there))}{SEE}"
        yield Diagnosis("linear.team", f"{where}: there is no team {key}", hint)


def conditions(policy: Policy, nodes: Sequence[Node]) -> Iterator[Diagnosis]:
    """Name conditions of routes and urgency that can never hold."""
    keys = [node["key"] for node in nodes]
    for route in policy.routes:
        for key in route.when.teams if route.when else ():
            if not among(key, keys) and _alone(policy):
                what = f"route {route.name}: when names a team {key}, which is not there"
                yield Diagnosis("linear.condition_team", what, f"{guess(key, keys)}{SEE}", level="warning")
    words = policy.urgency.priorities
    if words and _alone(policy) and not any(among(word, PRIORITIES) for word in words):
        what = f"urgency: no issue can have the priority {', '.join(words)}"
        yield Diagnosis("linear.priority", what, f"Linear knows {', '.join(PRIORITIES[:-1])}", level="warning")


def board(route: str, target: BoardTarget, team: Team, *, cycles: bool) -> Iterator[Diagnosis]:
    """Judge how an item would enter a team's board."""
    if target.state is not None:
        state = team.state(target.state)
        names = [each.name for each in team.states]
        if state is None:
            what = f"route {route}: the team {team.key} has no state “{target.state}”"
            yield Diagnosis("linear.state", what, f"{guess(target.state, names)}see the team's workflow in Linear")
        elif state.kind in {*CLOSED, "triage"}:
            what = f"route {route}: “{state.name}” is a state of the kind {state.kind}"
            hint = "name one that waits for work: an item that enters there would be closed, or be on no board"
            yield Diagnosis("linear.state_kind", what, hint)
    if target.cycle and not cycles:
        what = f"route {route}: the team {team.key} works without cycles"
        yield Diagnosis("linear.cycle", what, "switch cycles on in the team's settings, or remove `cycle: active`")
    elif target.cycle and team.cycle is None:
        what = f"route {route}: no cycle of the team {team.key} runs now"
        yield Diagnosis("linear.cycle_none", what, "start one; until then items enter without", level="warning")


def labels(policy: Policy, nodes: Sequence[Node], needed_by: Sequence[str]) -> Iterator[Diagnosis]:
    """Judge every label that the policy names; `needed_by` are the keys of the teams whose items carry them."""
    names = [name for node in nodes if _usable(node) for name in _names(node)]
    for name in _needed(policy):
        found = [node for node in nodes if among(name, _names(node))]
        usable = [node for node in found if _usable(node)]
        if not usable:
            yield _no_label(name, found, nodes, names)
        elif all(node["team"] for node in usable):
            have = {node["team"]["key"] for node in usable}
            level: Level = "warning" if needed_by and all(among(key, have) for key in needed_by) else "error"
            what = f"the label “{name}” is no label of the workspace, only of {', '.join(sorted(have))}"
            hint = "make it one of the workspace: an issue that moves to another team loses a team's label"
            yield Diagnosis("linear.label_team", what, hint, LABELS, level)
    yield from _exclusive(policy, nodes)
    for name, where in _read(policy).items():
        near = guess(name, names)
        if not among(name, names) and (_alone(policy) or near.startswith("did")):
            what = f"{where}: there is no label “{name}”, so this never holds"
            yield Diagnosis("linear.condition_label", what, f"{near}see the policy", LABELS, "warning")


def webhooks(
    nodes: Sequence[Node], door: str | None, watched: Mapping[str, bool], now: datetime
) -> Iterator[Diagnosis]:
    """Judge the workspace's webhooks; `watched` are the keys of the teams concerned, and whether each is private."""
    hooks = [node for node in nodes if node["url"]]
    ours = [node for node in hooks if leads_to_door(node["url"], NAME)]
    exact = [node for node in ours if same_address(node["url"], door)] if door else ours
    here = door or "https://your-host/webhooks/linear"
    if not exact and ours:
        what = f"the webhook points to {shown(ours[0]['url'])}, not to {here}"
        yield Diagnosis("linear.webhook_elsewhere", what, "change its URL, or FOLLOWTHROUGH_PUBLIC_URL", HOOKS)
    elif not exact:
        hint = f"make one in Linear under Settings, API: {here} with {', '.join(HEARD)}"
        yield Diagnosis("linear.webhook_missing", "no webhook leads here", hint, HOOKS)
    on = [node for node in exact if node["enabled"]]
    if exact and not on:
        hint = "switch it on under Settings, API; Linear switches off what fails too often"
        yield Diagnosis("linear.webhook_disabled", "the webhook is switched off", hint, HOOKS)
    if on:
        yield from _hearing(on, watched)
    yield from _failing(exact, now)


def _hearing(on: Sequence[Node], watched: Mapping[str, bool]) -> Iterator[Diagnosis]:
    lacking = [kind for kind in HEARD if not any(kind in node["resourceTypes"] for node in on)]
    if lacking:
        hint = "tick them on the webhook's page; without them changes are only found by the next reconcile"
        yield Diagnosis("linear.webhook_events", f"the webhook does not tell of {', '.join(lacking)}", hint, HOOKS)
    all_public = any(node["allPublicTeams"] for node in on)
    covered = {node["team"]["key"] for node in on if node["team"]}
    deaf = [key for key, private in watched.items() if not among(key, covered) and (private or not all_public)]
    if deaf:
        what = f"no webhook tells of the teams {', '.join(deaf)}"
        hint = "let it hear all public teams; a private team needs a webhook of its own"
        yield Diagnosis("linear.webhook_teams", what, hint, HOOKS)


def _failing(hooks: Sequence[Node], now: datetime) -> Iterator[Diagnosis]:
    late = [failure for node in hooks for failure in node["failures"] if now - moment(failure["createdAt"]) < LATELY]
    if not late:
        return
    refused = any(failure["httpStatus"] == 401 for failure in late)  # noqa: PLR2004  HTTP's own figure
    hint = (
        "we answer 401: copy the webhook's signing secret into FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS"
        if refused
        else "see that its address leads here over public HTTPS; Linear switches off what fails too often"
    )
    what = f"{len(late)} deliveries of the webhook failed within a day"
    yield Diagnosis("linear.webhook_failing", what, hint, HOOKS)


def _no_label(name: str, found: Sequence[Node], nodes: Sequence[Node], names: Sequence[str]) -> Diagnosis:
    if any(node["isGroup"] and not _gone(node) for node in found):
        group = next(node["id"] for node in found if node["isGroup"] and not _gone(node))
        inside = [node["name"] for node in nodes if node["parent"] and node["parent"]["id"] == group]
        hint = f"name one of its labels ({', '.join(inside)}), or make a label of that name outside of any group"
        return Diagnosis("linear.label_group", f"“{name}” is a group of labels, which no issue can have", hint, LABELS)
    if found:
        hint = "take it into use again under Settings, Labels, or name another in the policy"
        return Diagnosis("linear.label_retired", f"the label “{name}” was retired", hint, LABELS)
    hint = f"{guess(name, names)}make it in Linear under Settings, Labels, for the whole workspace"
    return Diagnosis("linear.label", f"there is no label “{name}”", hint, LABELS)


def _exclusive(policy: Policy, nodes: Sequence[Node]) -> Iterator[Diagnosis]:
    groups = {
        name.casefold(): node["parent"]
        for name in _needed(policy)
        for node in nodes
        if _usable(node) and among(name, _names(node)) and node["parent"]
    }
    for watch in policy.watches(NAME):
        group = groups.get(watch.label.casefold())
        others = [name for name in _needed(policy) if not same(name, watch.label)]
        shared = [name for name in others if group and (groups.get(name.casefold()) or {}).get("id") == group["id"]]
        if group and shared:
            what = f"“{watch.label}” and “{', '.join(shared)}” are in one group ({group['name']})"
            hint = "an issue has one label of a group only: take the watched label out of the group"
            yield Diagnosis("linear.label_exclusive", what, hint, LABELS)


def _needed(policy: Policy) -> tuple[str, ...]:
    """Return the labels that must be there: those that are watched, and those that are put on items."""
    classes = policy.classes
    written = (classes.operational.label, classes.strategic.label, classes.needs_class, classes.risk)
    watched = [watch.label for watch in policy.watches(NAME)]
    return tuple(dict.fromkeys(name for name in (*watched, *written) if name))


def _read(policy: Policy) -> dict[str, str]:
    found = {name: f"route {route.name}" for route in policy.routes if route.when for name in route.when.labels}
    found |= dict.fromkeys(policy.size.labels, "size")
    return found | dict.fromkeys(policy.urgency.labels, "urgency")


def _alone(policy: Policy) -> bool:
    """Tell whether Linear is the only tracker, so that a name must be one of its own."""
    return all(watch.tracker == NAME for watch in policy.watch)


def _names(node: Node) -> tuple[str, ...]:
    return (node["name"], f"{node['parent']['name']}/{node['name']}") if node["parent"] else (node["name"],)


def _gone(node: Node) -> bool:
    return bool(node["retiredAt"] or node["archivedAt"])


def _usable(node: Node) -> bool:
    return not node["isGroup"] and not _gone(node)
