"""What somebody can do on the site, by hand or through the API; whoever listens is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from connectors.jira.sandbox import history
from connectors.jira.sandbox.edit import Edit, End
from connectors.jira.sandbox.model import (
    Account,
    Change,
    Comment,
    Entry,
    Issue,
    IssueType,
    Link,
    LinkType,
    Project,
    Rich,
)
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.world import World

MOST_COMMENTS = 5_000


class Listener(Protocol):
    """Hear what happened on the site."""

    def created(self, issue: Issue, by: Account, entry: Entry) -> None:
        """Hear of a new issue."""

    def updated(self, issue: Issue, by: Account, entry: Entry) -> None:
        """Hear of an edit."""

    def deleted(self, issue: Issue, by: Account) -> None:
        """Hear that an issue is gone."""

    def commented(self, issue: Issue, comment: Comment, event: str) -> None:
        """Hear that a comment was `created`, `updated` or `deleted`, the last two by its editor."""

    def linked(self, link: Link) -> None:
        """Hear of a link between two issues."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Do things in the world and tell the listener."""

    world: World
    listener: Listener

    def create(
        self, by: Account, project: Project, type_: IssueType, edit: Edit, created: datetime | None = None
    ) -> Issue:
        """Make an issue in the first status of the workflow; `created` is now unless it is given."""
        world, at = self.world, self.world.now()
        status, priority = world.statuses[0], world.priorities[2]
        id_, key = world.next_id("issue"), world.next_key(project)
        issue = world.add(Issue(id_, key, project, type_, status, priority, by, created or at, at))
        values = {"status": status, "priority": priority, **edit.values}
        entry = history.begin(world, issue, by, {**values, **history.with_status(world, issue, values)})
        issue.properties.update(edit.properties)
        self.listener.created(issue, by, entry)
        self._along(issue, by, edit)
        return issue

    def edit(self, issue: Issue, by: Account, edit: Edit) -> None:
        """Edit an issue; nobody hears of an edit that changes nothing."""
        entry = history.apply(self.world, issue, by, edit.values)
        issue.properties.update(edit.properties)
        if entry is not None:
            self.listener.updated(issue, by, entry)
        self._along(issue, by, edit)

    def comment(self, issue: Issue, by: Account, body: Rich, properties: Mapping[str, Any]) -> Comment:
        """Comment on an issue; raise Refusal when it holds as many as it can."""
        if len(issue.comments) >= MOST_COMMENTS:
            raise Refusal(413, "The limit of comments for this issue was reached.")
        at = self.world.now()
        comment = Comment(self.world.next_id("comment"), by, body, at, by, at, dict(properties))
        issue.comments.append(comment)
        issue.updated = at
        self.listener.commented(issue, comment, "created")
        return comment

    def edit_comment(self, issue: Issue, comment: Comment, by: Account, body: Rich) -> None:
        """Replace what a comment says."""
        if comment.body == body:
            return
        comment.body, comment.editor, comment.updated = body, by, self.world.now()
        issue.updated = comment.updated
        self.listener.commented(issue, comment, "updated")

    def delete_comment(self, issue: Issue, comment: Comment, by: Account) -> None:
        """Delete a comment."""
        issue.comments.remove(comment)
        comment.editor, issue.updated = by, self.world.now()
        self.listener.commented(issue, comment, "deleted")

    def link(self, by: Account, type_: LinkType, source: Issue, destination: Issue) -> None:
        """Link two issues; a link that is there already is left as it is."""
        ends = (type_, source.id, destination.id)
        if any((link.type, link.source, link.destination) == ends for link in self.world.links):
            return
        link = Link(self.world.next_id("link"), *ends)
        self.world.links.append(link)
        for one, words, other in ((source, type_.outward, destination), (destination, type_.inward, source)):
            after = (other.key, f"This issue {words} {other.key}")
            history.note(self.world, one, by, [Change("Link", "issuelinks", history.NOTHING, after)])
        self.listener.linked(link)

    def move(self, issue: Issue, by: Account, project: Project) -> None:
        """Move an issue to another project: its id stays, its key changes, the old key still finds it."""
        if issue.project == project:
            return
        old, old_key = issue.project, issue.key
        issue.project, issue.key = project, self.world.next_key(project)
        issue.type = _same_type(self.world.types_of(project), issue.type)
        self.world.index(issue)
        history.apply(self.world, issue, by, _lost(issue))
        names = Change("project", "project", (old.id, old.name), (project.id, project.name))
        keys = Change("Key", None, (None, old_key), (None, issue.key))
        self.listener.updated(issue, by, history.note(self.world, issue, by, [names, keys]))

    def delete(self, issue: Issue, by: Account) -> None:
        """Delete an issue; those below it lose their parent."""
        self.world.remove(issue)
        self.listener.deleted(issue, by)

    def _along(self, issue: Issue, by: Account, edit: Edit) -> None:
        for body in edit.comments:
            self.comment(issue, by, body, {})
        for end in edit.links:
            self.link(by, end.type, *_ends(issue, end))


def _ends(issue: Issue, end: End) -> Sequence[Issue]:
    return (issue, end.issue) if end.outward else (end.issue, issue)


def _same_type(types: Sequence[IssueType], like: IssueType) -> IssueType:
    """Return the type of that name, else one of the same level."""
    level = [type_ for type_ in types if type_.level == like.level]
    return next((type_ for type_ in types if type_.name == like.name), level[0])


def _lost(issue: Issue) -> dict[str, Any]:
    """Return what a move takes away: components of the old project, and a parent that may not be one here."""
    lost: dict[str, Any] = {"components": ()}
    if issue.parent and (issue.parent.project.next_gen or issue.project.next_gen):
        lost["parent"] = None
    return lost
