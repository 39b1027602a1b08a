"""What must not be sent twice is not sent for an item that another replica may have taken over."""

import httpx
import pytest
import respx

from app.core.errors import Lapsed
from app.ports import LOAN, Loan
from connectors._kit.http import Http

URL = "https://tracker.acme.test"


def slept(loan: Loan, seconds: float, *, suspended: bool = False) -> Loan:
    """Return the loan as after so long a pause: of the process, or of the machine, whose steady clock stands then."""
    steady, wall = loan.began
    loan.began = (steady if suspended else steady - seconds, wall - seconds)
    return loan


@pytest.mark.parametrize("suspended", [False, True], ids=["frozen", "suspended"])
@respx.mock
async def test_write_after_the_loan_is_over_is_not_sent(suspended: bool) -> None:
    """Writes need a loan that holds, at the moment of sending; reads do no harm."""
    route = respx.post(f"{URL}/a").respond(200, json=1)
    http = Http(URL, {}, title="Tracker")
    LOAN.set(loan := Loan(12))
    assert (await http.call("POST", "/a", repeatable=False)).body == 1
    slept(loan, 13, suspended=suspended)
    with pytest.raises(Lapsed, match="on loan for too long"):
        await http.call("POST", "/a", repeatable=False)
    assert route.call_count == 1
    assert (await http.call("POST", "/a")).body == 1
    LOAN.set(None)
    assert (await http.call("POST", "/a", repeatable=False)).body == 1
    await http.aclose()


@respx.mock
async def test_loan_is_asked_before_each_try() -> None:
    """A write that a pause separates from its first try is not tried again for an item that is lost meanwhile."""
    LOAN.set(loan := Loan(12))

    def busy(_request: httpx.Request) -> httpx.Response:
        slept(loan, 13)
        return httpx.Response(429, headers={"Retry-After": "0"})

    route = respx.post(f"{URL}/a").mock(side_effect=busy)
    http = Http(URL, {}, title="Tracker")
    with pytest.raises(Lapsed):
        await http.call("POST", "/a", repeatable=False)
    assert route.call_count == 1
    LOAN.set(None)
    await http.aclose()
