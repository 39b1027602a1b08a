"""What `doctor` finds on Jira: every planted mistake by its id with the right hint, and nothing on a sound set-up."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import respx

from app.core.policy import ByUrgency, Classes, Mandate, Member, Policy, Route, Size, Urgency, Watch
from app.ports.examiner import Diagnosis
from connectors._kit.http import Http
from connectors.jira import diagnoses
from connectors.jira.client import Client
from connectors.jira.fields import FieldIds
from connectors.jira.settings import JiraSettings
from connectors.jira.tracker import JiraTracker
from tests.connectors.jira.emulated import Emulated

DOOR = "https://ft.acme.test/webhooks/jira"
ROUTE = Route(
    "everything",
    area="platform",
    boards={"jira": {"board": 1, "set": {"labels": ["team-ops"]}}},
    epics={"jira": {"parent": "PM-1"}},
)
SOUND = Policy(
    watch=(Watch("jira", "post-mortem", projects=("PM",), issue_types=("Task", "Story", "Bug")),),
    routes=(ROUTE,),
    classes=Classes(due=ByUrgency(timedelta(days=30))),
    people=(Member("Stella Staff", "stella@acme.test", "staff_engineer", Mandate()),),
    mandate_roles=("staff_engineer",),
)
EVENTS = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated"]
HOOK = {"name": "Followthrough", "url": DOOR, "events": EVENTS, "secret": "made-up"}
Change = Callable[[Policy], Policy]


def board(number: int, **wanted: Any) -> Change:
    """Return what changes the route's board."""
    target = {"board": number, "set": wanted}
    return lambda policy: replace(policy, routes=(replace(ROUTE, boards={"jira": target}),))


def epic(key: str) -> Change:
    """Return what changes the route's epic."""
    return lambda policy: replace(policy, routes=(replace(ROUTE, epics={"jira": {"parent": key}}),))


def watching(label: str = "post-mortem", **changed: Any) -> Change:
    """Return what changes what is watched."""
    return lambda policy: replace(policy, watch=(Watch("jira", label, **{"projects": ("PM",), **changed}),))


def filtered(query: str) -> dict[str, Any]:
    """Return a webhook with a query."""
    return {**HOOK, "filters": {"issue-related-events-section": query}}


@dataclass(frozen=True)
class Planted:
    """Hold one mistake: what the policy says wrongly or what is wrong in Jira; its id, and words of the hint."""

    id: str
    hint: str
    policy: Change = lambda policy: policy
    jira: Callable[[Any], object] = lambda _control: None
    hook: dict[str, Any] | None = None
    admin: bool = False
    settings: dict[str, str] = field(default_factory=dict)


PLANTED = [
    Planted("jira.project", "did you mean “PLAT”?", watching(projects=("PLATT",))),
    Planted("jira.project", "right to browse", watching(projects=("SEC",))),
    Planted("jira.issue_type", "did you mean “Task”?", watching(issue_types=("Tasks",))),
    Planted("jira.label", "did you mean “post-mortem”?", watching("postmortem")),
    Planted(
        "jira.rights",
        "permission scheme",
        jira=lambda c: c.raw("project", "PM", permissions={"EDIT_ISSUES": [], "LINK_ISSUES": []}),
    ),
    Planted("jira.board", "1 (OPS on-call)", board(99)),
    Planted("jira.board_filter", "share the board's filter", board(3), lambda c: c.settings(unshared_board="empty")),
    Planted("jira.board_set", "labels = team-ops", board(1, labels=["team-op"])),
    Planted("jira.component", "did you mean “Deploys”?", board(1, labels=["team-ops"], components=["Deploy"])),
    Planted("jira.field", "customfield_10050", board(1, labels=["team-ops"], field={"Risk class": "x"})),
    Planted("jira.field", "did you mean", board(1, labels=["team-ops"], field={"customfield_1005": "x"})),
    Planted("jira.epic", "see routes: strategic", epic("PM-999")),
    Planted("jira.epic_closed", "open it again", epic("PM-2")),
    Planted("jira.epic_no_owner", "held by Stella Staff", epic("PM-3")),
    Planted("jira.epic_owner_without_mandate", "see people: mandate", epic("PM-4")),
    Planted("jira.epic_owner_inactive", "somebody who is still here", epic("PM-5")),
    Planted("jira.epic_kind", "name an epic", epic("PM-8"), lambda c: c.update("PM-8", assignee="stella@acme.test")),
    Planted("jira.epic_project", "company-managed", epic("PLAT-1")),
    Planted("jira.priority", "Highest", lambda policy: replace(policy, urgency=Urgency(("Blocker",)))),
    Planted("jira.webhook_missing", "documentation", admin=True),
    Planted(
        "jira.webhook_elsewhere",
        "FOLLOWTHROUGH_PUBLIC_URL",
        hook={**HOOK, "url": "https://old.acme.test/webhooks/jira"},
    ),
    Planted("jira.webhook_disabled", "Enabled", hook={**HOOK, "enabled": False}),
    Planted("jira.webhook_events", "tick them", hook={**HOOK, "events": EVENTS[:3]}),
    Planted("jira.webhook_unsigned", "Secret", hook={**HOOK, "secret": ""}),
    Planted("jira.webhook_filter", "filter by project", hook=filtered("labels = post-mortem")),
    Planted("jira.webhook_body", "Exclude body", hook={**HOOK, "excludeBody": True}),
]


async def examined(jira: Emulated, policy: Policy, **settings: str) -> list[Diagnosis]:
    """Return what is found, without what may not be looked at."""
    found = await jira.connect(policy, **settings).examine(policy, DOOR)
    return [each for each in found if each.level != "unchecked"]


def as_admin(jira: Emulated) -> dict[str, str]:
    """Return the credentials of an administrator."""
    if jira.data_center:
        return {"pat": "jira-admin-pat"}
    return {"email": "ada@acme.test", "api_token": "jira-admin-token"}


def register(jira: Emulated, hook: dict[str, Any]) -> None:
    """Register a webhook, as an administrator does."""
    auth = ("ada@acme.test", "jira-admin-token")
    jira.control.api("POST", "/rest/webhooks/1.0/webhook", auth=auth, json=hook).raise_for_status()


async def test_a_sound_set_up_has_nothing_to_mend(jira: Emulated) -> None:
    """Only the webhook cannot be looked at by an account that is no administrator's, and it says so."""
    (found,) = await jira.connect(SOUND).examine(SOUND, DOOR)
    assert (found.id, found.level) == ("jira.webhook", "unchecked")
    assert jira.writes() == []


async def test_an_administrator_finds_a_sound_webhook_sound(cloud: Emulated) -> None:
    """It hears of what matters, is signed, and goes by project."""
    register(cloud, filtered("project = PM"))
    assert await examined(cloud, SOUND, **as_admin(cloud)) == []


async def test_an_administrator_of_a_data_center_sees_its_webhooks(data_center: Emulated) -> None:
    """They are at another address there."""
    data_center.control.webhook(DOOR)
    assert await examined(data_center, SOUND, **as_admin(data_center)) == []


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.id} {planted.hint}")
async def test_each_planted_mistake_is_found(cloud: Emulated, planted: Planted) -> None:
    """By its id, with the right hint, and no other beside it."""
    planted.jira(cloud.control)
    if planted.hook:
        register(cloud, planted.hook)
    admin = as_admin(cloud) if planted.admin or planted.hook else {}
    found = await examined(cloud, planted.policy(SOUND), **admin)
    assert [each.id for each in found] == [planted.id], found
    assert planted.hint in found[0].hint


async def test_a_scoped_token_on_the_sites_own_address_is_told_from_a_wrong_one(cloud: Emulated) -> None:
    """The hint holds the cloud id that has to be set."""
    found = await examined(cloud, SOUND, api_token="jira-scoped-token", gateway_url=cloud.control.base)
    assert [each.id for each in found] == ["jira.scoped_token"]
    assert "FOLLOWTHROUGH_JIRA_CLOUD_ID=" in found[0].hint


async def test_a_scoped_token_without_the_boards_scope_is_told(cloud: Emulated) -> None:
    """It works, but nobody can be told why an item does not show."""
    cloud_id = cloud.control.api("GET", "/_edge/tenant_info").json()["cloudId"]
    own = {"api_token": "jira-scoped-token", "gateway_url": cloud.control.base, "cloud_id": cloud_id}
    found = await examined(cloud, SOUND, **own)
    assert [each.id for each in found] == ["jira.board_scope"]
    assert "read:board-scope.admin:jira-software" in found[0].hint


async def test_a_token_that_only_the_site_takes_is_told(respx_mock: respx.MockRouter) -> None:
    """The other way round: the cloud id is wrong, or not wanted."""
    site, gateway = "https://acme.atlassian.net", "https://api.atlassian.com/ex/jira/wrong"
    respx_mock.get(url__startswith=gateway).respond(401, json={"code": 401, "message": "Unauthorized"})
    respx_mock.get(f"{site}/rest/api/3/myself").respond(json={"accountId": "1"})
    settings = JiraSettings(base_url=site, email="ft@acme.test", api_token="t", cloud_id="wrong")
    tracker = JiraTracker(Client(settings), SOUND)
    (found,) = await tracker.examine(SOUND, DOOR)
    assert found.id == "jira.gateway"
    assert "FOLLOWTHROUGH_JIRA_CLOUD_ID" in found.hint
    await tracker.aclose()


async def test_an_address_without_tls_is_told(respx_mock: respx.MockRouter) -> None:
    """Whatever else there is to tell."""
    respx_mock.get(url__startswith="http://jira.acme.test").respond(401)
    tracker = JiraTracker(Client(JiraSettings(base_url="http://jira.acme.test", pat="t")), SOUND)
    assert "jira.in_clear" in [each.id for each in await tracker.examine(SOUND, DOOR)]
    await tracker.aclose()


async def test_wrong_credentials_are_told_and_shown_to_nobody_else(jira: Emulated) -> None:
    """A token for a site that is not Atlassian's is never tried at Atlassian's gateway."""
    wrong = {"pat": "wrong"} if jira.data_center else {"api_token": "wrong"}
    assert [each.id for each in await examined(jira, SOUND, **wrong)] == ["jira.credentials"]


async def test_a_persons_account_is_a_warning(cloud: Emulated) -> None:
    """What they do would be taken for ours."""
    policy = replace(SOUND, people=(*SOUND.people, Member("Linus Duty", "linus@acme.test")))
    found = await examined(cloud, policy, email="linus@acme.test", api_token="jira-linus-token")
    assert [(each.id, each.level) for each in found] == [("jira.account", "warning")]
    assert (found[0].link or "").endswith("/secure/ViewProfile.jspa")


@pytest.mark.parametrize(("ahead", "way"), [(120, "ahead of"), (-120, "behind")])
async def test_a_clock_that_is_off_is_found(
    jira: Emulated, ahead: int, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time that Jira's answers tell."""
    assert Http.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(Http.__init__.__kwdefaults__, "wall", lambda: time.time() + ahead)
    found = [each for each in await examined(jira, SOUND) if each.level == "error"]
    assert [each.id for each in found] == ["jira.clock"]
    assert way in found[0].message
    assert "NTP" in found[0].hint


@pytest.mark.parametrize(
    ("policy", "page"),
    [
        pytest.param(epic("PM-999")(SOUND), "/browse/PM-999", id="epic"),
        pytest.param(watching(projects=("PLATT",))(SOUND), "/secure/BrowseProjects.jspa", id="project"),
    ],
)
async def test_what_is_not_there_links_to_where_to_look(jira: Emulated, policy: Policy, page: str) -> None:
    """At the address where people open Jira."""
    (found,) = await examined(jira, policy)
    assert (found.link or "").startswith("http")
    assert (found.link or "").endswith(page)


async def test_words_compare_without_case_and_types_over_all_projects(cloud: Emulated) -> None:
    """A type that one of the projects has is enough, and so is a label in another case."""
    policy = watching("Post-Mortem", projects=("PM", "PLAT"), issue_types=("task", "Bug"))(SOUND)
    found = await examined(cloud, policy)
    assert [each.id for each in found] == []


async def test_an_estimate_that_nobody_can_give_is_a_warning(cloud: Emulated) -> None:
    """Without a field for story points nothing is ever large by estimate."""
    policy = replace(SOUND, size=Size(estimate_at_least=8))
    assert [each.id for each in diagnoses.fields(policy, FieldIds(), [])] == ["jira.points"]
    assert await examined(cloud, policy) == []


def test_a_team_where_there_is_no_field_for_one_is_told() -> None:
    """Data Center has none unless it was added."""
    policy = board(1, team="36885b3c-1bf0-4f85-a357-c5b858c31de4")(SOUND)
    assert [each.id for each in diagnoses.fields(policy, FieldIds(), [])] == ["jira.field"]
