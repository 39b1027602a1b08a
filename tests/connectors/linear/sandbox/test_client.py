"""The real client and the real door meet the sandbox over its socket."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.assembly import manifests
from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, SetDue
from app.core.delivery import Hearing
from app.core.errors import Denied, Transient
from app.core.policy import Policy
from app.core.snapshot import Snapshot
from app.core.text import Block, Text
from app.policy_file import parse_policy
from app.ports import Applied, Tracker
from app.ports.spending import Spender, Spending
from connectors.linear.sandbox import LinearSandbox
from tests.connectors.doors import Seal
from tests.connectors.doors import seal as worth_of
from tests.connectors.linear.sandbox.receiving import Inbox

ADA, GRACE, LINUS = "ada@acme.test", "grace@acme.test", "linus@acme.test"
QUESTION, THANKS = (Text((Block((words,)),)) for words in ("Which class?", "Thank you."))


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Give the sandbox's policy, read as the service reads it."""
    return parse_policy(LinearSandbox().policy(), "followthrough.yaml", manifests())


async def connect(sandbox: LinearSandbox, policy: Policy, folder: Path, *, oauth: bool = False) -> Tracker:
    """Join the connector to the sandbox by nothing but its settings."""
    manifest = manifests()["linear"]
    assert manifest.tracker is not None
    env = folder / "env"
    env.write_text("".join(f"{name}={told}\n" for name, told in sandbox.environment(oauth=oauth).items()))
    return manifest.tracker(manifest.settings(_env_file=env), policy)


@pytest.fixture
async def tracker(sandbox: LinearSandbox, policy: Policy, tmp_path: Path) -> AsyncIterator[Tracker]:
    """Give the real client, joined to the sandbox."""
    tracker = await connect(sandbox, policy, tmp_path)
    yield tracker
    await tracker.aclose()


async def look(tracker: Tracker, item: str) -> Snapshot:
    """Return what the client sees of one item."""
    return (await tracker.look([item]))[item]


async def apply(tracker: Tracker, item: str, *changes: Change) -> Applied:
    """Let the client write, and see that nothing is refused."""
    applied = await tracker.apply(await look(tracker, item), changes)
    assert not applied.refused
    return applied


async def test_the_client_sees_what_people_did(sandbox: LinearSandbox, tracker: Tracker, item: str) -> None:
    """Labels, place, people, epics, comments and former keys arrive as people left them, many items in one call."""
    await sandbox.update(item, ADA, team="OPS", state="In Progress", assignee=ADA, epic="Shared work", due="2026-12-24")
    await sandbox.comment(item, ADA, "On it")
    other = await sandbox.create(GRACE, "Other", epic="ENG-12")
    seen = await tracker.look([item, other, "key:ENG-13", "11111111-1111-4111-8111-111111111111"])
    assert set(seen) == {item, other, "key:ENG-13"}
    snapshot = seen[item]
    assert (snapshot.key, snapshot.old_keys, snapshot.team) == ("OPS-1", ("ENG-13",), "OPS")
    assert (snapshot.labels, snapshot.state, snapshot.due) == (("post-mortem",), "In Progress", date(2026, 12, 24))
    assert snapshot.assignee is not None
    assert snapshot.assignee.email == ADA
    assert [(epic.kind, epic.title) for epic in snapshot.epics] == [("project", "Shared work")]
    assert [epic.kind for epic in seen[other].epics] == ["parent"]
    assert [(comment.body, comment.ours) for comment in snapshot.comments] == [("On it", False)]


async def test_an_operational_item_is_moved_in_one_write(
    sandbox: LinearSandbox, tracker: Tracker, policy: Policy, item: str
) -> None:
    """Team, state, cycle, assignee, due date and labels go in one call, and a second look finds it on the board."""
    linus = await tracker.person(ids={}, email=LINUS, name=None)
    assert linus is not None
    target = policy.routes[0].boards["linear"]
    sandbox.clear_calls()
    moves = (MoveToBoard("platform", target), Assign(linus), SetDue(date(2026, 12, 24)), AddLabel("operational"))
    await apply(tracker, item, *moves)
    assert list(sandbox.writes()) == ["issueUpdate"]
    now = sandbox.view(item)
    assert (now["team"], now["state"], now["assignee"], now["due"]) == ("OPS", "Todo", LINUS, "2026-12-24")
    assert now["labels"] == ["post-mortem", "operational"]
    assert (await tracker.board(await look(tracker, item), target, None)).here


async def test_a_strategic_item_is_linked_to_its_project(sandbox: LinearSandbox, tracker: Tracker, item: str) -> None:
    """The client finds the route's project by name and puts the item under it."""
    fact = await tracker.epic(await look(tracker, item), {"project": "Q4 Reliability"})
    assert fact.epic is not None
    assert fact.epic.owner is not None
    assert (fact.under, fact.epic.owner.email) == (False, ADA)
    await apply(tracker, item, LinkToEpic("platform", fact.epic))
    assert sandbox.view(item)["epic"] == "Q4 Reliability"
    assert (await tracker.epic(await look(tracker, item), {"project": "Q4 Reliability"})).under


async def test_the_comment_is_made_once_and_edited(sandbox: LinearSandbox, tracker: Tracker, item: str) -> None:
    """A comment whose answer was lost is not doubled, and the same one is edited later."""
    sandbox.fail_next(1, "drop_after")
    snapshot = await look_past_fault(sandbox, tracker, item)
    sandbox.fail_next(1, "drop_after")
    with pytest.raises(Transient):
        await tracker.apply(snapshot, [Say(QUESTION)])
    applied = await tracker.apply(snapshot, [Say(QUESTION)])
    assert applied.comment_id is not None
    assert len(sandbox.view(item)["comments"]) == 1
    await apply(tracker, item, Say(THANKS, comment_id=applied.comment_id))
    (comment,) = sandbox.view(item)["comments"]
    assert comment["by"] == "followthrough@acme.test"
    assert "Thank you." in comment["body"]


async def look_past_fault(sandbox: LinearSandbox, tracker: Tracker, item: str) -> Snapshot:
    """Look although the first answer is lost: reads are tried again."""
    calls = len(sandbox.calls())
    snapshot = await look(tracker, item)
    assert len(sandbox.calls()) > calls + 1
    return snapshot


async def test_labels_come_off_and_choices_are_read_from_history(sandbox: LinearSandbox, tracker: Tracker) -> None:
    """Who put a class label on an item is read from its history; a label goes off again."""
    old = await sandbox.create(GRACE, "Old", ["post-mortem"], created_at=datetime.now(UTC) - timedelta(days=7))
    await sandbox.update(old, ADA, labels=["post-mortem", "strategic"])
    await sandbox.update(old, LINUS, labels=["post-mortem", "strategic", "operational"])
    choices = await tracker.choices(await look(tracker, old), ["operational", "strategic"])
    assert [(choice.label, choice.by and choice.by.email) for choice in choices] == [
        ("strategic", ADA),
        ("operational", LINUS),
    ]
    await apply(tracker, old, RemoveLabel("strategic"))
    assert sandbox.view(old)["labels"] == ["post-mortem", "operational"]


async def test_reconcile_pages_through_what_is_watched(
    sandbox: LinearSandbox, tracker: Tracker, policy: Policy, item: str
) -> None:
    """Watched items are found by label and team; archived ones only among what changed lately."""
    await sandbox.create(GRACE, "Nothing to us", ["bug"])
    gone = await sandbox.create(GRACE, "Done long ago", ["post-mortem"])
    await sandbox.archive(gone)
    seen = [one async for page in tracker.watched(policy.watch) for one in page]
    assert {one.id for one in seen} == {item}
    sandbox.age(item, timedelta(hours=3))
    for hours, expected in ((2, {gone}), (4, {item, gone})):
        late = [one async for page in tracker.watched(policy.watch, timedelta(hours=hours)) for one in page]
        assert {one.id for one in late} == expected


async def test_triage_duty_is_a_rota(sandbox: LinearSandbox, policy: Policy, tracker: Tracker) -> None:
    """The connector reads from the sandbox who is on call."""
    manifest = manifests()["linear"]
    assert manifest.on_call is not None
    settings = manifest.settings(
        **{name.removeprefix("FOLLOWTHROUGH_LINEAR_").lower(): told for name, told in sandbox.environment().items()}
    )
    on_call = manifest.on_call(settings, policy, {"linear": tracker})
    (caller,) = await on_call.who({"team": "OPS"}, datetime.now(UTC))
    assert caller.email == LINUS


async def test_an_app_mints_its_token_anew_once_it_is_refused(
    sandbox: LinearSandbox, policy: Policy, tmp_path: Path, item: str
) -> None:
    """With client credentials the client goes on working after its token was revoked; a wrong key is an error."""
    tracker = await connect(sandbox, policy, tmp_path, oauth=True)
    await look(tracker, item)
    sandbox.revoke_tokens()
    assert (await look(tracker, item)).key == "ENG-13"
    await tracker.aclose()
    wrong = manifests()["linear"]
    assert wrong.tracker is not None
    stranger = wrong.tracker(wrong.settings(api_key="guess", api_url=f"{sandbox.url}/graphql"), policy)
    with pytest.raises(Denied):
        await stranger.look([item])
    await stranger.aclose()


async def test_the_door_takes_what_the_sandbox_sends(sandbox: LinearSandbox, inbox: Inbox, item: str) -> None:
    """Every webhook passes the connector's door: signed, in time, with an id, and about our item."""
    manifest = manifests()["linear"]
    assert manifest.door is not None
    door = manifest.door()
    await sandbox.update(item, ADA, team="OPS")
    await sandbox.comment(item, ADA, "/operational")
    await sandbox.delete(item, ADA)
    await sandbox.drain()
    secrets = [sandbox.environment()["FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS"]]
    assert len(inbox.got) == 4
    for headers, raw in inbox.got:
        assert worth_of(door, headers, raw, secrets, datetime.now(UTC)) is Seal.GOOD
        assert worth_of(door, headers, raw + b" ", secrets, datetime.now(UTC)) is Seal.WRONG
        assert door.delivery_id(headers) == headers["linear-delivery"]
        heard = door.hear(headers, json.loads(raw))
        assert (heard.hearing, heard.items) == (Hearing.HANDLED, (item,))
        assert heard.by is not None
        assert heard.by.email == ADA


async def test_what_is_spent_and_left_is_known(sandbox: LinearSandbox, policy: Policy, tmp_path: Path) -> None:
    """Linear says with each answer what is left of both its budgets."""
    tracker = await connect(sandbox, policy, tmp_path)
    try:
        assert isinstance(tracker, Spender)
        assert tracker.spending() == Spending()
        await tracker.check()
        spent = tracker.spending()
    finally:
        await tracker.aclose()
    assert spent.calls == {"ok": len(sandbox.calls())}
    assert set(spent.left) == {"requests", "complexity"}
    for left, limit in spent.left.values():
        assert limit is not None
        assert 0 < left < limit
