"""Tell from an issue's history, comments and attachments what was done to it, and by whom: pure.

An actor who is a user, no app and without a bot beside them is a person; everything else is a machine's doing.
https://linear.app/docs/issue-history
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from app.core.activity import Activity, ActivityKind
from app.core.person import Person
from connectors._kit.doings import LONGEST_TEXT, Doing, short, weightiest
from connectors.linear.people import author
from connectors.linear.references import derived_id
from connectors.linear.wire import ESCAPED, MOST_COMMENTS, moment

CODE_HOSTS = ("github", "gitlab", "bitbucket")
PULL_REQUEST = re.compile(r"/(?:pull|pulls|pull-requests|merge_requests)/\d+")
PRIORITIES = ("none", "Urgent", "High", "Medium", "Low")


def activities(issue: Mapping[str, Any], ours: Collection[str]) -> tuple[Activity, ...]:
    """Return everything that the answer shows of an issue, oldest first; `ours` are our own ids, in lower case."""
    entries = issue["history"]["nodes"]
    told = {entry["attachment"]["id"] for entry in entries if entry["attachment"]}
    own = {other["relatedIssue"]["identifier"] for other in issue["relations"]["nodes"]}
    found = [_of_entry(entry, issue, own, ours) for entry in entries]
    found += [one for comment in issue["comments"]["nodes"] for one in _of_comment(comment, issue, ours)]
    found += [_of_attachment(one, issue, ours) for one in issue["attachments"]["nodes"] if one["id"] not in told]
    return tuple(sorted(found, key=lambda one: one.at))


def _of_entry(
    entry: Mapping[str, Any], issue: Mapping[str, Any], own: Collection[str], ours: Collection[str]
) -> Activity:
    by = _doer(entry, ours)
    kind, what = weightiest(_doings(entry, own)) or (ActivityKind.EDIT, "changed it")
    return Activity(moment(entry["createdAt"]), kind, by, what, issue["url"], ours=_is(by, ours))


def _doer(entry: Mapping[str, Any], ours: Collection[str]) -> Person | None:
    """Return who made an entry; None where Linear itself did, by its own rules or by a workflow of the team."""
    if any(entry[name] for name in ("autoClosed", "autoArchived", "triageResponsibilityAutoAssigned")):
        return None
    if entry["workflowMetadata"]:
        return None
    by = author(entry, ours, "actor")
    writers = entry["descriptionUpdatedBy"] or ()
    return by or next((author({"user": writer}, ours) for writer in writers), None)


def _doings(entry: Mapping[str, Any], own: Collection[str]) -> Iterator[Doing]:
    """Yield what an entry tells, which holds all that one actor did within some minutes."""
    yield from _moved(entry)
    yield from _assigned(entry)
    yield from _edited(entry)
    if entry["attachment"]:
        yield attached(entry["attachment"])
    for change in entry["relationChanges"] or ():
        yield _related(change, own)
    if _changed(entry, "CycleId"):
        cycle = entry["toCycle"]
        yield ActivityKind.SPRINT, f"moved it to cycle {cycle['number']:g}" if cycle else "took it out of its cycle"
    if any(_changed(entry, name) for name in ("SlaBreachesAt", "SlaStartedAt", "SlaBreached", "SlaType")):
        yield ActivityKind.SERVICE_LEVEL, "recalculated its service level"


def _moved(entry: Mapping[str, Any]) -> Iterator[Doing]:
    if _changed(entry, "StateId"):
        yield ActivityKind.STATE, state_set((entry["toState"] or {}).get("name"))
    if entry["trashed"] is not None:
        yield ActivityKind.STATE, "moved it to the trash" if entry["trashed"] else "took it out of the trash"
    elif entry["archived"] is not None:
        yield ActivityKind.STATE, "archived it" if entry["archived"] else "took it out of the archive"


def _assigned(entry: Mapping[str, Any]) -> Iterator[Doing]:
    if _changed(entry, "AssigneeId"):
        yield ActivityKind.ASSIGNEE, assigned((entry["toAssignee"] or {}).get("name"))
    if _changed(entry, "Delegate"):
        to = entry["toDelegate"]
        yield ActivityKind.ASSIGNEE, f"delegated it to {short(to['name'])}" if to else "took it back from its delegate"


def _edited(entry: Mapping[str, Any]) -> Iterator[Doing]:
    yield from labelled(*([label["name"] for label in entry[f"{way}Labels"] or ()] for way in ("added", "removed")))
    if _changed(entry, "Title"):
        yield ActivityKind.EDIT, "changed the title"
    if entry["updatedDescription"] or entry["descriptionUpdatedBy"]:
        yield ActivityKind.EDIT, "edited the description"
    for name, said in PLACES.items():
        if _changed(entry, f"{name}Id"):
            to = entry[f"to{name}"]
            words = f"{said} {short(next(iter(to.values())))}" if to else f"took it out of its {name.lower()}"
            yield ActivityKind.EDIT, words
    if _changed(entry, "DueDate"):
        yield ActivityKind.EDIT, due_set(entry["toDueDate"])
    if _changed(entry, "Priority"):
        yield ActivityKind.EDIT, priority_set(entry["toPriority"])
    if _changed(entry, "Estimate"):
        yield ActivityKind.EDIT, "changed the estimate"


PLACES = {"Project": "moved it to the project", "Parent": "put it under", "Team": "moved it to the team"}


def _changed(entry: Mapping[str, Any], name: str) -> bool:
    return entry[f"from{name}"] is not None or entry[f"to{name}"] is not None


def _related(change: Mapping[str, Any], own: Collection[str]) -> Doing:
    """Tell a link that was set here from a mention elsewhere, which relates this issue and nothing more."""
    other, kind = change["identifier"], str(change["type"]).casefold()
    if kind == "related" and other not in own:
        return ActivityKind.MENTION, f"mentioned it in {other}"
    return ActivityKind.LINK, f"changed its link to {other}"


def _of_comment(comment: Mapping[str, Any], issue: Mapping[str, Any], ours: Collection[str]) -> Iterator[Activity]:
    """Yield a comment, and its latest edit, which only its author can make."""
    by = author(comment, ours)
    mine = _is(by, ours) or comment["id"] in living_comments(issue["id"])
    text = ESCAPED.sub(r"\1", comment["body"])[:LONGEST_TEXT]
    at, kind, url = moment(comment["createdAt"]), ActivityKind.COMMENT, comment["url"]
    yield Activity(at, kind, by, "commented", url, text, mine)
    if comment["editedAt"]:
        yield Activity(moment(comment["editedAt"]), kind, by, "edited a comment", url, text, mine)


def living_comments(issue: str) -> frozenset[str]:
    """Return the ids that our comments on an issue can have, for they are derived from its own."""
    return frozenset(derived_id("comment", issue, number) for number in range(1, MOST_COMMENTS + 1))


def _of_attachment(attachment: Mapping[str, Any], issue: Mapping[str, Any], ours: Collection[str]) -> Activity:
    by = author(attachment, ours, "creator")
    kind, what = attached(attachment)
    at, url = moment(attachment["createdAt"]), attachment["url"] or issue["url"]
    return Activity(at, kind, by, what, url, ours=_is(by, ours))


def attached(attachment: Mapping[str, Any]) -> Doing:
    """Tell a pull request from anything else that was attached: by where it comes from, else by its address."""
    source, url, title = (str(attachment.get(name) or "") for name in ("sourceType", "url", "title"))
    from_host = source.casefold().startswith(CODE_HOSTS) and "/issues/" not in url
    if from_host or PULL_REQUEST.search(url):
        return ActivityKind.PULL_REQUEST, f"linked the pull request {short(title or url)}"
    return ActivityKind.ATTACHMENT, f"attached {short(title or url)}"


def state_set(name: str | None) -> str:
    """Say which state was set."""
    return f"set the state to {short(name)}" if name else "changed the state"


def assigned(name: str | None) -> str:
    """Say who was assigned."""
    return f"assigned {short(name)}" if name else "took the assignee off"


def due_set(day: str | None) -> str:
    """Say which due date was set."""
    return f"set the due date to {short(day)}" if day else "took the due date off"


def priority_set(number: float | None) -> str:
    """Say which priority was set."""
    known = number is not None and 0 <= number < len(PRIORITIES)
    return f"set the priority to {PRIORITIES[int(number or 0)]}" if known else "changed the priority"


def labelled(added: Iterable[str], removed: Iterable[str]) -> Iterator[Doing]:
    """Say which labels came and went."""
    for said, names in (("added", list(added)), ("removed", list(removed))):
        if names:
            yield ActivityKind.EDIT, f"{said} the label{'s' if len(names) > 1 else ''} {short(', '.join(names))}"


def _is(by: Person | None, ours: Collection[str]) -> bool:
    return by is not None and by.id.casefold() in ours
