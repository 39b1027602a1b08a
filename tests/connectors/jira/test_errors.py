"""Read Jira's refusals as what helps: wait, mend the credentials, or give up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from app.core.change import AddLabel, Assign, LinkToEpic, Say, SetDue
from app.core.errors import Denied, FollowthroughError, NotFound, Permanent, RateLimited, Transient
from app.core.person import Person
from app.core.snapshot import Epic
from app.core.text import Text, paragraph
from app.ports.spending import Allowance, Spending
from connectors._kit import http
from connectors._kit.http import Answer
from connectors.jira.errors import Refused, read_error, sentence
from connectors.jira.wire import snapshot_in
from tests.connectors.jira.mocked import SITE, TOKEN, connect, issue, known
from tests.connectors.jira.test_wire import CLOUD

ITEM = snapshot_in(issue(), CLOUD)
EPIC = Epic("parent", "1", "PM-1", "Reliability", "https://acme.test/browse/PM-1")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client wait shortly between its tries."""
    monkeypatch.setattr(http, "_pause", lambda _state: 0.001)


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    """Return an answer with these headers."""
    return Answer(status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), body)


@pytest.mark.parametrize(
    ("given", "kind", "wait"),
    [
        (answer(429, retry_after="7"), RateLimited, 7.0),
        (answer(429, retry_after="7", ratelimit_reason="jira-quota-tenant-based"), RateLimited, 7.0),
        (answer(429, retry_after="2", ratelimit_reason="jira-per-issue-on-write"), Transient, 2.0),
        (answer(429, ratelimit_reason="jira-burst-based"), RateLimited, None),
        (answer(429, retry_after="soon", x_ratelimit_reset="soon"), RateLimited, None),
        (answer(429, x_ratelimit_reset="2020-01-01T00:00Z"), RateLimited, 0.0),
        (answer(401), Denied, None),
        (answer(403, {"errorMessages": ["No."]}), Denied, None),
        (answer(404), NotFound, None),
        (answer(410), NotFound, None),
        (answer(400, {"errorMessages": [], "errors": {"labels": "No."}}), Refused, None),
        (answer(413), Refused, None),
        (answer(302), Denied, None),
    ],
)
def test_a_refusal_is_told_by_status_and_header(given: Answer, kind: type[Exception], wait: float | None) -> None:
    """Each refusal becomes the error that says what helps, with the time to wait where Jira gives one."""
    error = read_error(given)
    assert type(error) is kind
    assert getattr(error, "retry_after", None) == wait


def test_the_reset_time_stands_in_for_retry_after() -> None:
    """Where only the time of the reset is given, the wait is until then."""
    reset = (datetime.now(UTC) + timedelta(seconds=90)).isoformat()
    for text in (reset, reset.replace("+00:00", "")):
        error = read_error(answer(429, x_ratelimit_reset=text))
        assert isinstance(error, RateLimited)
        assert 80 < (error.retry_after or 0) <= 90


@pytest.mark.parametrize("status", [200, 204, 409, 500, 502, 503])
def test_the_rest_is_read_as_usual(status: int) -> None:
    """Good answers, conflicts and failing servers are read by their status alone."""
    assert read_error(answer(status)) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        ({"errorMessages": ["One.", "", 7], "errors": {"a": "Two."}}, "One. Two."),
        ({"errors": [{"message": "Listed."}, 7, {}]}, "Listed."),
        ({"code": 401, "message": "scope does not match"}, "scope does not match"),
        ({"errorMessages": "text", "errors": "text"}, ""),
        ({"errorMessages": ["x" * 1000]}, "x" * 300),
    ],
)
def test_every_shape_of_error_is_read(body: Any, said: str) -> None:
    """Jira's sentences are found in each of its error shapes, and cut when they are endless."""
    assert sentence(body) == said


def test_a_locked_account_says_so() -> None:
    """After too many wrong log-ins Jira wants a captcha solved; the header tells."""
    error = read_error(answer(401, x_seraph_loginreason="AUTHENTICATION_DENIED"))
    assert "CAPTCHA" in str(error)


@respx.mock(base_url=SITE)
async def test_no_error_shows_the_token(respx_mock: respx.Router) -> None:
    """Neither the token nor what it is sent as stands in an error."""
    respx_mock.get("/rest/api/3/serverInfo").respond(401, json={"message": "no"})
    tracker = connect()
    with pytest.raises(Denied) as caught:
        await tracker.look(["10006"])
    sent = respx_mock.calls[0].request.headers["authorization"]
    assert TOKEN not in str(caught.value)
    assert sent.split()[1] not in str(caught.value)
    await tracker.aclose()


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        ({"return_value": httpx.Response(401)}, "jira.credentials"),
        ({"return_value": httpx.Response(404)}, "jira.address"),
        ({"return_value": httpx.Response(302, headers={"location": "https://login.test"})}, "jira.credentials"),
        ({"return_value": httpx.Response(200, text="<html>")}, "jira.unreachable"),
        ({"return_value": httpx.Response(200, json=[])}, "jira.unreachable"),
        ({"side_effect": httpx.ConnectError("refused")}, "jira.unreachable"),
    ],
)
async def test_the_check_names_what_is_wrong(failure: dict[str, Any], problem: str) -> None:
    """A wrong address, wrong credentials and a Jira that is down are told apart, each with a hint."""
    async with respx.mock(base_url=SITE, assert_all_called=False) as router:
        router.get("/rest/api/3/serverInfo").mock(**failure)
        router.get("/rest/api/2/serverInfo").mock(**failure)
        tracker = connect()
        (found,) = await tracker.check()
        assert found.id == problem
        assert found.hint
        assert "and the network" not in found.message
        await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_an_account_that_is_nobody_is_a_passing_trouble(respx_mock: respx.Router) -> None:
    """When Jira does not say who we are, nothing can be told apart from our own writes: it is tried later."""
    respx_mock.get("/rest/api/3/serverInfo").respond(json={"deploymentType": "Cloud", "baseUrl": SITE})
    respx_mock.get("/rest/api/3/myself").respond(json={})
    tracker = connect()
    with pytest.raises(Transient):
        await tracker.look(["10006"])
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_an_issue_that_cannot_be_read_with_others_is_read_alone(respx_mock: respx.Router) -> None:
    """Cloud may fail to read single issues of a batch; each is read by itself, and holds up no other."""
    known(respx_mock)
    errors = [{"id": "10006", "errorMessage": "try later"}]
    found = {"issues": [issue(7)], "issueErrors": errors}
    respx_mock.post("/rest/api/3/issue/bulkfetch").respond(json=found)
    alone = respx_mock.get("/rest/api/3/issue/10006")
    alone.side_effect = [httpx.Response(200, json=issue(6)), *[httpx.Response(503)] * 3]
    tracker = connect()
    assert sorted(await tracker.look(["10006", "10007"])) == ["10006", "10007"]
    with pytest.raises(Transient):
        await tracker.look(["10006", "10007"])
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_an_unnamed_refusal_is_narrowed_down(respx_mock: respx.Router) -> None:
    """When Jira does not say which field it refuses, each change is sent for itself."""
    known(respx_mock)
    edit = respx_mock.put("/rest/api/3/issue/10006")
    no = httpx.Response(400, json={"errorMessages": ["Not on this screen."], "errors": {}})
    edit.side_effect = [no, httpx.Response(204), no, httpx.Response(204)]
    tracker = connect()
    day = SetDue(ITEM.created_at.date())
    link = LinkToEpic("r", EPIC)
    applied = await tracker.apply(ITEM, [AddLabel("a"), day, link])
    assert applied.refused == {"set_due": "Not on this screen."}
    assert (applied.done, applied.snapshot) == ((AddLabel("a"), link), None)
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_only_what_is_refused_is_left_out(respx_mock: respx.Router) -> None:
    """The field that Jira names is taken out, with Jira's sentence for its change, and the rest is sent again."""
    known(respx_mock)
    errors = {"assignee": "Cannot be assigned.", "other": "Something else."}
    edit = respx_mock.put("/rest/api/3/issue/10006")
    edit.side_effect = [httpx.Response(400, json={"errors": errors}), httpx.Response(200, json=issue(labels=["a"]))]
    tracker = connect()
    applied = await tracker.apply(ITEM, [AddLabel("a"), Assign(Person("1", "One"))])
    assert applied.refused == {"assign": "Cannot be assigned."}
    assert applied.snapshot is not None
    assert applied.snapshot.labels == ("a",)
    await tracker.aclose()


@pytest.mark.parametrize("shown", [{"id": "10006", "fields": {"labels": ["a"]}}, {"id": "10006"}])
@respx.mock(base_url=SITE)
async def test_half_an_issue_is_not_taken_for_all_of_it(respx_mock: respx.Router, shown: dict[str, Any]) -> None:
    """An answer that shows only the edited fields is no snapshot."""
    known(respx_mock)
    respx_mock.put("/rest/api/3/issue/10006").respond(json=shown)
    tracker = connect()
    applied = await tracker.apply(ITEM, [AddLabel("a")])
    assert (applied.done, applied.snapshot) == ((AddLabel("a"),), None)
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_an_issue_whose_comments_are_cut_is_not_taken_for_all_of_it(respx_mock: respx.Router) -> None:
    """An answer that shows the first of many comments is no snapshot: the last are what counts."""
    known(respx_mock)
    respx_mock.put("/rest/api/3/issue/10006").respond(json=issue(comment={"comments": [], "total": 101}))
    tracker = connect()
    assert (await tracker.apply(ITEM, [AddLabel("a")])).snapshot is None
    await tracker.aclose()


@pytest.mark.parametrize(("status", "refused"), [(403, True), (413, True), (400, True), (401, False)])
async def test_a_comment_that_may_not_be_made_does_not_undo_the_rest(status: int, *, refused: bool) -> None:
    """When the account may not comment, or no more comments fit, the edit stands; dead credentials are raised."""
    async with respx.mock(base_url=SITE) as router:
        known(router)
        router.put("/rest/api/3/issue/10006").respond(204)
        router.get("/rest/api/3/issue/10006/comment").respond(json={"comments": [], "total": 0})
        router.post("/rest/api/3/issue/10006/comment").respond(status, json={"errorMessages": ["No."]})
        tracker = connect()
        say = Say(Text((paragraph("Hello"),)))
        if not refused:
            await tracker.look([])
            router.get("/rest/api/3/myself").respond(401)
            with pytest.raises(Denied):
                await tracker.apply(ITEM, [AddLabel("a"), say])
        else:
            applied = await tracker.apply(ITEM, [AddLabel("a"), say])
            assert (applied.done, set(applied.refused)) == ((AddLabel("a"),), {"say"})
        await tracker.aclose()


async def test_a_jira_without_a_fitting_link_refuses_to_relate() -> None:
    """Where no kind of link says "related", the link is refused with that reason."""
    async with respx.mock(base_url=SITE) as router:
        known(router)
        kinds = [{"id": "1", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}]
        router.get("/rest/api/3/issueLinkType").respond(json={"issueLinkTypes": kinds})
        tracker = connect()
        applied = await tracker.apply(ITEM, [LinkToEpic("r", EPIC, relate=True)])
        assert "no kind of issue link" in applied.refused["link_to_epic"]
        await tracker.aclose()


async def test_a_renamed_link_is_found_by_what_it_says() -> None:
    """A kind of link that reads the same both ways stands in for the one called Relates."""
    async with respx.mock(base_url=SITE) as router:
        known(router)
        kinds = [{"id": "2", "name": "Zusammenhang", "inward": "hängt zusammen", "outward": "hängt zusammen"}]
        router.get("/rest/api/3/issueLinkType").respond(json={"issueLinkTypes": kinds})
        router.post("/rest/api/3/issueLink", json__type__name="Zusammenhang").respond(201)
        tracker = connect()
        change = LinkToEpic("r", EPIC, relate=True)
        assert (await tracker.apply(ITEM, [change])).done == (change,)
        await tracker.aclose()


def test_errors_are_ours() -> None:
    """A refused request is one of the errors that the flow knows."""
    assert issubclass(Refused, Permanent)
    assert issubclass(Refused, FollowthroughError)


@respx.mock(base_url=SITE)
async def test_what_is_left_of_the_budget_is_known(respx_mock: respx.Router) -> None:
    """Cloud and Data Center say it in the same headers, where they say it at all."""
    known(respx_mock)
    tracker = connect()
    await tracker.dialect()
    assert tracker.spending() == Spending({"ok": 3})
    headers = {"X-RateLimit-Remaining": "80", "X-RateLimit-Limit": "100"}
    respx_mock.get("/rest/api/3/issue/1/changelog").respond(json={"values": []}, headers=headers)
    await tracker._client.call("GET", "/rest/api/3/issue/1/changelog")
    await tracker.aclose()
    assert tracker.spending() == Spending({"ok": 4}, {"requests": Allowance(80, 100)})
