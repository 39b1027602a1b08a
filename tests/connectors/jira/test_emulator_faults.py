"""Meet a Jira that fails: lost answers, conflicts, rate limits, gateways that answer pages."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from app.core.change import AddLabel, Change, Say
from app.core.errors import Denied, RateLimited, Transient
from app.core.text import Text, paragraph
from app.ports import METER, Meter
from connectors._kit import http
from tests.connectors.jira.emulated import OPS, Emulated, policy

CHANGES: list[Change] = [AddLabel("operational"), Say(Text((paragraph("Please sort this."),)))]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client wait shortly between its tries."""
    monkeypatch.setattr(http, "_pause", lambda _state: 0.001)


async def test_a_comment_whose_answer_was_lost_is_not_doubled(jira: Emulated) -> None:
    """When the answer to a new comment is lost the run fails, and the next one finds the comment."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    jira.control.faults({"op": "^POST issue/ID/comment$", "kind": "drop_after", "count": 1})
    with pytest.raises(Transient):
        await tracker.apply(snapshot, CHANGES)
    applied = await tracker.apply(await jira.look(tracker, "PM-6"), CHANGES)
    comments = jira.control.get("PM-6")["comments"]
    assert [comment["id"] for comment in comments] == [applied.comment_id]


@pytest.mark.parametrize("kind", ["drop_after", "drop", "conflict"])
async def test_an_edit_that_failed_is_looked_at_before_it_is_sent_again(jira: Emulated, kind: str) -> None:
    """An edit whose answer was lost, that never arrived or met another one takes effect once."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    jira.control.faults({"op": "^PUT issue/ID$", "kind": kind, "count": 1})
    with pytest.raises(Transient) as caught:
        await tracker.apply(snapshot, CHANGES)
    assert not isinstance(caught.value, RateLimited)
    assert jira.control.get("PM-6")["comments"] == []
    applied = await tracker.apply(await jira.look(tracker, "PM-6"), CHANGES)
    assert applied.done == tuple(CHANGES)
    assert jira.control.get("PM-6")["labels"] == ["post-mortem", "operational"]
    assert jira.writes() == ["PUT issue/ID", "POST issue/ID/comment"]


async def test_a_comment_whose_edit_lost_its_answer_is_not_edited_again(jira: Emulated) -> None:
    """The next look shows that it reads as it should."""
    tracker = jira.connect()
    first = await tracker.apply(await jira.look(tracker, "PM-6"), CHANGES)
    again = Say(Text((paragraph("Sorted."),)), first.comment_id)
    jira.control.faults({"op": "^PUT issue/ID/comment/ID$", "kind": "drop_after", "count": 1})
    with pytest.raises(Transient):
        await tracker.apply(await jira.look(tracker, "PM-6"), [again])
    applied = await tracker.apply(await jira.look(tracker, "PM-6"), [again])
    assert (applied.done, applied.comment_id) == ((again,), first.comment_id)
    assert jira.writes()[-2:] == ["POST issue/ID/comment", "PUT issue/ID/comment/ID"]


async def test_a_comment_that_is_hidden_for_a_moment_is_not_gone(jira: Emulated) -> None:
    """Jira's 404 for what we may not see just now is a passing trouble, never a reason for a second comment."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    first = await tracker.apply(snapshot, CHANGES)
    again = Say(Text((paragraph("Sorted."),)), first.comment_id)
    jira.control.raw("project", "PM", permissions={"BROWSE_PROJECTS": ["ada@acme.test"]})
    with pytest.raises(Transient):
        await tracker.apply(snapshot, [again])
    jira.control.raw("project", "PM", permissions={})
    absent = {"op": "^PUT issue/ID/comment/ID$", "kind": "status", "status": 404, "body": {"errorMessages": ["?"]}}
    jira.control.faults({**absent, "count": 1})
    with pytest.raises(Transient):
        await tracker.apply(snapshot, [again])
    assert (await tracker.apply(snapshot, [again])).comment_id == first.comment_id
    assert len(jira.control.get("PM-6")["comments"]) == 1


async def test_a_comment_that_is_not_shown_in_the_answer_is_looked_for(jira: Emulated) -> None:
    """An empty answer with status 200, as a proxy may give, is not taken for a comment that was written."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    jira.control.faults(
        {"op": "^POST issue/ID/comment$", "kind": "status_after", "status": 200, "body": "", "count": 1}
    )
    with pytest.raises(Transient):
        await tracker.apply(snapshot, CHANGES[1:])
    applied = await tracker.apply(snapshot, CHANGES[1:])
    assert [comment["id"] for comment in jira.control.get("PM-6")["comments"]] == [applied.comment_id]


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_reads_are_tried_again(jira: Emulated, status: int) -> None:
    """A read that meets a failing server is tried again, within one look."""
    tracker = jira.connect()
    await jira.look(tracker, "PM-6")
    jira.control.faults({"op": "issue", "only": "read", "kind": "status", "status": status, "count": 2})
    assert (await jira.look(tracker, "PM-6")).key == "PM-6"


@pytest.mark.parametrize("body", ["<html>Maintenance</html>", ""], ids=["page", "nothing"])
async def test_a_page_instead_of_json_is_a_passing_trouble(jira: Emulated, body: str) -> None:
    """A proxy's page with status 200 is not taken for an answer, nor is an empty one."""
    tracker = jira.connect()
    await jira.look(tracker, "PM-6")
    jira.control.faults({"op": "issue", "kind": "status", "status": 200, "body": body})
    with pytest.raises(Transient):
        await jira.look(tracker, "PM-6")


@pytest.mark.parametrize("body", [{}, [], {"issues": None, "fields": None}, {"errorMessages": ["?"], "errors": {}}])
async def test_an_answer_that_lacks_what_was_asked_for_is_a_passing_trouble(jira: Emulated, body: Any) -> None:
    """JSON with status 200 that holds nothing of what was asked for is no error of ours, wherever it is met."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-12")
    jira.control.faults({"op": "^(?!.*myself)", "only": "read", "kind": "status", "status": 200, "body": body})
    calls: list[Awaitable[Any]] = [
        tracker.look([snapshot.id]),
        tracker.history([snapshot.id]),
        tracker.choices(snapshot, ["operational"]),
        tracker.board(snapshot, OPS, None),
        tracker.epic(snapshot, {"parent": "PM-1"}),
        tracker.apply(snapshot, CHANGES[1:]),
        anext(aiter(tracker.watched(policy().watch))),
    ]
    assert {type(error) for error in await asyncio.gather(*calls, return_exceptions=True)} == {Transient}


@pytest.mark.parametrize("body", [{}, [], {"errorMessages": ["?"], "errors": {}}])
@pytest.mark.parametrize("operation", ["GET serverInfo", "GET field", "GET myself"])
async def test_what_is_kept_for_a_day_is_not_learnt_from_another_answer(
    jira: Emulated, operation: str, body: Any
) -> None:
    """Which Jira it is, who we are and which fields there are is asked again where the answer told nothing of it."""
    tracker = jira.connect()
    jira.control.faults({"op": f"^{operation}$", "kind": "status", "status": 200, "body": body, "count": 1})
    with pytest.raises(Transient):
        await tracker.dialect()
    site = (await tracker.dialect()).site
    assert (site.cloud, site.fields.team is not None) == (not jira.data_center, True)


async def test_an_issue_that_was_written_too_often_waits_alone(cloud: Emulated) -> None:
    """The limit of one issue is a passing trouble of that item; other items and reads go on."""
    tracker = cloud.connect()
    snapshot = await cloud.look(tracker, "PM-6")
    cloud.control.settings(issue_writes=[[2, 30]])
    for label in ("a", "b"):
        await tracker.apply(snapshot, [AddLabel(label)])
    with pytest.raises(Transient) as caught:
        await tracker.apply(snapshot, [AddLabel("c")])
    assert not isinstance(caught.value, RateLimited)
    assert (caught.value.retry_after or 0) > 0
    assert (await tracker.apply(await cloud.look(tracker, "PM-7"), [AddLabel("c")])).done


async def test_the_tenants_limit_stops_everything(cloud: Emulated) -> None:
    """Any other limit asks everybody to wait, for as long as Jira says."""
    tracker = cloud.connect()
    snapshot = await cloud.look(tracker, "PM-6")
    cloud.control.exhaust(30)
    with pytest.raises(RateLimited) as caught:
        await tracker.apply(snapshot, [AddLabel("a")])
    assert 5 < (caught.value.retry_after or 0) <= 31
    cloud.control.exhaust(0)


async def test_every_call_is_counted(jira: Emulated) -> None:
    """The meter of the run counts each call, those that were tried again included."""
    tracker = jira.connect()
    await jira.look(tracker, "PM-6")
    jira.control.faults({"op": "issue", "only": "read", "kind": "status", "status": 503, "count": 1})
    meter = Meter()
    token = METER.set(meter)
    await jira.look(tracker, "PM-7")
    METER.reset(token)
    assert meter.calls == 2


async def test_a_scoped_token_goes_through_the_gateway(cloud: Emulated) -> None:
    """A scoped token is refused on the site's own address and works through the gateway; tickets open on the site."""
    with pytest.raises(Denied):
        await cloud.look(cloud.connect(api_token="jira-scoped-token"), "PM-6")
    cloud_id = cloud.control.health()["cloudId"]
    gateway = {"cloud_id": cloud_id, "gateway_url": cloud.control.base, "api_token": "jira-scoped-token"}
    tracker = cloud.connect(**gateway, browse_url="https://acme.test/")
    found = await cloud.look(tracker, "PM-6")
    assert found.url == "https://acme.test/browse/PM-6"
    assert (await tracker.apply(found, CHANGES)).done == tuple(CHANGES)


async def test_the_kind_of_jira_can_be_set(jira: Emulated) -> None:
    """With the deployment set and the address known Jira is not asked what it is."""
    tracker = jira.connect(deployment="data_center" if jira.data_center else "cloud")
    assert (await jira.look(tracker, "PM-6")).key == "PM-6"
    assert jira.count("GET serverInfo") == 0
