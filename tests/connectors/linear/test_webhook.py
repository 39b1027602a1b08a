"""The door: what is let in, and what it is about."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.delivery import Heard, Hearing
from connectors._kit.signature import sign
from connectors.linear.webhook import LinearDoor
from tests.connectors.doors import Seal
from tests.connectors.doors import seal as worth_of
from tests.contracts import need_shared

DOOR = LinearDoor()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "lin_wh_example"
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

HANDLED, IGNORED, UNKNOWN = Hearing.HANDLED, Hearing.IGNORED, Hearing.UNKNOWN
SAMPLES: dict[str, tuple[Hearing, str, str, bool, str]] = {
    # sample: hearing, event, beginning of the item's id, whether it is also named as an epic, who acted
    "2021-createIssue": (HANDLED, "Issue.create", "236e0fe8", False, ""),
    "2021-createProjectForDefault": (IGNORED, "Project.create", "", False, ""),
    "2021-createReaction": (IGNORED, "Reaction.create", "", False, ""),
    "2021-removeComment": (HANDLED, "Comment.remove", "236e0fe8", False, ""),
    "2021-removeIssue": (HANDLED, "Issue.remove", "ac36bcc2", True, ""),
    "2021-removeIssueLabel": (IGNORED, "IssueLabel.remove", "", False, ""),
    "2021-unknownAction": (UNKNOWN, "Issue.hogehoge", "", False, ""),
    "2021-updateCycleForRename": (IGNORED, "Cycle.update", "", False, ""),
    "2021-updateIssueAssign": (HANDLED, "Issue.update", "236e0fe8", True, ""),
    "2021-updateIssueCycle": (HANDLED, "Issue.update", "236e0fe8", True, ""),
    "2021-updateIssueDueDate": (HANDLED, "Issue.update", "236e0fe8", True, ""),
    "2021-updateProjectForRename": (HANDLED, "Project.update", "", True, ""),
    "2023-linearCommentCreated": (HANDLED, "Comment.create", "6a17c5cc", False, "person Morgan"),
    "2023-linearProjectUpdateCreated": (IGNORED, "ProjectUpdate.create", "", False, ""),
    "2023-zulip-comment_remove": (HANDLED, "Comment.remove", "f9a37fcf", False, ""),
    "2023-zulip-issue_create_complex": (HANDLED, "Issue.create", "3443a709", False, ""),
    "2023-zulip-issue_sub_issue_update": (HANDLED, "Issue.update", "f9a37fcf", True, ""),
    "2023-zulip-issue_update": (HANDLED, "Issue.update", "3443a709", True, ""),
    "2025-issue_create_grouped_label": (HANDLED, "Issue.create", "d42a1f7c", False, "person Test User"),
    "2025-issue_sla_breached": (IGNORED, "IssueSLA.breached", "", False, ""),
    "2025-issue_update_actor_null_sla_removed": (UNKNOWN, "Issue.update", "", False, ""),
    "2026-comment_create": (HANDLED, "Comment.create", "00000000", False, "person John Doe"),
    "2026-issue_create": (HANDLED, "Issue.create", "b451181e", False, "person Jane Doe"),
    "2026-issue_update_state": (HANDLED, "Issue.update", "00000000", True, "person John Doe"),
    "2026-zulip-comment_on_document": (IGNORED, "Comment.create", "", False, "person Test User"),
    "2026-zulip-project_auto_update_after_create": (HANDLED, "Project.update", "", True, "person Test User"),
    "2026-zulip-project_update_lead_set": (HANDLED, "Project.update", "", True, "person Test User"),
    "doc-comment_create": (HANDLED, "Comment.create", "539068e2", False, ""),
    "doc-oauth_app_revoked": (IGNORED, "OAuthApp.revoked", "", False, ""),
    "doc-permission_change": (IGNORED, "PermissionChange.teamAccessChanged", "", False, ""),
    "linear-solutions-authorizedUser": (HANDLED, "Issue.update", "issue-789", True, "person Admin User"),
    "linear-solutions-issueSLA": (IGNORED, "IssueSLA.set", "", False, "person Test User"),
    "linear-solutions-issueUpdate": (HANDLED, "Issue.update", "issue-123", True, "person Test User"),
}


def sample(name: str) -> Any:
    """Return the body of a webhook that somebody published."""
    path: Path = need_shared(f"webhook-samples/linear/{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))


def hear(body: Any) -> Heard:
    """Return what the door understands of a body."""
    return DOOR.hear({}, body)


def test_every_sample_has_its_line() -> None:
    """No published body is left out of the table."""
    found = {path.stem for path in need_shared("webhook-samples/linear").glob("*.json")}
    assert found - {"signature_vectors"} == set(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_samples_are_what_they_are(name: str) -> None:
    """Each published body is handled, ignored by name or unknown as the table says, with its item and its actor."""
    hearing, event, item, is_epic, by = SAMPLES[name]
    heard = hear(sample(name))
    assert (heard.hearing, heard.event, bool(heard.epics)) == (hearing, event, is_epic)
    assert len(heard.items) == bool(item)
    assert all(id_.startswith(item) for id_ in heard.items)
    acted = f"{'bot' if heard.by.bot else 'person'} {heard.by.name}" if heard.by else ""
    assert acted == by
    assert bool(heard.because) == (hearing is not HANDLED)


def test_hints_tell_labels_only_where_all_are_told() -> None:
    """Labels in groups, or fewer names than ids, tell nothing; an issue without labels has none."""
    assert hear(sample("2025-issue_create_grouped_label")).hint.labels is None
    assert hear(sample("2026-issue_create")).hint.labels is None
    assert hear(sample("2026-issue_update_state")).hint.labels == frozenset()
    full = hear(sample("2023-zulip-issue_update")).hint
    assert full.labels == frozenset({"Custom Label", "Feature", "Bug", "Improvement"})
    assert full.team == "WEB"
    assert hear(sample("2025-issue_create_grouped_label")).hint.project == "EM Metrics"
    assert hear(sample("2026-comment_create")).hint.team == "ENG"
    one = {"id": "1", "labelIds": ["a", "b"], "labels": [{"id": "a", "name": "x"}]}
    assert hear({"type": "Issue", "action": "update", "data": one}).hint.labels is None
    odd = {**one, "labels": [{"id": "a", "name": 7}, "b"]}
    assert hear({"type": "Issue", "action": "update", "data": odd}).hint.labels is None


@pytest.mark.parametrize("kind", ["Issue", "Comment", "Attachment"])
@pytest.mark.parametrize("action", ["create", "update", "remove", "restore"])
def test_everything_about_an_issue_names_it(kind: str, action: str) -> None:
    """Issues, comments and attachments are handled whatever happens to them."""
    data = {"id": "1"} if kind == "Issue" else {"id": "2", "issueId": "1"}
    heard = hear({"type": kind, "action": action, "data": data})
    assert (heard.hearing, heard.items) == (HANDLED, ("1",))


def test_every_type_that_a_webhook_can_have_is_known() -> None:
    """All resource types of the official schema are handled or ignored by name."""
    text = need_shared("contracts/linear/schema.graphql").read_text(encoding="utf-8")
    names = text.split("enum WebhookResourceType {")[1].split("}")[0].splitlines()
    types = [name.strip() for name in names if name.strip().isalpha()]
    assert len(types) > 15
    for kind in types:
        heard = hear({"type": kind, "action": "update", "data": {"id": "1", "issueId": "1"}})
        assert heard.hearing is not UNKNOWN, kind


def test_what_does_not_name_its_issue_is_unknown() -> None:
    """Without an id that can be one there is nothing to look at."""
    for kind in ("Issue", "Comment", "Attachment", "Project"):
        for id_ in (None, 7, "", "a\x00b", "\ud800", "x" * 1000, ["1"]):
            heard = hear({"type": kind, "action": "update", "data": {"id": id_, "issueId": id_}})
            assert (heard.hearing, heard.items, heard.epics) == (UNKNOWN, (), ())


@pytest.mark.parametrize(
    ("actor", "bot"),
    [
        ({"id": "1", "type": "user", "name": "Ada"}, False),
        ({"id": "1", "type": "User", "name": "Ada"}, False),
        ({"id": "1", "name": "Ada"}, False),
        ({"id": "1", "type": "externalUser", "name": "Ada"}, False),
        ({"id": "1", "type": "oauthClient", "name": "App"}, True),
        ({"id": "1", "type": "integration", "service": "github"}, True),
    ],
)
def test_people_and_machines_are_told_apart(actor: dict[str, str], bot: bool) -> None:
    """Users are people, in any spelling; apps and integrations are not."""
    by = hear({"type": "Issue", "action": "update", "actor": actor, "data": {"id": "1"}}).by
    assert by is not None
    assert (by.bot, by.name) == (bot, actor.get("name", "1"))


def test_who_writes_from_outside_is_told_by_the_webhook_too() -> None:
    """An external user is outside, a user is not."""
    for kind, outside in (("externalUser", True), ("user", False)):
        actor = {"id": "1", "type": kind, "name": "Ada"}
        by = hear({"type": "Issue", "action": "update", "actor": actor, "data": {"id": "1"}}).by
        assert by is not None
        assert by.outside is outside


def test_a_comment_through_an_app_is_a_machines() -> None:
    """A user with a bot beside them did not type it themselves."""
    body = {
        "type": "Comment",
        "action": "create",
        "actor": {"id": "1", "type": "user", "name": "Ada"},
        "data": {"issueId": "2", "botActor": {"id": "3", "type": "oauthClient"}},
    }
    by = hear(body).by
    assert by is not None
    assert by.bot


def test_text_that_no_database_holds_is_mended() -> None:
    """NULs and lone surrogates in names are replaced, so that they can be kept."""
    actor = {"id": "1", "type": "user", "name": "A\x00da \ud800", "email": "a\x00@acme.test"}
    by = hear({"type": "Issue", "action": "update", "actor": actor, "data": {"id": "1"}}).by
    assert by is not None
    assert (by.name, by.email) == ("Ada ?", "a@acme.test")


def odd_json() -> st.SearchStrategy[Any]:
    """Return a strategy for JSON with everything that is wrong in it."""
    words = st.sampled_from(
        ["type", "action", "data", "actor", "id", "issueId", "issue", "labels", "labelIds", "name", "Issue", "Comment"]
    )
    text = words | st.text(st.characters(codec=None), max_size=8)
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | text
    return st.recursive(leaves, lambda inside: st.lists(inside) | st.dictionaries(text, inside), max_leaves=20)


@UNHURRIED
@given(odd_json())
def test_no_body_raises(body: Any) -> None:
    """Whatever JSON comes, the door says what it is about in text that can be kept."""
    heard = hear(body)
    assert heard.event.encode() is not None
    assert heard.hearing in set(Hearing)


@UNHURRIED
@given(st.sampled_from(["Issue", "Comment", "Attachment", "Project"]), odd_json(), odd_json())
def test_no_data_raises(kind: str, data: Any, actor: Any) -> None:
    """Nor does whatever stands inside a body that looks right."""
    heard = hear({"type": kind, "action": "create", "data": data, "actor": actor})
    assert all(id_.isprintable() for id_ in heard.items + heard.epics)


# --- the seal ---


def seal(raw: bytes, signature: str | None = None, *secrets: str) -> Seal:
    """Return what the seal on these bytes is worth."""
    given_ = sign(raw, SECRET) if signature is None else signature
    return worth_of(DOOR, {"linear-signature": given_}, raw, secrets or (SECRET,), NOW)


def stamped(**off: float) -> bytes:
    """Return a body whose stamp is that far from now."""
    stamp = int((NOW + timedelta(**off)).timestamp() * 1000)
    return json.dumps({"type": "Issue", "webhookTimestamp": stamp}).encode()


def test_signatures_fit_as_published() -> None:
    """Each computed vector fits or does not as it is marked."""
    for vector in sample("signature_vectors")["vectors"]:
        given_ = {"linear-signature": vector["signature"]}
        body = vector["body"].encode()
        at = datetime.fromtimestamp(1676056940, UTC)
        found = worth_of(DOOR, given_, body, [vector["secret"]], at)
        assert (found is Seal.GOOD) == vector["valid"], vector["name"]


def test_any_of_several_secrets_opens() -> None:
    """During a rotation the old and the new secret fit; none, an empty one or another does not."""
    raw = stamped()
    assert seal(raw, None, "new", SECRET) is Seal.GOOD
    assert seal(raw, None, "new") is Seal.WRONG
    assert seal(raw, sign(raw, ""), "") is Seal.WRONG
    assert worth_of(DOOR, {}, raw, [SECRET], NOW) is Seal.WRONG
    assert worth_of(DOOR, {"linear-signature": sign(raw, SECRET)}, raw, [], NOW) is Seal.WRONG
    assert seal(raw, "\ud800é") is Seal.WRONG


@pytest.mark.parametrize(
    ("off", "worth"),
    [
        ({"seconds": 59}, Seal.GOOD),
        ({"seconds": 61}, Seal.STALE),
        ({"hours": -8}, Seal.GOOD),
        ({"hours": -9}, Seal.STALE),
    ],
)
def test_stamps_may_be_as_old_as_the_last_retry(off: dict[str, float], worth: Seal) -> None:
    """A minute ahead and some eight hours behind are good; beyond is stale, though rightly signed."""
    assert seal(stamped(**off)) is worth


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[1]",
        b"{}",
        b'{"webhookTimestamp": "soon"}',
        b'{"webhookTimestamp": true}',
        b'{"webhookTimestamp": null}',
        b'{"webhookTimestamp": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_signed_body_without_a_stamp_is_good(raw: bytes) -> None:
    """What cannot be read as a stamp is left to whoever reads the body."""
    assert seal(raw) is Seal.GOOD


@pytest.mark.parametrize(
    "raw", [b'{"webhookTimestamp": NaN}', b'{"webhookTimestamp": 1e999}', b'{"webhookTimestamp": 0}']
)
def test_a_stamp_beyond_reason_is_stale(raw: bytes) -> None:
    """A stamp that is a number but no time is stale."""
    assert seal(raw) is Seal.STALE


def test_the_delivery_is_named_by_its_header() -> None:
    """The id comes from the header; the body's webhookId is the same for all deliveries and never asked."""
    assert DOOR.delivery_id({"linear-delivery": "d-1"}) == "d-1"
    assert DOOR.delivery_id({"linear-delivery": ""}) is None
    assert DOOR.delivery_id({}) is None


def test_no_secret_is_kept() -> None:
    """The headers that are kept hold no signature."""
    assert not any("signature" in name or "authorization" in name for name in DOOR.kept_headers)
