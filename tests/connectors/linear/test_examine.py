"""What `doctor` finds on Linear: every planted mistake by its id with the right hint, and nothing on a sound set-up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import respx

from app.core.policy import Classes, ClassLabel, Mandate, Member, Policy, Route, Source, Urgency, Watch, When
from app.ports.examiner import Diagnosis
from connectors.linear.settings import LinearSettings
from connectors.linear.tracker import LinearTracker
from tests.connectors.linear.emulated import Emulated

DOOR = "https://ft.acme.test/webhooks/linear"
ROUTE = Route(
    "everything",
    area="platform",
    on_call="ops",
    boards={"linear": {"team": "OPS", "state": "Todo"}},
    epics={"linear": {"project": "Q4 Reliability"}},
)
SOUND = Policy(
    watch=(Watch("linear", "post-mortem", teams=("ENG", "OPS")),),
    routes=(ROUTE,),
    people=(Member("Ada Admin", "ada@acme.test", "staff_engineer", Mandate()),),
    mandate_roles=("staff_engineer",),
    on_call={"ops": (Source("linear", {"team": "OPS"}),)},
)
HEARS_ALL = {"url": DOOR}
Change = Callable[[Policy], Policy]


def board(**words: str) -> Change:
    """Return what changes the route's board."""
    return lambda policy: replace(policy, routes=(replace(ROUTE, boards={"linear": {"team": "OPS", **words}}),))


def epic(**words: str) -> Change:
    """Return what changes the route's epic."""
    return lambda policy: replace(policy, routes=(replace(ROUTE, epics={"linear": words}),))


def label(name: str) -> Change:
    """Return what changes the watched label."""
    return lambda policy: replace(policy, watch=(Watch("linear", name, teams=("ENG", "OPS")),))


def classes(**changed: Any) -> Change:
    """Return what changes the classes."""
    return lambda policy: replace(policy, classes=Classes(**changed))


def watching(**changed: Any) -> Change:
    """Return what changes what is watched."""
    return lambda policy: replace(policy, watch=(Watch("linear", "post-mortem", **changed),))


def when(**changed: Any) -> Change:
    """Return what changes the route's conditions."""
    return lambda policy: replace(policy, routes=(replace(ROUTE, when=When(**changed)),))


@dataclass(frozen=True)
class Planted:
    """Hold one mistake: what the policy says wrongly or what is wrong in Linear; its id, and words of the hint."""

    id: str
    hint: str
    policy: Change = lambda policy: policy
    linear: Callable[[Any], object] = lambda _control: None
    hook: dict[str, Any] | None = None
    admin: bool = False


PLANTED = [
    Planted("linear.team", "did you mean “ENG”?", watching(teams=("ENGG",))),
    Planted("linear.team", "write its key, OPS", board(team="Operations")),
    Planted("linear.state", "did you mean “Todo”?", board(state="To-do")),
    Planted("linear.state_kind", "would be closed", board(state="Done")),
    Planted("linear.cycle", "switch cycles on", board(cycle="active")),
    Planted("linear.project", "did you mean “Shared work”?", watching(projects=("Share work",))),
    Planted("linear.epic", "did you mean “Q4 Reliability”?", epic(project="Q4 Reliabilty")),
    Planted("linear.epic", "our key may not see it", epic(parent="SEC-1")),
    Planted("linear.epic_closed", "open it again", linear=lambda c: c.update_project("Q4 Reliability", **finished(c))),
    Planted(
        "linear.epic_no_owner", "held by Ada Admin", linear=lambda c: c.update_project("Q4 Reliability", lead=None)
    ),
    Planted(
        "linear.epic_owner_inactive",
        "somebody who is still here",
        linear=lambda c: c.update_project("Q4 Reliability", lead="olga@acme.test"),
    ),
    Planted("linear.epic_owner_without_mandate", "see people: mandate", epic(project="Shared work")),
    Planted(
        "linear.epic_ambiguous",
        "by its id",
        linear=lambda c: c.add("project", name="q4 reliability", lead="ada@acme.test", teams=["ENG"], status="started"),
    ),
    Planted("linear.label", "did you mean “post-mortem”?", label("postmortem")),
    Planted("linear.label", "for the whole workspace", classes(needs_class="needs-class")),
    Planted("linear.label_team", "one of the workspace", classes(operational=ClassLabel("backend"))),
    Planted("linear.label_group", "Bug", classes(risk="Kind")),
    Planted("linear.label_retired", "take it into use again", classes(risk="old-label")),
    Planted(
        "linear.label_exclusive",
        "out of the group",
        lambda policy: replace(label("Bug")(policy), classes=Classes(risk="Feature")),
    ),
    Planted("linear.condition_label", "did you mean “backend”?", when(labels=("back-end",))),
    Planted("linear.condition_team", "OPS", when(teams=("OPSX",))),
    Planted("linear.priority", "Urgent", lambda policy: replace(policy, urgency=Urgency(("Blocker",)))),
    Planted("linear.webhook_missing", "under Settings, API", admin=True),
    Planted(
        "linear.webhook_elsewhere", "FOLLOWTHROUGH_PUBLIC_URL", hook={"url": "https://old.acme.test/webhooks/linear"}
    ),
    Planted("linear.webhook_disabled", "switch it on", hook={**HEARS_ALL, "enabled": False}),
    Planted("linear.webhook_events", "tick them", hook={**HEARS_ALL, "resourceTypes": ["Issue", "Project"]}),
    Planted("linear.webhook_teams", "all public teams", hook={**HEARS_ALL, "team": "ENG"}),
    Planted("linear.webhook_teams", "of its own", watching(teams=("ENG", "SEC")), hook=HEARS_ALL),
]


def finished(control: Any) -> dict[str, Any]:
    """Return what closes a project."""
    status = next(each for each in control.state("ProjectStatus") if each["type"] == "completed")
    return {"statusId": status["id"]}


async def examined(linear: Emulated, policy: Policy, key: str = "lin_api_service") -> list[Diagnosis]:
    """Return what is found, without what may not be looked at."""
    found = await linear.connect(policy, api_key=key).examine(policy, DOOR)
    return [each for each in found if each.level != "unchecked"]


async def test_a_sound_set_up_has_nothing_to_mend(linear: Emulated) -> None:
    """Only the webhook cannot be looked at with a key that is no admin's, and it says so."""
    (found,) = await linear.connect(SOUND).examine(SOUND, DOOR)
    assert (found.id, found.level) == ("linear.webhook", "unchecked")
    assert linear.writes() == []


async def test_an_admins_key_finds_a_sound_webhook_sound(linear: Emulated) -> None:
    """It hears all public teams and everything that matters; only the key itself is a person's."""
    linear.control.webhook(**HEARS_ALL)
    assert [each.id for each in await examined(linear, SOUND, "lin_api_admin")] == ["linear.account"]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.id} {planted.hint}")
async def test_each_planted_mistake_is_found(linear: Emulated, planted: Planted) -> None:
    """By its id, with the right hint, and no other beside it."""
    planted.linear(linear.control)
    if planted.hook:
        linear.control.webhook(**planted.hook)
    admin = planted.admin or planted.hook is not None
    found = await examined(linear, planted.policy(SOUND), "lin_api_admin" if admin else "lin_api_service")
    found = [each for each in found if not (admin and each.id == "linear.account")]
    assert [each.id for each in found] == [planted.id], found
    assert planted.hint in found[0].hint


async def test_a_webhook_whose_secret_differs_shows_as_refused_deliveries(linear: Emulated) -> None:
    """Linear tells an admin that we answered 401."""
    linear.control.webhook(**HEARS_ALL)
    (hook,) = linear.control.state("Webhook")
    failure = {"id": hook["id"], "createdAt": datetime.now(UTC).isoformat(), "executionId": "1", "httpStatus": 401}
    linear.control.raw("Webhook", hook["id"], failures=[{**failure, "responseOrError": "", "url": DOOR}])
    found = [each for each in await examined(linear, SOUND, "lin_api_admin") if each.id != "linear.account"]
    assert [each.id for each in found] == ["linear.webhook_failing"]
    assert "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS" in found[0].hint


@pytest.mark.parametrize(("ahead", "way"), [(120, "ahead of"), (-120, "behind")])
async def test_a_clock_that_is_off_is_found(linear: Emulated, ahead: int, way: str) -> None:
    """By the time that Linear's answers tell."""
    settings = LinearSettings(api_url=linear.control.api_url, api_key="lin_api_service")
    tracker = LinearTracker(settings, SOUND, now=lambda: datetime.now(UTC) + timedelta(seconds=ahead))
    linear.trackers.append(tracker)
    found = [each for each in await tracker.examine(SOUND, DOOR) if each.level == "error"]
    assert [each.id for each in found] == ["linear.clock"]
    assert way in found[0].message
    assert "NTP" in found[0].hint


async def test_a_wrong_key_is_told_and_nothing_else(linear: Emulated) -> None:
    """What could not be looked at is no finding."""
    assert [each.id for each in await examined(linear, SOUND, "lin_api_wrong")] == ["linear.credentials"]


async def test_nobody_there_is_told(linear: Emulated) -> None:
    """A tracker that does not answer is a finding and no traceback."""
    tracker = linear.connect(SOUND, api_key="k", api_url="http://127.0.0.1:9/graphql")
    (found,) = await tracker.examine(SOUND, None)
    assert found.id == "linear.unreachable"
    assert found.message == "Linear did not answer POST at 127.0.0.1 (ConnectError)"
    assert found.hint == "look at FOLLOWTHROUGH_LINEAR_API_URL and the network; it may pass by itself"


async def test_an_address_without_tls_is_told(respx_mock: respx.MockRouter) -> None:
    """Whatever else there is to tell."""
    respx_mock.post("http://other.acme.test/graphql").respond(404, json={})
    tracker = LinearTracker(LinearSettings(api_url="http://other.acme.test/graphql", api_key="k"), SOUND)
    assert "linear.in_clear" in [each.id for each in await tracker.examine(SOUND, None)]
    await tracker.aclose()


async def test_another_address_is_told(respx_mock: respx.MockRouter) -> None:
    """Somebody is there, who is not Linear."""
    respx_mock.post("https://other.acme.test/graphql").respond(404, json={})
    tracker = LinearTracker(LinearSettings(api_url="https://other.acme.test/graphql", api_key="k"), SOUND)
    assert [each.id for each in await tracker.examine(SOUND, None)] == ["linear.address"]
    await tracker.aclose()
