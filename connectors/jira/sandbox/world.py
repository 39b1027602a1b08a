"""The whole of a Jira site in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors._kit.world import Ids, WorldClock
from connectors.jira.sandbox import adf, wiki
from connectors.jira.sandbox.model import (
    Account,
    Board,
    Filter,
    Issue,
    IssueType,
    Link,
    LinkType,
    Named,
    Project,
    Rich,
    Sprint,
    Status,
)
from connectors.jira.sandbox.refusal import Refusal

SERVICE = "followthrough@acme.test"
MOST_ISSUES = 20_000


@dataclass(slots=True)
class World:
    """Hold everything there is on the site.

    `custom` holds the custom fields' ids by our words for them. `hooks` are the registered webhooks, None where the
    service's account is no administrator, who alone may see them.
    """

    data_center: bool
    custom: Mapping[str, str]
    accounts: tuple[Account, ...]
    projects: tuple[Project, ...] = ()
    types: tuple[IssueType, ...] = ()
    statuses: tuple[Status, ...] = ()
    priorities: tuple[Named, ...] = ()
    resolutions: tuple[Named, ...] = ()
    teams: tuple[Named, ...] = ()
    link_types: tuple[LinkType, ...] = ()
    filters: tuple[Filter, ...] = ()
    boards: tuple[Board, ...] = ()
    sprints: tuple[Sprint, ...] = ()
    issues: dict[str, Issue] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    clock: WorldClock = field(default_factory=WorldClock)
    ids: Ids = field(default_factory=lambda: Ids("acme"))
    url: str = ""
    hooks: tuple[dict[str, Any], ...] | None = None
    _by_key: dict[str, str] = field(default_factory=dict)

    @property
    def me(self) -> Account:
        """Return the service's own account."""
        return self.person(SERVICE)

    def now(self) -> datetime:
        """Return the time now; it never stands still."""
        return self.clock.now()

    def next_id(self, name: str) -> str:
        """Return the next id of that kind: digits, from 10001 on."""
        return str(10_000 + self.ids.number(name))

    def add(self, issue: Issue) -> Issue:
        """Take an issue in; raise Refusal when there are too many."""
        if len(self.issues) >= MOST_ISSUES:
            raise Refusal(400, "This site holds as many issues as it can.")
        self.issues[issue.id] = issue
        self.index(issue)
        return issue

    def remove(self, issue: Issue) -> None:
        """Take an issue out, with its links and as a parent."""
        del self.issues[issue.id]
        self.links = [link for link in self.links if issue.id not in {link.source, link.destination}]
        for other in self.issues.values():
            other.parent = None if other.parent is issue else other.parent

    def index(self, issue: Issue) -> None:
        """Let the issue be found by its key; those it had before go on leading to it."""
        self._by_key[issue.key.casefold()] = issue.id

    def next_key(self, project: Project) -> str:
        """Return the key for a project's next issue."""
        return f"{project.key}-{self.ids.number(f'key {project.key}')}"

    def issue(self, reference: str) -> Issue | None:
        """Find an issue by id or by a key it has or had, in any case."""
        return self.issues.get(reference) or self.issues.get(self._by_key.get(reference.casefold(), ""))

    def account(self, id_: str) -> Account | None:
        """Find an account by what this flavour of Jira names it by in requests: an id, or a user name."""
        return next((one for one in self.accounts if id_ == (one.username if self.data_center else one.id)), None)

    def account_id(self, account: Account) -> str:
        """Return what this flavour of Jira knows an account by for good."""
        return account.key if self.data_center else account.id

    def person(self, email: str) -> Account:
        """Return who has that e-mail; raise ValueError for nobody."""
        found = next((account for account in self.accounts if account.email.casefold() == email.casefold()), None)
        if found is None:
            raise ValueError(f"nobody here has the e-mail {email}")
        return found

    def project(self, reference: str) -> Project | None:
        """Find a project by id or key."""
        return next((project for project in self.projects if reference in {project.id, project.key}), None)

    def types_of(self, project: Project) -> tuple[IssueType, ...]:
        """Return a project's issue types: its own, or those that all company-managed projects share."""
        own = project.id if project.next_gen else None
        return tuple(type_ for type_ in self.types if type_.project == own)

    def links_of(self, issue: Issue) -> list[Link]:
        """Return the links that begin or end at an issue."""
        return [link for link in self.links if issue.id in {link.source, link.destination}]

    def plain(self, text: Rich | None) -> str:
        """Return a text's words."""
        if isinstance(text, dict):
            return adf.to_plain(text, self._name)
        return wiki.to_plain(text or "", self._name)

    def rich(self, text: str) -> Rich:
        """Return what somebody typed as it is stored here."""
        return text if self.data_center else adf.from_plain(text)

    def _name(self, id_: str) -> str:
        account = self.account(id_)
        return account.name if account else id_
