"""Who Jira Service Management says is on call, by answers that its OpenAPI file allows."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from app.core.errors import Denied, FollowthroughError, NotFound, RateLimited, Transient
from app.core.policy import Policy
from app.ports import Caller, OnCall
from app.ports.surveyor import Offer, Offers
from app.settings import load_settings
from connectors.jsm_ops import MANIFEST
from connectors.jsm_ops.settings import JsmOpsSettings
from tests.contract_on_call import service

API = "https://api.atlassian.com/jsm/ops"
SITE = "https://acme.atlassian.net"
FILE = "jsm-ops/oncall-extract.json"
PATH = "/api/c-1/v1/schedules/s-1/on-calls"
AT = datetime(2026, 11, 23, 14, 5, 9, 123, tzinfo=UTC)
TOKEN = "jira-secret-token"
SCHEDULE = {"schedule": "s-1"}


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set an account of Jira Cloud, and the site's id."""
    given = {"EMAIL": "bot@acme.test", "API_TOKEN": TOKEN, "BASE_URL": SITE, "CLOUD_ID": "c-1"}
    for name, value in given.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_JIRA_{name}", value)


def rota() -> OnCall:
    """Return the rota as the service joins it."""
    assert MANIFEST.on_call is not None
    return MANIFEST.on_call(load_settings(JsmOpsSettings, env_file=None), Policy(()), {})


async def test_people_are_named_by_their_account() -> None:
    """The accounts are Jira's own, in the answer's order and once each."""
    with service(FILE, API) as router:
        route = router.get(PATH).respond(json={"onCallUsers": ["712020:b", "712020:a", "712020:b"]})
        found = await rota().who(SCHEDULE, AT)
    assert list(found) == [Caller(id_, None, {"jira": id_}) for id_ in ("712020:b", "712020:a")]
    sent = route.calls.last.request
    assert dict(sent.url.params) == {"flat": "true", "date": "2026-11-23T14:05:09Z"}
    account = base64.b64encode(f"bot@acme.test:{TOKEN}".encode()).decode()
    assert sent.headers["authorization"] == f"Basic {account}"


async def test_nobody_on_call_is_an_answer() -> None:
    """An empty list is a real answer."""
    with service(FILE, API) as router:
        router.get(PATH).respond(json={"onCallUsers": []})
        assert list(await rota().who(SCHEDULE, AT)) == []


@pytest.mark.off_contract
async def test_the_site_tells_its_id_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting the site is asked, without credentials, and not again."""
    monkeypatch.delenv("FOLLOWTHROUGH_JIRA_CLOUD_ID")
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        tenant = router.get(f"{SITE}/_edge/tenant_info").respond(json={"cloudId": "c-1"})
        router.get(f"{API}{PATH}").respond(json={"onCallUsers": []})
        asked = rota()
        await asked.who(SCHEDULE, AT)
        await asked.who(SCHEDULE, AT)
    assert tenant.call_count == 1
    assert "authorization" not in tenant.calls.last.request.headers


@pytest.mark.off_contract
@pytest.mark.parametrize(("answer", "error"), [({"status_code": 404}, NotFound), ({"json": {}}, Transient)])
async def test_a_site_that_tells_no_id_is_an_error(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], error: type[FollowthroughError]
) -> None:
    """A Data Center, or anything else, has no such id: the setting is named where it helps."""
    monkeypatch.delenv("FOLLOWTHROUGH_JIRA_CLOUD_ID")
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(f"{SITE}/_edge/tenant_info").respond(**answer)
        with pytest.raises(error, match=r"CLOUD_ID|cloudId"):
            await rota().who(SCHEDULE, AT)


@pytest.mark.parametrize(
    ("status", "body", "error", "says"),
    [
        (401, {"code": 401, "message": "Unauthorized; scope does not match"}, Denied, "read:ops-config"),
        (402, None, Denied, "plan"),
        (403, {"errors": [{"title": "no", "code": "FORBIDDEN"}]}, Denied, "rotation"),
        (404, {"errors": [{"title": "no", "code": "NOT_FOUND"}]}, NotFound, "id of a schedule"),
        (422, {"errors": [{"title": "no", "code": "INVALID"}]}, NotFound, "422"),
        (429, None, RateLimited, "slow down"),
    ],
)
async def test_refusals_say_what_helps(status: int, body: Any, error: type[FollowthroughError], says: str) -> None:
    """Each refusal is an error that the chain understands, with what to do about it."""
    with service(FILE, API) as router:
        router.get(PATH).respond(status, json=body, headers={"retry-after": "60"})
        with pytest.raises(error, match=says) as caught:
            await rota().who(SCHEDULE, AT)
    assert TOKEN not in str(caught.value)


async def test_a_strange_answer_is_transient() -> None:
    """The unflattened answer is not what was asked for."""
    with service(FILE, API) as router:
        router.get(PATH).respond(json={"onCallParticipants": []})
        with pytest.raises(Transient, match="shape"):
            await rota().who(SCHEDULE, AT)


async def test_schedules_are_offered_for_a_first_policy() -> None:
    """One call, in the policy's words and with the name that people know."""
    source = rota()
    assert isinstance(source, Offers)
    with service(FILE, API) as router:
        listed = [{"id": "s-1", "name": "Payments"}, {"id": "s-2", "name": "Platform"}]
        router.get("/api/c-1/v1/schedules").respond(json={"values": listed})
        assert await source.offers() == [
            Offer({"source": "jsm_ops", "schedule": "s-1"}, "Jira Service Management's schedule Payments"),
            Offer({"source": "jsm_ops", "schedule": "s-2"}, "Jira Service Management's schedule Platform"),
        ]


async def test_a_site_elsewhere_has_no_schedules_at_atlassian(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked."""
    monkeypatch.setenv("FOLLOWTHROUGH_JIRA_BASE_URL", "http://127.0.0.1:9")
    source = rota()
    assert isinstance(source, Offers)
    with respx.mock(assert_all_mocked=True):
        assert await source.offers() == []
