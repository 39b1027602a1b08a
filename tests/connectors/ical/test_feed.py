"""When calendars are fetched, and what is said when they cannot be."""

import httpx
import pytest
import respx

from app.core.errors import Denied, FollowthroughError, NotFound, Transient
from connectors.ical.feed import EVERY, Feed
from tests.connectors.ical.calendars import NOON, URL, calendar, rota


class Now:
    """Count seconds by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


async def test_a_feed_is_fetched_every_five_minutes_if_it_changed() -> None:
    """In between the copy serves; then the server is asked whether its version is a newer one."""
    clock = Now()
    feed = Feed("payments", URL, clock)
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        route = router.get(URL)
        route.side_effect = [
            httpx.Response(200, text="one", headers={"etag": '"1"'}),
            httpx.Response(304),
            httpx.Response(200, text="two"),
        ]
        got = []
        for clock.seconds in (0, EVERY - 1, EVERY, 2 * EVERY - 1, 2 * EVERY):
            got.append(await feed.text())
        assert got == ["one", "one", "one", "one", "two"]
        assert [call.request.headers.get("if-none-match") for call in route.calls] == [None, '"1"', '"1"']


@pytest.mark.parametrize(
    ("status", "error"), [(401, Denied), (403, Denied), (302, Denied), (404, NotFound), (410, NotFound)]
)
async def test_refusals_name_the_setting_and_not_the_address(status: int, error: type[FollowthroughError]) -> None:
    """An address is a secret; where to mend it is not."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(URL).respond(status, headers={"location": URL})
        with pytest.raises(error, match=r"the calendar payments .*(FOLLOWTHROUGH_ICAL_URLS|elsewhere)") as caught:
            await rota().who({"calendar": "payments"}, NOON)
    assert "f00d" not in str(caught.value)


async def test_a_server_that_is_not_there_is_transient() -> None:
    """The chain goes on, and the address is not told."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(URL).mock(side_effect=httpx.ConnectError(f"no route to {URL}"))
        with pytest.raises(Transient) as caught:
            await rota().who({"calendar": "payments"}, NOON)
    assert "f00d" not in str(caught.value)


async def test_unchanged_without_a_copy_is_no_calendar() -> None:
    """A server that never gave a calendar cannot say that it is the same."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(URL).respond(304)
        with pytest.raises(Transient):
            await rota().who({"calendar": "payments"}, NOON)


async def test_a_subscription_address_is_fetched_by_https() -> None:
    """What calendars call webcal is HTTPS."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(URL).respond(text=calendar())
        assert not await rota(URL.replace("https", "WebCal")).who({"calendar": "PAYMENTS"}, NOON)


async def test_a_calendar_without_an_address_is_not_found() -> None:
    """The nearest name that is set is told."""
    with pytest.raises(NotFound, match="FOLLOWTHROUGH_ICAL_URLS has no calendar 'paymets'; did you mean 'payments'"):
        await rota().who({"calendar": "paymets"}, NOON)


async def test_a_log_in_stands_in_the_address() -> None:
    """A feed that wants a user and a password gets them, as Basic credentials."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        route = router.get(host="calendar.acme.test").respond(text=calendar())
        assert not await rota(URL.replace("//", "//bot%40acme.test:pw@")).who({"calendar": "payments"}, NOON)
        expected = httpx.BasicAuth("bot@acme.test", "pw")
        request = next(expected.auth_flow(httpx.Request("GET", URL)))
        assert route.calls.last.request.headers["authorization"] == request.headers["authorization"]
