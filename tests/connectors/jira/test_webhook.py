"""Seal and hear calls at the door: signatures, shared secrets, stamps, events that no sample shows."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.delivery import Hearing
from connectors._kit.signature import sign
from connectors.jira.webhook import JiraDoor
from tests.connectors.doors import Seal
from tests.connectors.doors import seal as worth_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOOR = JiraDoor()
NEVER_FITS = "0" * 64


def stamped(when: datetime) -> bytes:
    """Return a body of that time."""
    return json.dumps({"timestamp": int(when.timestamp() * 1000), "webhookEvent": "jira:issue_updated"}).encode()


def signed(raw: bytes, secret: str = "one") -> dict[str, str]:
    """Return the header that Jira signs with."""
    return {"x-hub-signature": f"sha256={sign(raw, secret)}"}


def test_the_vendors_own_example_is_good() -> None:
    """The example in the vendor's documentation holds."""
    digest = "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    headers = {"x-hub-signature": f"sha256={digest}"}
    assert worth_of(DOOR, headers, b"Hello World!", ["It's a Secret to Everybody"], NOW) is Seal.GOOD


@pytest.mark.parametrize("secret", ["one", "two"])
def test_any_of_the_secrets_will_do(secret: str) -> None:
    """While secrets are being changed the old and the new one are good, in the signature and in the header."""
    raw = stamped(NOW)
    assert worth_of(DOOR, signed(raw, secret), raw, ["one", "two"], NOW) is Seal.GOOD
    assert worth_of(DOOR, {"x-followthrough-secret": secret}, raw, ["one", "two"], NOW) is Seal.GOOD


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature": ""},
        {"x-hub-signature": "sha256="},
        {"x-hub-signature": f"sha256={NEVER_FITS}"},
        {"x-hub-signature": sign(stamped(NOW), "one")},
        {"x-hub-signature": f"sha1={sign(stamped(NOW), 'one')}"},
        {"x-hub-signature": f"sha256={sign(stamped(NOW), '')}"},
        {"x-hub-signature": "sha256=ä\ud800"},
        {"x-hub-signature-256": f"sha256={sign(stamped(NOW), 'one')}"},
        {"x-followthrough-secret": ""},
        {"x-followthrough-secret": "on"},
        {"x-followthrough-secret": "ö\ud800"},
    ],
)
def test_a_wrong_signature_is_wrong(headers: dict[str, str]) -> None:
    """Absent, empty, cut, of another method or secret: nothing but the right signature opens the door."""
    assert worth_of(DOOR, headers, stamped(NOW), ["one", ""], NOW) is Seal.WRONG


def test_a_wrong_signature_is_not_mended_by_a_shared_secret() -> None:
    """A signature that is there must be right, whatever else the call carries."""
    for signature in (f"sha256={NEVER_FITS}", ""):
        headers = {"x-hub-signature": signature, "x-followthrough-secret": "one"}
        assert worth_of(DOOR, headers, stamped(NOW), ["one"], NOW) is Seal.WRONG


def test_without_secrets_nothing_is_good() -> None:
    """No secret, or an empty one, opens nothing: anybody could sign with it."""
    raw = stamped(NOW)
    for secrets in ([], [""]):
        assert worth_of(DOOR, signed(raw, ""), raw, secrets, NOW) is Seal.WRONG
        assert worth_of(DOOR, {"x-followthrough-secret": ""}, raw, secrets, NOW) is Seal.WRONG


@pytest.mark.parametrize(
    ("age", "seal"),
    [
        (timedelta(), Seal.GOOD),
        (timedelta(hours=23, minutes=59), Seal.GOOD),
        (timedelta(hours=24, minutes=1), Seal.STALE),
        (timedelta(minutes=-59), Seal.GOOD),
        (timedelta(minutes=-61), Seal.STALE),
    ],
)
def test_old_calls_are_stale(age: timedelta, seal: Seal) -> None:
    """A call a day old, or from the future, is signed but stale; retries keep the first stamp and are good."""
    raw = stamped(NOW - age)
    assert worth_of(DOOR, signed(raw), raw, ["one"], NOW) is seal


@pytest.mark.parametrize("stamp", ['"2018-12-20 15:45:59,695"', "true", "null", "{}", "[1]"])
def test_a_stamp_that_is_no_number_counts_as_none(stamp: str) -> None:
    """Where a body gives no time in milliseconds, its age is not held against it."""
    raw = b'{"timestamp": %s}' % stamp.encode()
    assert worth_of(DOOR, signed(raw), raw, ["one"], NOW) is Seal.GOOD


@pytest.mark.parametrize("raw", [b"", b"not json", b"[" * 100_000, b'{"timestamp": 1' + b"0" * 5000 + b"}", b"\xff"])
def test_a_body_that_cannot_be_read_is_only_sealed(raw: bytes) -> None:
    """The seal of a body that is not JSON is its signature's; that it is not JSON is found out later."""
    assert worth_of(DOOR, signed(raw), raw, ["one"], NOW) is Seal.GOOD


@pytest.mark.parametrize("stamp", ["1e400", "-1e400", "0", "-1"])
def test_absurd_stamps_are_stale(stamp: str) -> None:
    """Endless and negative times are from no day near ours."""
    raw = b'{"timestamp": %s}' % stamp.encode()
    assert worth_of(DOOR, signed(raw), raw, ["one"], NOW) is Seal.STALE


def test_the_delivery_id_is_jiras_identifier() -> None:
    """Cloud keeps one identifier over retries; Data Center sends none."""
    assert DOOR.delivery_id({"x-atlassian-webhook-identifier": "abc"}) == "abc"
    assert DOOR.delivery_id({"x-atlassian-webhook-identifier": ""}) is None
    assert DOOR.delivery_id({}) is None


def test_no_secret_is_kept() -> None:
    """Neither the signature nor the shared secret is among the headers that are kept."""
    assert not {"x-hub-signature", "x-followthrough-secret", "authorization"} & DOOR.kept_headers


@pytest.mark.parametrize(
    ("body", "item"),
    [
        ({"issue": {"id": 10006, "key": "PM-6", "changelog": {}}}, "10006"),
        ({"issue": {"id": "10006"}}, "10006"),
        ({"issue": {"key": "PM-6"}}, "key:PM-6"),
        ({"issueKey": "pm-6"}, "key:PM-6"),
        ({"key": "PM-6"}, "key:PM-6"),
        ({"issue": {"id": True, "key": "PM-6"}}, "key:PM-6"),
    ],
)
def test_automation_rules_name_an_issue_in_several_ways(body: dict[str, Any], item: str) -> None:
    """A body without an event's name is an automation rule's: with the issue's number, or its key alone."""
    heard = DOOR.hear({}, body)
    assert (heard.hearing, heard.event, heard.items) == (Hearing.HANDLED, "automation", (item,))


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ({"webhookEvent": "worklog_created", "worklog": {"issueId": "10006"}}, ("10006",)),
        ({"webhookEvent": "jira:worklog_updated", "worklog": {"issueId": 10006}}, ("10006",)),
        ({"webhookEvent": "attachment_created", "issue": {"id": "10006"}, "attachment": {}}, ("10006",)),
        ({"webhookEvent": "comment_created", "issue": {"id": "7"}, "comment": {"self": "/issue/8/comment/1"}}, ("7",)),
        ({"webhookEvent": "issuelink_created", "issueLink": {"sourceIssueId": 7, "destinationIssueId": 7}}, ("7",)),
    ],
)
def test_events_lead_to_their_issues(body: dict[str, Any], items: tuple[str, ...]) -> None:
    """Worklogs, attachments, comments and links lead to the issues that they belong to."""
    heard = DOOR.hear({}, body)
    assert (heard.hearing, heard.items) == (Hearing.HANDLED, items)


@pytest.mark.parametrize(
    "name",
    [
        "project_created", "jira:version_released", "board_configuration_changed", "sprint_started", "user_created",
        "issue_property_set", "comment_property_deleted", "option_voting_changed", "issuetype_created",
    ],
)  # fmt: skip
def test_what_does_not_matter_is_ignored_by_name(name: str) -> None:
    """Events of boards, sprints, versions, users and properties are known, and known not to matter."""
    heard = DOOR.hear({}, {"webhookEvent": name, "issue": {"id": "1"}})
    assert (heard.hearing, heard.items) == (Hearing.IGNORED, ())


@pytest.mark.parametrize(
    "body",
    [
        None, [], "text", 7, {}, {"webhookEvent": "weather_changed"}, {"webhookEvent": "comment_created"},
        {"webhookEvent": "comment_created", "comment": {"self": 7}}, {"issue": {"id": "../1"}},
        {"issue": {"id": -1}}, {"issue": {"id": 10**30}}, {"issue": []}, {"key": "no key"},
        {"webhookEvent": "issuelink_created", "issueLink": {"sourceIssueId": "x"}},
        {"webhookEvent": "issuelink_created"}, {"webhookEvent": 7},
    ],
)  # fmt: skip
def test_the_rest_is_unknown_and_says_why(body: Any) -> None:
    """What is not understood, or names no issue, is unknown and kept."""
    heard = DOOR.hear({}, body)
    assert (heard.hearing, heard.items) == (Hearing.UNKNOWN, ())
    assert heard.because


@pytest.mark.parametrize(
    ("event", "kind", "epics"),
    [
        ("jira:issue_updated", {"name": "Epic"}, ("10001", "PM-1")),
        ("jira:issue_deleted", {"name": "Epopee", "hierarchyLevel": 1}, ("10001", "PM-1")),
        ("jira:issue_created", {"name": "Epic"}, ()),
        ("jira:issue_updated", {"name": "Task", "hierarchyLevel": 0}, ()),
        ("jira:issue_updated", {"name": 7}, ()),
    ],
)
def test_an_epics_change_concerns_its_items(event: str, kind: dict[str, Any], epics: tuple[str, ...]) -> None:
    """When an epic changes or goes, its items are looked at: they may name it by id or by key."""
    issue = {"id": "10001", "key": "PM-1", "fields": {"issuetype": kind}}
    assert DOOR.hear({}, {"webhookEvent": event, "issue": issue}).epics == epics


def test_an_apps_doing_is_a_bots() -> None:
    """Automation rules and apps are told from people."""
    app = {"accountId": "557058:f58131cb", "accountType": "app", "displayName": "Automation for Jira"}
    heard = DOOR.hear({}, {"webhookEvent": "jira:issue_updated", "issue": {"id": "1"}, "user": app})
    assert heard.by is not None
    assert (heard.by.bot, heard.by.name) == (True, "Automation for Jira")


def test_who_deletes_a_comment_on_cloud_is_not_told() -> None:
    """A deleted comment names its author, who need not be the one who deleted it."""
    comment = {"author": {"accountId": "1"}, "updateAuthor": {"accountId": "2"}}
    body = {"webhookEvent": "comment_deleted", "issue": {"id": "1"}, "comment": comment}
    assert DOOR.hear({}, body).by is None
    updated = DOOR.hear({}, {**body, "webhookEvent": "comment_updated"}).by
    assert updated is not None
    assert updated.id == "2"


def test_the_hint_tells_the_place_and_the_labels() -> None:
    """The project, the type and the labels are passed on where the event shows them; no labels means not shown."""
    fields = {"project": {"key": "PM"}, "issuetype": {"name": "Task"}, "labels": ["post-mortem", 7]}
    body = {"webhookEvent": "jira:issue_updated", "issue": {"id": "1", "fields": fields}}
    hint = DOOR.hear({}, body).hint
    assert (hint.labels, hint.team, hint.project, hint.issue_type) == (frozenset({"post-mortem"}), "PM", "PM", "Task")
    del fields["labels"]
    assert DOOR.hear({}, body).hint.labels is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["jira:issue_updated", "comment_created", "issuelink_deleted", "worklog_created", "x", "\x00"])
PARTS = st.sampled_from(["issue", "comment", "worklog", "issueLink", "user", "attachment", "key", "issueKey"])
INNER = st.sampled_from(["id", "key", "self", "fields", "labels", "issueId", "sourceIssueId", "author", "accountId"])
BODIES = st.fixed_dictionaries(
    {}, optional={"webhookEvent": NAMES | JSON, "timestamp": JSON, "user": st.dictionaries(INNER, JSON, max_size=3)}
)


@given(JSON, BODIES, st.dictionaries(PARTS, JSON | st.dictionaries(INNER, JSON, max_size=4), max_size=4))
def test_no_body_raises(anything: Any, body: dict[str, Any], parts: dict[str, Any]) -> None:
    """Whatever JSON comes in is heard; what names items names them by plain numbers or keys."""
    assert DOOR.hear({}, anything).hearing in Hearing
    heard = DOOR.hear({}, {**body, **parts})
    assert all(item.isdigit() or item.startswith("key:") for item in heard.items)
    assert (heard.hearing is Hearing.HANDLED) == bool(heard.items)
    raw = json.dumps({**body, **parts}).encode()
    assert worth_of(DOOR, signed(raw), raw, ["one"], NOW) in {Seal.GOOD, Seal.STALE}


@given(st.binary(max_size=200), st.text(max_size=80))
def test_no_signature_raises(raw: bytes, given_: str) -> None:
    """Whatever stands in the headers is only compared."""
    for header in ("x-hub-signature", "x-followthrough-secret"):
        assert worth_of(DOOR, {header: given_}, raw, ["a secret of our own that nobody guesses"], NOW) is Seal.WRONG
