"""Say what is wrong with a set-up on Jira, by what was looked up: pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.core.naming import among
from app.core.policy import Policy, Route
from app.ports.examiner import Diagnosis
from connectors._kit.diagnoses import guess, leads_to_door, same_address, shown
from connectors.jira.board import SCOPE, Setup
from connectors.jira.fields import FieldIds
from connectors.jira.words import BoardTarget

NAME = "jira"
RIGHTS = "https://support.atlassian.com/jira-cloud-administration/docs/permissions-for-company-managed-projects/"
EVENTS = ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated")
"""What a webhook must tell of."""


def account(myself: Mapping[str, Any], policy: Policy, site: str) -> Iterator[Diagnosis]:
    """Judge whose account it is: everything that it does counts as ours."""
    email = myself.get("emailAddress")
    if myself.get("accountType") == "app" or policy.member(email) is None:
        return
    what = f"the account is {myself.get('displayName')}'s, one of the policy's people: their doings would count as ours"
    hint = "use a service account, or one that was made for this"
    yield Diagnosis("jira.account", what, hint, f"{site}/secure/ViewProfile.jspa", "warning")


def no_project(key: str, known: Iterable[str], site: str) -> Diagnosis:
    """Return that a watched project is not there, or not to be seen."""
    hint = f"{guess(key, known)}or give our account the right to browse it"
    link = f"{site}/secure/BrowseProjects.jspa"
    return Diagnosis("jira.project", f"watch: there is no project {key}", hint, link)


def rights(
    project: str, account: str, held: Mapping[str, Any], wanted: Sequence[str], link: str
) -> Iterator[Diagnosis]:
    """Name the rights that the account lacks in a project."""
    lacking = [right for right in wanted if not held.get(right, {}).get("havePermission")]
    if lacking:
        what = f"{account} lacks {', '.join(lacking)} in the project {project}"
        yield Diagnosis("jira.rights", what, "give the account these in the project's permission scheme", link)


def projects(policy: Policy, shown: Mapping[str, Mapping[str, Any]]) -> Iterator[Diagnosis]:
    """Judge what the policy says of the watched projects: issue types that none has, components that boards set."""
    for watch in policy.watches(NAME):
        found = {key: _named(one, "issueTypes") for key, one in shown.items() if among(key, watch.projects)}
        types = [name for names in found.values() for name in names]
        for name in watch.issue_types if types else ():
            if not among(name, types):
                what = f"watch: {', '.join(found)} has no issue type {name}"
                yield Diagnosis("jira.issue_type", what, f"{guess(name, types)}see watch: issue_types in the policy")
    for route in policy.routes:
        wanted = BoardTarget.model_validate(route.boards[NAME]).set.components if NAME in route.boards else ()
        only = route.when.projects if route.when else ()
        for key, one in shown.items():
            components = _named(one, "components")
            for name in wanted if not only or among(key, only) else ():
                if not among(name, components):
                    what = f"route {route.name}: the project {key} has no component {name}"
                    hint = f"{guess(name, components)}make it in the project's settings"
                    yield Diagnosis("jira.component", what, hint)


def _named(project: Mapping[str, Any], what: str) -> list[str]:
    return [str(each.get("name")) for each in project.get(what) or ()]


def board(route: str, target: BoardTarget, setup: Setup, boards: Mapping[int, str], site: str) -> Iterator[Diagnosis]:
    """Judge a route's board, and whether what is set there is what its filter reads."""
    link = f"{site}/secure/RapidBoard.jspa?rapidView={target.board}"
    what = f"route {route}: {setup.problem}"
    if setup.problem is not None and setup.filter_hidden:
        hint = "share the board's filter with our account: board settings, filter, viewers"
        yield Diagnosis("jira.board_filter", what, hint, link)
    elif setup.problem is not None:
        listed = ", ".join(f"{number} ({name})" for number, name in list(boards.items())[:12])
        hint = "see the number in the board's address, and share its filter with our account"
        yield Diagnosis("jira.board", what, f"{f'those to be seen are {listed}; ' if listed else ''}{hint}", link)
    elif setup.blind:
        what = f"route {route}: the configuration of board {target.board} cannot be read"
        hint = f"give the token the scope {SCOPE}; without it nobody can be told why an item does not show"
        yield Diagnosis("jira.board_scope", what, hint, level="warning")
    else:
        by_label = re.search(r"\blabels\b", setup.filter, re.IGNORECASE)
        for label in target.set.labels if by_label else ():
            if not _asks_for(label, setup.filter):
                what = f"route {route}: the filter of board {setup.name} does not ask for the label {label}"
                yield Diagnosis("jira.board_set", what, f"its filter is: {setup.filter}", link, "warning")


def _asks_for(word: str, query: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", query, re.IGNORECASE) is not None


def fields(policy: Policy, ids: FieldIds, listed: Sequence[Mapping[str, Any]]) -> Iterator[Diagnosis]:
    """Judge the fields that boards set and that sizes go by."""
    known = {str(each.get("id")): str(each.get("name")) for each in listed}
    for route in policy.routes:
        wanted = BoardTarget.model_validate(route.boards[NAME]).set if NAME in route.boards else None
        for id_ in wanted.field if wanted else ():
            if id_ not in known:
                by_name = next((other for other, name in known.items() if name.casefold() == id_.casefold()), None)
                hint = f"write its id, {by_name}" if by_name else f"{guess(id_, known)}see the site's custom fields"
                yield Diagnosis("jira.field", f"route {route.name}: there is no field {id_}", hint)
        if wanted and wanted.team and ids.team is None:
            what = f"route {route.name} sets a team, and this Jira has no field for teams"
            yield Diagnosis("jira.field", what, "set what the board's filter reads instead")
    if policy.size.estimate_at_least is not None and not ids.points:
        what = "size: estimate_at_least never holds, for this Jira has no story points that we can see"
        yield Diagnosis("jira.points", what, "add the field, or go by labels", level="warning")


def words(policy: Policy, labels: Sequence[str] | None, priorities: Sequence[str]) -> Iterator[Diagnosis]:
    """Judge labels and priorities, which in Jira are words: a watched one that nothing has may be a slip."""
    alone = all(watch.tracker == NAME for watch in policy.watch)
    for watch in policy.watches(NAME):
        if labels is not None and not among(watch.label, labels):
            near = guess(watch.label, labels)
            if near.startswith("did"):
                what = f"watch: no issue that we can see has the label {watch.label}"
                yield Diagnosis("jira.label", what, f"{near}see watch in the policy")
    wanted = policy.urgency.priorities
    if wanted and alone and priorities and not any(among(word, priorities) for word in wanted):
        what = f"urgency: no issue can have the priority {', '.join(wanted)}"
        yield Diagnosis("jira.priority", what, f"this Jira has {', '.join(priorities)}", level="warning")


def epic_kind(route: Route, issue: Mapping[str, Any], watched: Iterable[str]) -> Iterator[Diagnosis]:
    """Judge whether an issue can be an epic of the items that are watched."""
    type_, its_project = issue["fields"]["issuetype"], issue["fields"]["project"]
    level = type_.get("hierarchyLevel")
    if type_.get("subtask") or (level is not None and level < 1):
        what = f"route {route.name}: {issue['key']} is a {type_.get('name')}, which holds no items"
        yield Diagnosis("jira.epic_kind", what, "name an epic; else items are only linked to it", level="warning")
    elsewhere = [key for key in watched if key.casefold() != str(its_project["key"]).casefold()]
    if its_project.get("simplified") and elsewhere:
        what = f"route {route.name}: {issue['key']} is team-managed and holds no items of {', '.join(elsewhere)}"
        hint = "name an epic of a company-managed project; else items are only linked to it"
        yield Diagnosis("jira.epic_project", what, hint, level="warning")


def webhooks(hooks: Sequence[Mapping[str, Any]], door: str | None, link: str) -> Iterator[Diagnosis]:
    """Judge the site's webhooks."""
    ours = [hook for hook in hooks if leads_to_door(str(hook.get("url")), NAME)]
    exact = [hook for hook in ours if same_address(str(hook["url"]), door)] if door else ours
    here = door or "https://your-host/webhooks/jira"
    if not exact and ours:
        what = f"the webhook points to {shown(str(ours[0]['url']))}, not to {here}"
        yield Diagnosis("jira.webhook_elsewhere", what, "change its URL, or FOLLOWTHROUGH_PUBLIC_URL", link)
    elif not exact:
        hint = "make one as the Jira page of the documentation says"
        yield Diagnosis("jira.webhook_missing", f"no webhook leads to {here}", hint, link)
    on = [hook for hook in exact if hook.get("enabled", hook.get("active", True))]
    if exact and not on:
        yield Diagnosis("jira.webhook_disabled", "the webhook is switched off", "set its status to Enabled", link)
    for hook in on:
        yield from _hook(hook, link)


def _hook(hook: Mapping[str, Any], link: str) -> Iterator[Diagnosis]:
    lacking = [event for event in EVENTS if event not in hook.get("events", ())]
    if lacking:
        hint = "tick them; without them changes are only found by the next reconcile"
        yield Diagnosis("jira.webhook_events", f"the webhook does not tell of {', '.join(lacking)}", hint, link)
    if hook.get("isSigned") is False:
        hint = "set its Secret to the one in FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS; we refuse what is not signed"
        yield Diagnosis("jira.webhook_unsigned", "the webhook has no secret", hint, link)
    query = str((hook.get("filters") or {}).get("issue-related-events-section") or "")
    if re.search(r"\blabels\b", query, re.IGNORECASE):
        what = f"the webhook is filtered by label ({query})"
        hint = "filter by project: Jira looks after the change, so nobody hears that a label was taken off"
        yield Diagnosis("jira.webhook_filter", what, hint, link)
    if hook.get("excludeBody"):
        hint = "untick Exclude body, or nobody knows which issue it is about"
        yield Diagnosis("jira.webhook_body", "the webhook sends no body", hint, link)
