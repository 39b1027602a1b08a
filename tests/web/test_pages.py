"""Pages without a browser: who gets one, what it is drawn from, and what it never does."""

import re
from base64 import b64encode
from datetime import timedelta
from typing import Any, cast

import pytest

from app.store import SqlStore
from app.web.pages.charts import ages, weeks
from app.web.pages.items import story
from app.web.pages.words import ago, how, past_window, span, web_address
from tests.web.fakes import NOW, TOKEN, FakeService, an_item, caller, fake_service, store_gone

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = (
    "/",
    "/items",
    "/deliveries",
    "/policy",
    *(f"/reports/{name}" for name in ("stale", "needing", "postmortems", "summary")),
)


def on(store: SqlStore) -> FakeService:
    """Return a service on a real store."""
    service = fake_service()
    service.store = cast("Any", store)
    return service


async def test_a_browser_gets_pages_and_everybody_else_data(store: SqlStore) -> None:
    """The same address answers by Accept, and `format` wins over it."""
    async with caller(on(store)) as client:
        for path in PAGES:
            kinds = [
                (await client.get(path, headers=headers)).headers["content-type"].partition(";")[0]
                for headers in ({}, BROWSER, {"accept": "application/json, text/html;q=0.9"})
            ]
            assert kinds == ["application/json", "text/html", "application/json"], path
        asked = await client.get("/reports/stale?format=html")
        data = await client.get("/reports/stale?format=csv", headers=BROWSER)
        head = await client.head("/", headers=BROWSER)
    assert [answer.headers["content-type"].partition(";")[0] for answer in (asked, data)] == ["text/html", "text/csv"]
    assert (head.status_code, head.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_every_page_has_the_safe_headers(store: SqlStore) -> None:
    """No script and no inline style, no frame around it, nothing told to other sites, nothing kept."""
    async with caller(on(store)) as client:
        for path in (*PAGES, "/items/linear/NO-1"):
            answer = await client.get(path, headers=BROWSER)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["vary"] == "Accept"
            assert not [word for word in ("<script", "<style", " style=", " onclick=") if word in answer.text]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/reports/stale?limit=-1", 422, "limit"),
        ("/reports/stale?older_than=banana", 422, "older_than"),
        ("/reports/stale?owner=%27%3B+drop+table+items%3B+--", 422, "owner"),
        ("/reports/stale?class=%3Cscript%3E", 422, "class"),
        ("/reports/stale?sort=sideways", 422, "sort"),
        ("/reports/needing?team=nobody", 422, "team"),
        ("/reports/needing?owner=nobody+here", 422, "owner"),
        ("/reports/needing?after=forged", 422, "after"),
        ("/reports/postmortems?after=forged", 422, "after"),
        ("/items?watched=perhaps", 422, "watched"),
        ("/deliveries?hearing=loud", 422, "hearing"),
        ("/deliveries?limit=1e9", 422, "limit"),
        ("/nowhere", 404, "nothing at this address"),
        ("/items/linear/NO-1", 404, "No item of linear"),
    ],
)
async def test_a_refusal_is_a_page_too(store: SqlStore, path: str, status: int, words: str) -> None:
    """It has the status and the words of the interface, and shows back nothing of what was sent."""
    async with caller(on(store)) as client:
        page = await client.get(path, headers=BROWSER)
        data = await client.get(path)
    assert (page.status_code, data.status_code) == (status, status)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert data.headers["content-type"] == "application/problem+json"
    assert words in page.text
    assert "<script>" not in page.text
    assert int(page.headers["content-length"]) == len(page.content)


async def test_a_format_that_is_none_is_refused_by_name(store: SqlStore) -> None:
    """Also to a browser."""
    async with caller(on(store)) as client:
        answer = await client.get("/reports/stale?format=exe", headers=BROWSER)
    assert (answer.status_code, [one["parameter"] for one in answer.json()["errors"]]) == (422, ["format"])


async def test_blank_fields_of_a_form_narrow_nothing(store: SqlStore) -> None:
    """A browser sends every field of a form, empty ones too."""
    async with caller(on(store)) as client:
        answer = await client.get("/reports/stale?class=&team=&owner=&older_than=", headers=BROWSER)
    assert answer.status_code == 200


async def test_a_page_on_a_wall_comes_again_by_itself(store: SqlStore) -> None:
    """Without a script, and as often as its address says."""
    async with caller(on(store)) as client:
        still = await client.get("/", headers=BROWSER)
        wall = await client.get("/?refresh=5m", headers=BROWSER)
        refused = [await client.get(f"/?refresh={often}", headers=BROWSER) for often in ("0s", "banana", "-1h", "")]
    assert ("refresh" in still.headers, wall.headers["refresh"]) == (False, "300")
    assert [(one.status_code, "refresh" in one.headers) for one in refused] == [(422, False)] * 4


async def test_a_store_that_is_gone_is_said_on_a_page() -> None:
    """With the time after which it makes sense to come again."""
    service = fake_service()
    service.store.error = store_gone()
    async with caller(service) as client:
        answer = await client.get("/items", headers=BROWSER)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert "cannot be reached" in answer.text


async def test_a_browser_signs_in_with_a_password() -> None:
    """With tokens set a page asks for Basic, and any user with a token as the password is let in."""
    signed_in = {**BROWSER, "authorization": "Basic " + b64encode(f"me:{TOKEN}".encode()).decode()}
    async with caller(fake_service([TOKEN], [an_item("1", "PM-1")])) as client:
        refused = await client.get("/items", headers=BROWSER)
        style = await client.get("/static/style.css")
        let_in = await client.get("/items", headers=signed_in)
    assert [one.partition(" ")[0] for one in refused.headers.get_list("www-authenticate")] == ["Bearer", "Basic"]
    assert (refused.status_code, refused.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert (style.status_code, let_in.status_code) == (401, 200)
    assert "PM-1" not in refused.text
    assert "PM-1" in let_in.text


async def test_assets_are_kept_for_good_only_in_their_present_state() -> None:
    """The address on the page carries a digest; another one is asked for anew."""
    async with caller(fake_service()) as client:
        page = await client.get("/items", headers=BROWSER)
        address = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        current, old = await client.get(address), await client.get("/static/style.css?v=old")
        none = await client.get("/static/..%2Frender.py")
    assert current.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (current.headers["content-type"], old.headers["cache-control"]) == ("text/css; charset=utf-8", "no-cache")
    assert none.status_code == 404


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://linear.acme.test/PM-1", True),
        ("http://jira/browse/PM-1?a=b", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//elsewhere.test/x", False),
        ("/items", False),
        ("https://", False),
        ("http://[broken", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address: str | None, *, kept: bool) -> None:
    """Whatever could run or lead astray stays text."""
    assert web_address(address) == (address if kept else None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (86_400, "1 day ago"),
        (59 * 86_400, "59 days ago"),
        (60 * 86_400, "2 months ago"),
        (800 * 86_400, "2 years ago"),
        (-30, "in a moment"),
        (-86_400 * 3, "in 3 days"),
    ],
)
def test_times_are_said_as_people_do(seconds: int, words: str) -> None:
    """In the largest unit that fits; days up to two months, because windows are in days."""
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("past", "window", "words"),
    [
        (timedelta(days=5, hours=3), 7, "5 past its window of 7 days"),
        (timedelta(hours=3), 1, "its window of 1 day is over since today"),
        (timedelta(hours=3), 0.5, "3 hours past its window of 12 hours"),
    ],
)
def test_what_is_past_is_said_with_its_window(past: timedelta, window: float, words: str) -> None:
    """As in the report's own reason."""
    assert past_window({"stale_since": (NOW - past).isoformat(), "window_days": window}, NOW) == words


def test_short_spans_and_ways_to_leave_have_words() -> None:
    """Nothing is shown as a bare name."""
    assert span(timedelta(seconds=5)) == "less than a minute"
    assert (how("wont_do"), how("some_other")) == ("was closed as won't do", "some other")


def _record(hour: int, *findings: str, **more: Any) -> dict[str, Any]:
    record = {"at": f"2026-03-02T{hour:02}:00:00Z", "findings": list(findings), "writes": [], "failed": None}
    return {**record, **more}


def test_a_story_is_told_in_time_order_and_without_what_changed_nothing() -> None:
    """Looks in a row that found the same and wrote nothing are one event with their number."""
    newest_first = [
        _record(7, "class.missing", failed="no route to host"),
        _record(6, "class.missing"),
        _record(5),
        _record(4, "class.missing"),
        _record(3, "class.missing"),
        _record(2, "class.missing"),
        _record(1, "class.missing", writes=["comment"]),
    ]
    told = [(one["at"][11:13], one["times"], one["came"], one["went"]) for one in story(newest_first)]
    assert told == [
        ("01", 1, ["class.missing"], []),
        ("02", 3, [], []),
        ("05", 1, [], ["class.missing"]),
        ("06", 1, ["class.missing"], []),
        ("07", 1, [], []),
    ]


def test_charts_hold_nothing_that_the_content_policy_refuses() -> None:
    """No script, style, title or comment is in them; with no numbers there is no chart."""
    drawn = ages({"0": 1, ">30": 2}) + weeks([{"starts": "2026-03-02T00:00:00Z", "opened": 1, "closed": 0}])
    assert drawn.count("<svg") == 2
    assert not [word for word in ("<script", "style", "<title", "<!--", "http://pygal") if word in drawn]
    assert (ages({"0": 0}), weeks([{"starts": "2026-03-02T00:00:00Z", "opened": 0, "closed": 0}])) == ("", "")


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (1, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (7, ["0", "2", "4", "6", "8"]),
        (2500, ["0", "500", "1,000", "1,500", "2,000", "2,500"]),
    ],
)
def test_axes_count_in_whole_items(most: int, ticks: list[str]) -> None:
    """A few round numbers, the last of which is no smaller than the longest bar."""
    drawn = weeks([{"starts": "2026-03-02T00:00:00Z", "opened": most, "closed": 0}])
    axis = drawn[drawn.index("axis y") :].split("</svg>")[0].split('class="plot')[0]
    assert re.findall(r">([0-9,.]+)</text>", axis)[: len(ticks)] == ticks
    assert ".2<" not in drawn + ages({"0": most})
