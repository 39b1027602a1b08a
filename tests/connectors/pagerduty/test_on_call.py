"""Who PagerDuty says is on call, by answers that its OpenAPI file allows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import respx
from pydantic import SecretStr

from app.core.errors import Denied, FollowthroughError, NotFound, RateLimited, Transient
from app.core.policy import Policy
from app.ports import Caller, OnCall
from app.ports.surveyor import Offer, Offers
from connectors.pagerduty import MANIFEST
from connectors.pagerduty.settings import PagerDutySettings
from tests.contract_on_call import service

API = "https://api.pagerduty.com"
FILE = "pagerduty/oncall-subset.json"
AT = datetime(2026, 11, 23, 14, tzinfo=UTC)
TOKEN = "pd-secret-key"
SCHEDULE = {"schedule": "PI7DH85"}
EMPTY = {"oncalls": [], "limit": 100, "offset": 0, "more": False, "total": None}


@pytest.fixture
def pagerduty() -> Iterator[respx.Router]:
    """Mock PagerDuty."""
    with service(FILE, API) as router:
        yield router


def rota(**more: Any) -> OnCall:
    """Return the rota as the service joins it."""
    assert MANIFEST.on_call is not None
    return MANIFEST.on_call(PagerDutySettings(token=SecretStr(TOKEN), **more), Policy(()), {})


def turn(id_: str, level: int = 1, *, email: bool = True, policy: str = "PT20YPA") -> dict[str, Any]:
    """Return a row as the API shows it; without an e-mail it is a bare reference, and nobody's schedule."""
    user = {"id": id_, "type": "user_reference", "summary": f"Name {id_}", "self": f"{API}/users/{id_}"}
    if email:
        user |= {"type": "user", "name": f"Name {id_}", "email": f"{id_.lower()}@acme.test"}
    return {
        "user": user,
        "schedule": {"id": "PI7DH85", "type": "schedule_reference"} if email else None,
        "escalation_policy": {"id": policy, "type": "escalation_policy_reference"},
        "escalation_level": level,
        "start": "2026-11-23T09:00:00Z" if email else None,
        "end": "2026-11-30T09:00:00Z" if email else None,
    }


def page(*turns: dict[str, Any], more: bool = False, offset: int = 0) -> dict[str, Any]:
    """Return an answer with these rows."""
    return {**EMPTY, "oncalls": list(turns), "more": more, "offset": offset}


async def test_each_person_of_the_lowest_level_is_named_once(pagerduty: respx.Router) -> None:
    """One person has a row for each policy and level; the order does not depend on the answer's."""
    rows = (turn("PB", 2), turn("PZ", 1), turn("PA", 1), turn("PZ", 1, policy="P2"), turn("PA", 3))
    route = pagerduty.get("/oncalls").respond(json=page(*rows))
    found = await rota().who(SCHEDULE, AT)
    assert list(found) == [
        Caller("Name PA", "pa@acme.test", {"pagerduty": "PA"}),
        Caller("Name PZ", "pz@acme.test", {"pagerduty": "PZ"}),
    ]
    sent = route.calls.last.request
    assert dict(sent.url.params) == {
        "schedule_ids[]": "PI7DH85",
        "include[]": "users",
        "limit": "100",
        "offset": "0",
    }
    assert sent.headers["authorization"] == f"Token token={TOKEN}"
    assert sent.headers["accept"] == "application/vnd.pagerduty+json;version=2"


async def test_a_gap_in_the_first_level_hands_on_to_the_second(pagerduty: respx.Router) -> None:
    """A level without anybody has no row, so the lowest one there is counts."""
    pagerduty.get("/oncalls").respond(json=page(turn("PC", 3), turn("PB", 2)))
    (caller,) = await rota().who({"escalation_policy": "PT20YPA"}, AT)
    assert caller.ids == {"pagerduty": "PB"}
    assert dict(pagerduty.calls.last.request.url.params)["escalation_policy_ids[]"] == "PT20YPA"


async def test_nobody_on_call_is_an_answer(pagerduty: respx.Router) -> None:
    """No row at all is an empty rota, not an error."""
    pagerduty.get("/oncalls").respond(json=EMPTY)
    assert list(await rota().who(SCHEDULE, AT)) == []


async def test_a_service_is_asked_for_its_escalation_policy(pagerduty: respx.Router) -> None:
    """Two calls lead from a service to the person."""
    escalation = {"id": "PESC", "type": "escalation_policy_reference"}
    body = {"service": {"id": "PS", "type": "service", "escalation_policy": escalation}}
    pagerduty.get("/services/PS").respond(json=body)
    route = pagerduty.get("/oncalls").respond(json=page(turn("PA")))
    assert [caller.name for caller in await rota().who({"service": "PS"}, AT)] == ["Name PA"]
    assert route.calls.last.request.url.params["escalation_policy_ids[]"] == "PESC"


async def test_a_missing_address_is_looked_up(pagerduty: respx.Router) -> None:
    """A bare reference has no e-mail: the user is asked for."""
    pagerduty.get("/oncalls").respond(json=page(turn("PA", email=False)))
    user = {"id": "PA", "type": "user", "name": "Ada Admin", "email": "ada@acme.test"}
    pagerduty.get("/users/PA").respond(json={"user": user})
    assert list(await rota().who(SCHEDULE, AT)) == [Caller("Ada Admin", "ada@acme.test", {"pagerduty": "PA"})]


@pytest.mark.parametrize("status", [403, 404])
async def test_somebody_who_may_not_be_looked_up_keeps_name_and_id(pagerduty: respx.Router, status: int) -> None:
    """The policy may know them by their id."""
    pagerduty.get("/oncalls").respond(json=page(turn("PA", email=False)))
    pagerduty.get("/users/PA").respond(status, json={"error": {"message": "Not Found", "code": 2100}})
    assert list(await rota().who(SCHEDULE, AT)) == [Caller("Name PA", None, {"pagerduty": "PA"})]


async def test_every_page_is_read(pagerduty: respx.Router) -> None:
    """While there is more, the next page begins where the last ended."""
    pages = {"0": page(turn("PB"), turn("PC"), more=True), "2": page(turn("PA"), offset=2)}
    for offset, body in pages.items():
        pagerduty.get("/oncalls", params={"offset": offset}).respond(json=body)
    found = await rota().who(SCHEDULE, AT)
    assert [caller.ids["pagerduty"] for caller in found] == ["PA", "PB", "PC"]


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (401, Denied, "https://api.eu.pagerduty.com"),
        (402, Denied, "plan"),
        (403, Denied, "may not read"),
        (406, Denied, "406"),
        (302, Denied, "elsewhere"),
        (400, NotFound, "does not know that"),
        (404, NotFound, "does not know that"),
    ],
)
async def test_refusals_say_what_helps(
    pagerduty: respx.Router, status: int, error: type[FollowthroughError], says: str
) -> None:
    """A refusal is an error that the chain understands, and shows no key."""
    pagerduty.get("/oncalls").respond(status, json={"error": {"message": TOKEN, "code": 2001}})
    with pytest.raises(error, match=says) as caught:
        await rota().who(SCHEDULE, AT)
    assert TOKEN not in str(caught.value)


async def test_a_used_up_limit_says_how_long(pagerduty: respx.Router) -> None:
    """PagerDuty names the seconds in a header of its own."""
    pagerduty.get("/oncalls").respond(429, headers={"ratelimit-reset": "42"})
    with pytest.raises(RateLimited) as caught:
        await rota().who(SCHEDULE, AT)
    assert caught.value.retry_after == 42


@pytest.mark.parametrize("body", [{"oncalls": [{"user": None}]}, {}, [], "hello"])
@pytest.mark.off_contract
async def test_a_strange_answer_is_transient(body: Any) -> None:
    """Whatever comes instead of rows, the chain goes on."""
    with respx.mock(base_url=API) as router:
        router.get("/oncalls").respond(json=body)
        with pytest.raises(Transient, match="shape"):
            await rota().who(SCHEDULE, AT)


async def test_the_region_is_a_setting() -> None:
    """An account in the EU has another host."""
    with service(FILE, "https://api.eu.pagerduty.com") as router:
        router.get("/oncalls").respond(json=EMPTY)
        assert not await rota(api_url="https://api.eu.pagerduty.com/").who(SCHEDULE, AT)


async def test_schedules_are_offered_for_a_first_policy(pagerduty: respx.Router) -> None:
    """One call, in the policy's words and with the name that people know."""
    named: dict[str, Any] = {
        "type": "schedule",
        "time_zone": "Europe/Berlin",
        "schedule_layers": [],
    }
    rows = [{**named, "id": id_, "name": name} for id_, name in (("PI7DH85", "Payments"), ("PI7DH86", "Platform"))]
    listed = {key: value for key, value in EMPTY.items() if key != "oncalls"} | {"schedules": rows}
    pagerduty.get("/schedules").respond(json=listed)
    source = rota()
    assert isinstance(source, Offers)
    assert await source.offers() == [
        Offer({"source": "pagerduty", "schedule": "PI7DH85"}, "PagerDuty's schedule Payments"),
        Offer({"source": "pagerduty", "schedule": "PI7DH86"}, "PagerDuty's schedule Platform"),
    ]
