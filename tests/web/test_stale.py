"""The report of stale items: what a dashboard, a spreadsheet and a stranger get."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest

from app.core.activity import Activity, ActivityKind
from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.policy import Member, Route, Watch
from app.core.postmortem import PostMortem
from app.core.quiet import Quiet
from app.core.snapshot import Standing
from app.ports import Watermark
from app.store import SqlStore
from tests.store.examples import recorded, snapshot
from tests.web.fakes import NOW, FakeService, caller, fake_service

DAY = timedelta(days=1)
GRACE = Person("u2", "Grace Hopper", "grace@acme.test")
HOSTILE = [
    "'; DROP TABLE items; --",
    "1 OR 1=1",
    "<script>alert(1)</script>",
    "%00",
    "\x00",
    "../../etc/passwd",
    "x" * 5000,
    "\udcff",
    "{{7*7}}",
    "",
]


def quiet(days: float, **more: Any) -> Quiet:
    """Return the clock of an item that may be quiet for a week and has been for so many days."""
    last = NOW - days * DAY
    return Quiet(Activity(last, ActivityKind.COMMENT, GRACE, url="https://t.test/c1"), 7 * DAY, last + 7 * DAY, **more)


@pytest.fixture
async def service(tmp_path: Any, sqlite_template: Any) -> AsyncIterator[FakeService]:
    """Return a service with an empty real store."""
    file = tmp_path / "web.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = SqlStore(f"sqlite:///{file}")
    await store.open()
    await store.put_watermark("linear", Watermark(NOW, NOW, 0))
    made = fake_service()
    made.store = cast("Any", store)
    made.policy = replace(
        made.policy,
        watch=(Watch("linear", "postmortem", teams=("OPS",)),),
        people=(Member("Ada Admin", "ada@acme.test"),),
        routes=(Route("payments"),),
    )
    yield made
    await store.aclose()


async def given(service: FakeService, id_: str, days: float, title: str = "Alert on lag", **fields: Any) -> None:
    """Let an item have been quiet for so many days."""
    shown = snapshot(id_, title=title, created_at=NOW - 90 * DAY, team=fields.pop("team", "ENG"))
    values = {"snapshot": shown, "quiet": quiet(days, **fields.pop("more", {})), "owner": GRACE} | fields
    await recorded(cast("Any", service.store), id_, now=NOW - DAY / 24, **values)


async def get(service: FakeService, path: str = "/reports/stale", **params: Any) -> httpx.Response:
    """Ask for a report."""
    async with caller(service) as client:
        return await client.get(path, params={name.rstrip("_"): value for name, value in params.items()})


async def test_report_is_not_complete_until_the_tracker_was_compared(service: FakeService) -> None:
    """Before that nobody knows what is there; the items of another tracker are another matter."""
    await given(service, "1", 12.5)
    service.policy = replace(service.policy, watch=(*service.policy.watch, Watch("jira", "postmortem")))
    asked: tuple[dict[str, str], ...] = ({}, {"tracker": "jira"}, {"tracker": "linear"})
    assert [(await get(service, **only)).json()["complete"] for only in asked] == [False, False, True]


async def test_an_item_is_reported_with_its_evidence(service: FakeService) -> None:
    """Who did what last, where to see it, and a sentence that a person can check."""
    await given(service, "1", 12.5, more={"rung": 2})
    shown = (await get(service)).json()
    assert {**shown, "items": []} == {
        "generated_at": "2026-03-02T09:30:00Z",
        "policy": {"file": "followthrough.yaml", "digest": ""},
        "complete": True,
        "evaluated": 1,
        "total": 1,
        "next": None,
        "items": [],
    }
    assert shown["items"] == [
        {
            "tracker": "linear",
            "key": "PM-1",
            "title": "Alert on lag",
            "url": "https://tracker.acme.test/1",
            "class": "operational",
            "route": "payments",
            "owner": {"name": "Grace Hopper", "email": "grace@acme.test", "id": "u2"},
            "last_activity": {
                "at": "2026-02-17T21:30:00Z",
                "by": "Grace Hopper",
                "kind": "comment",
                "evidence": "https://t.test/c1",
            },
            "window_days": 7,
            "quiet_days": 12,
            "stale_since": "2026-02-24T21:30:00Z",
            "bucket": "1-5",
            "rung": 2,
            "snoozed_until": None,
            "reason": "12 days quiet, 5 past its window of 7; the clock rests on Grace Hopper's comment of "
            "Tuesday 2026-02-17.",
        }
    ]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        *((7, "0"), (7.9, "0"), (8, "1-5"), (12.9, "1-5"), (13, "6-10"), (17.9, "6-10")),
        *((18, "11-30"), (37.9, "11-30"), (38, ">30")),
    ],
)
async def test_buckets_are_of_whole_days(service: FakeService, days: float, bucket: str) -> None:
    """The first day past the window is 0."""
    await given(service, "1", days)
    assert [item["bucket"] for item in (await get(service)).json()["items"]] == [bucket]


async def test_snoozed_items_are_left_out_unless_asked_for(service: FakeService) -> None:
    """And then it is said until when they may wait."""
    await given(service, "1", 9, more={"snoozed_until": NOW + DAY})
    assert (await get(service)).json()["total"] == 0
    (item,) = (await get(service, snoozed="true")).json()["items"]
    assert item["snoozed_until"] == "2026-03-03T09:30:00Z"
    assert "it may wait until Tuesday 2026-03-03, 09:30" in item["reason"]


async def test_filters_are_words_as_people_write_them(service: FakeService) -> None:
    """In any case; whom the policy knows may have nothing to do."""
    await given(service, "1", 9)
    await given(service, "2", 40, item_class=ItemClass.RISK, route=None, team="PAY")
    for params, total in (
        ({"tracker": "linear"}, 2),
        ({"class_": "risk"}, 1),
        ({"owner": "GRACE@acme.test"}, 2),
        ({"owner": "ada admin"}, 0),
        ({"team": "pay"}, 1),
        ({"team": "ops"}, 0),
        ({"route": "Payments"}, 1),
        ({"older_than": "14d"}, 1),
        ({"older_than": "1d12h", "class_": "operational"}, 1),
    ):
        answer = await get(service, **params)
        assert (answer.status_code, answer.json().get("total")) == (200, total), params


async def test_pages_lead_to_the_end(service: FakeService) -> None:
    """Oldest first, each once."""
    for number in range(5):
        await given(service, str(number), 30 - number)
    keys, after = [], None
    for _ in range(3):
        page = (await get(service, limit=2, **({"after": after} if after else {}))).json()
        keys += [item["key"] for item in page["items"]]
        after = page["next"]
    assert (keys, after, page["total"]) == ([f"PM-{number}" for number in range(5)], None, 5)


BAD = [
    *(("limit", value) for value in ("-1", "0", "1001", "1e9", "banana", "9" * 400, "")),
    *(("older_than", value) for value in ("banana", "-1d", "14", "1e3d", "999999999w", "")),
    *(("after", value) for value in ("forged", "bm9wZQ", "a" * 1999, "é")),
    *(("format", value) for value in ("exe", "HTML", "")),
    *(("tracker", value) for value in ("github", "LINEAR ")),
    *(("class", value) for value in ("big", "OPERATIONAL")),
    ("snoozed", "perhaps"),
    ("colour", "red"),
    *(
        (name, value)
        for name in ("tracker", "team", "class", "owner", "route", "older_than", "snoozed", "limit", "after", "format")
        for value in HOSTILE
    ),
]


async def test_a_senseless_parameter_is_named(service: FakeService) -> None:
    """Whatever it is: a problem that names it and shows nothing of it back, never an error of ours."""
    await given(service, "1", 9)
    async with caller(service) as client:
        for name, value in BAD:
            answer = await client.get(f"/reports/stale?{name}={quote(value, errors='surrogateescape')}")
            assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), name
            assert [error["parameter"] for error in answer.json()["errors"]] == [name], (name, value)
            assert "<script>" not in answer.text
    assert (await get(service)).json()["total"] == 1


@pytest.mark.parametrize("path", ["/reports/postmortems", "/reports/strategic", "/reports/risks", "/reports/summary"])
async def test_other_reports_refuse_alike(service: FakeService, path: str) -> None:
    """A forged cursor, a limit out of bounds, an unknown form or parameter."""
    names = {"format": "exe", "colour": "red"}
    if path != "/reports/summary":
        names |= {"limit": "-1", "after": "forged"}
    async with caller(service) as client:
        for name, value in names.items():
            answer = await client.get(path, params={name: value})
            assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, name)


@pytest.mark.parametrize(
    "title",
    [
        "=cmd|' /C calc'!A0",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\u202e=evil",
        "</script><b>",
        "x" * 10_000,
        '",\n',
    ],
)
async def test_titles_survive_as_csv(service: FakeService, title: str) -> None:
    """Whole, in their own cell, and nothing that a spreadsheet would run."""
    await given(service, "1", 9, title=title)
    answer = await get(service, format="csv")
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert row["title"].removeprefix("'") == title
    assert not row["title"].lstrip("\u202e").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert (row["owner_name"], row["last_activity_by"], row["bucket"]) == ("Grace Hopper", "Grace Hopper", "1-5")


async def test_csv_has_its_headings_also_when_it_is_empty(service: FakeService) -> None:
    """They are the JSON names, nested ones joined; by Accept as by format."""
    async with caller(service, headers={"accept": "text/csv"}) as client:
        text = (await client.get("/reports/stale")).text
    assert text.startswith("tracker,key,title,url,class,route,owner_name,owner_email,owner_id,last_activity_at,")


async def test_post_mortems_add_up(service: FakeService) -> None:
    """What is done, open and left together is all of it; how it left and when is told of each."""
    named: dict[str, Any] = {"postmortem": PostMortem("pm/42", "https://wiki.acme.test/42")}
    await given(service, "1", 9, **named)
    await given(service, "2", 1, **named)
    await given(service, "3", 1, **named)
    done = snapshot("3", standing=Standing.WONT_DO, updated_at=NOW)
    await recorded(cast("Any", service.store), "3", now=NOW, snapshot=done)
    shown = (await get(service, "/reports/postmortems")).json()
    assert (shown["total"], shown["next"]) == (1, None)
    assert shown["items"] == [
        {
            "postmortem": "pm/42",
            "url": "https://wiki.acme.test/42",
            "total": 3,
            "done": 0,
            "open": 2,
            "stale": 1,
            "left": [{"tracker": "linear", "key": "PM-3", "how": "wont_do", "at": "2026-03-02T09:30:00Z"}],
            "oldest_open_days": 90,
        }
    ]


async def test_summary_counts(service: FakeService) -> None:
    """By class, route, team and age; what was found, and what has come in and is still to be looked at."""
    await given(service, "1", 9)
    await given(service, "2", 40, item_class=ItemClass.RISK, route=None, team="PAY")
    shown = (await get(service, "/reports/summary")).json()
    weeks = shown.pop("weeks")
    assert {name: shown[name] for name in shown.keys() - {"generated_at", "policy"}} == {
        "open": 2,
        "by_class": {"operational": 1, "risk": 1},
        "by_route": {"payments": 1, "none": 1},
        "by_team": {"ENG": 1, "PAY": 1},
        "by_tracker": {"linear": 2},
        "stale": 2,
        "stale_by_age": {"0": 0, "1-5": 1, "6-10": 0, "11-30": 0, ">30": 1},
        "findings": {"a.b": 2},
        "needs_a_person": [
            {"class": "operational", "team": "ENG", "items": 1},
            {"class": "risk", "team": "PAY", "items": 1},
        ],
        "due": 0,
        "parked": 0,
        "waiting_deliveries": 0,
    }
    assert len(weeks) == 12
    text = (await get(service, "/reports/summary", format="csv")).text
    assert "by_class,risk,1\r\n" in text


async def test_a_misspelt_parameter_is_told_which_there_are(service: FakeService) -> None:
    """By their names as they are typed."""
    answer = await get(service, ownr="ada@acme.test")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["parameter"]) == (422, "ownr")
    assert error["message"].startswith("There is no such parameter. There are: ")
    assert ", tracker, team, class, owner, route, " in error["message"]
