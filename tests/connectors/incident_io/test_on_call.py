"""Who incident.io says is on call, by answers that its OpenAPI file allows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import respx
from pydantic import SecretStr, ValidationError

from app.core.errors import Denied, FollowthroughError, NotFound, RateLimited, Transient
from app.core.policy import Policy
from app.ports import Caller, OnCall
from app.ports.surveyor import Offer, Offers
from connectors.incident_io import MANIFEST
from connectors.incident_io.settings import IncidentIoSettings
from connectors.incident_io.source import IncidentIoSource
from tests.contract_on_call import service

API = "https://api.incident.io"
FILE = "incident-io/oncall-followups-subset.json"
PATH = "/v2/schedules/SCHED"
AT = datetime(2026, 11, 23, 14, tzinfo=UTC)
TOKEN = "inc-secret-key"
LINUS = {"id": "U1", "name": "Linus Duty", "role": "unset", "email": "linus@acme.test", "slack_user_id": "S1"}
GRACE = {"id": "U2", "name": "Grace Hopper", "role": "unset"}
STAMP = "2026-11-23T09:00:00Z"


@pytest.fixture
def incident_io() -> Iterator[respx.Router]:
    """Mock incident.io."""
    with service(FILE, API) as router:
        yield router


def rota() -> OnCall:
    """Return the rota as the service joins it."""
    assert MANIFEST.on_call is not None
    return MANIFEST.on_call(IncidentIoSettings(token=SecretStr(TOKEN)), Policy(()), {})


def shift(user: dict[str, str] | None, rotation: str = "R1") -> dict[str, Any]:
    """Return a shift that goes on now."""
    times = {"start_at": STAMP, "end_at": "2026-11-30T09:00:00Z", "fingerprint": "f"}
    return {**times, "rotation_id": rotation, "layer_id": "L1", **({"user": user} if user else {})}


def schedule(*shifts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a schedule with these shifts."""
    body = {
        "id": "SCHED",
        "name": "Primary",
        "timezone": "Europe/London",
        "team_ids": [],
        "permalink": "https://x.test",
    }
    stamps = {"created_at": STAMP, "updated_at": STAMP, "annotations": {}}
    return {"schedule": {**body, **stamps, "current_shifts": list(shifts), **more}}


async def test_people_of_current_shifts_are_named_once(incident_io: respx.Router) -> None:
    """All rotations count, in the schedule's order; e-mail and Slack id are there where incident.io shows them."""
    body = schedule(shift(LINUS), shift(GRACE, "R2"), shift(LINUS, "R3"))
    route = incident_io.get(PATH).respond(json=body)
    assert list(await rota().who({"schedule": "SCHED"}, AT)) == [
        Caller("Linus Duty", "linus@acme.test", {"incident_io": "U1", "slack": "S1"}),
        Caller("Grace Hopper", None, {"incident_io": "U2"}),
    ]
    assert route.calls.last.request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_one_rotation_may_be_named(incident_io: respx.Router) -> None:
    """A secondary rotation does not count where the primary is named."""
    incident_io.get(PATH).respond(json=schedule(shift(LINUS), shift(GRACE, "R2")))
    (caller,) = await rota().who({"schedule": "SCHED", "rotation": "R2"}, AT)
    assert caller.name == "Grace Hopper"


@pytest.mark.parametrize("shifts", [(), (shift(None),)])
async def test_a_gap_is_nobody(incident_io: respx.Router, shifts: tuple[dict[str, Any], ...]) -> None:
    """No shift, and a shift without a user, mean that nobody is on call."""
    incident_io.get(PATH).respond(json=schedule(*shifts))
    assert list(await rota().who({"schedule": "SCHED"}, AT)) == []


async def test_a_schedule_that_shows_no_shifts_is_nobody(incident_io: respx.Router) -> None:
    """The shifts may be absent altogether."""
    body = schedule()
    del body["schedule"]["current_shifts"]
    incident_io.get(PATH).respond(json=body)
    assert list(await rota().who({"schedule": "SCHED"}, AT)) == []


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (401, Denied, "FOLLOWTHROUGH_INCIDENT_IO_TOKEN"),
        (403, Denied, "view schedules"),
        (404, NotFound, "id of a schedule"),
        (422, NotFound, "422"),
        (429, RateLimited, "slow down"),
    ],
)
async def test_refusals_say_what_helps(
    incident_io: respx.Router, status: int, error: type[FollowthroughError], says: str
) -> None:
    """Each refusal is an error that the chain understands, and shows no key."""
    incident_io.get(PATH).respond(status, json={"type": TOKEN, "status": status}, headers={"retry-after": "60"})
    with pytest.raises(error, match=says) as caught:
        await rota().who({"schedule": "SCHED"}, AT)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("body", [{}, {"schedule": []}, {"schedule": {"current_shifts": [{"user": {"id": 1}}]}}])
async def test_a_strange_answer_is_transient(body: Any) -> None:
    """Whatever comes instead of a schedule, the chain goes on."""
    with respx.mock(base_url=API, assert_all_called=True, assert_all_mocked=True) as router:
        router.get(PATH).respond(json=body)
        with pytest.raises(Transient, match="shape"):
            await rota().who({"schedule": "SCHED"}, AT)


def test_a_key_turns_it_on() -> None:
    """Without a key it is off, and says which setting is lacking."""
    assert not MANIFEST.configured(IncidentIoSettings())
    assert "FOLLOWTHROUGH_INCIDENT_IO_TOKEN" in MANIFEST.missing(IncidentIoSettings())[0]
    assert MANIFEST.configured(IncidentIoSettings(token=SecretStr("key")))


def test_the_address_must_be_one() -> None:
    """A bare host name would only fail later."""
    with pytest.raises(ValidationError, match=r"must be the API's address"):
        IncidentIoSettings(api_url="api.incident.io")


@pytest.mark.parametrize("words", [{}, {"schedule": ""}, {"schedule": "a", "rotation": ""}, {"schedule": "a", "x": 1}])
def test_a_schedule_is_named(words: dict[str, object]) -> None:
    """A schedule, perhaps a rotation, and nothing else."""
    with pytest.raises(ValidationError):
        IncidentIoSource.model_validate(words)


async def test_schedules_are_offered_for_a_first_policy(incident_io: respx.Router) -> None:
    """One call, in the policy's words and with the name that people know."""
    page = {"pagination_meta": {"page_size": 25}, "schedules": [schedule()["schedule"]]}
    incident_io.get("/v2/schedules").respond(json=page)
    source = rota()
    assert isinstance(source, Offers)
    assert await source.offers() == [
        Offer({"source": "incident_io", "schedule": "SCHED"}, "incident.io's schedule Primary")
    ]
