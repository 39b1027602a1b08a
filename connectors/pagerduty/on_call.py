"""Ask PagerDuty who is on call.

https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls — it serves schedules of the
classic and of the flexible kind alike, and has a limit of its own: the flow asks once a minute at most.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from urllib.parse import quote

from app.core.errors import Denied, NotFound, RateLimited
from app.core.policy import Target
from app.ports import Caller
from app.ports.surveyor import Offer
from connectors._kit.answers import read, refusals
from connectors._kit.http import Answer, Http
from connectors.pagerduty.settings import PREFIX, PagerDutySettings
from connectors.pagerduty.source import NAME, TITLE, PagerDutySource
from connectors.pagerduty.wire import Schedules, ServiceAnswer, Turn, Turns, User, UserAnswer

PAGE = 100
MOST = 10_000
"""Where PagerDuty's paging ends: beyond it answers 400."""

_HINTS = {
    401: f"is the key right, and {PREFIX}API_URL the one of the account's region (EU: https://api.eu.pagerduty.com)?",
    402: "the account's plan does not have it",
    403: "the key may not read this",
}
_by_status = refusals(TITLE, _HINTS)


class PagerDuty:
    """Tell who is on call by a schedule, an escalation policy or a service."""

    def __init__(self, settings: PagerDutySettings) -> None:
        self._settings = settings

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:  # noqa: ARG002  asked without times it answers for now, and no clocks need agree
        """Return who is on call now, at the lowest level where anybody is, ordered by user id; empty: nobody.

        Raise Transient, Denied or NotFound.
        """
        source = PagerDutySource.model_validate(settings)
        async with aclosing(self._connect()) as http:
            users = first_level(await _turns(http, await _filter(http, source)))
            return [_caller(user if user.email else await _whole(http, user)) for user in users]

    async def offers(self) -> Sequence[Offer]:
        """Return the first schedules, by name as PagerDuty lists them; raise Transient, Denied or NotFound."""
        async with aclosing(self._connect()) as http:
            answer = await http.call("GET", "/schedules", params={"limit": PAGE})
        schedules = read(Schedules, answer.body, TITLE).schedules
        return [Offer({"source": NAME, "schedule": one.id}, f"{TITLE}'s schedule {one.name}") for one in schedules]

    def _connect(self) -> Http:
        """Connect for one question: a connection would not outlive the pause until the next."""
        headers = {
            "authorization": f"Token token={self._settings.token.get_secret_value()}",
            "accept": "application/vnd.pagerduty+json;version=2",
            "content-type": "application/json",
        }
        return Http(self._settings.api_url, headers, title=TITLE, read_error=_read_error, timeout=10, attempts=2)


def first_level(turns: Sequence[Turn]) -> list[User]:
    """Return the people of the lowest level that has any, each once, by user id; a gap in a level is no row there."""
    lowest = min((turn.escalation_level for turn in turns), default=0)
    users = {turn.user.id: turn.user for turn in turns if turn.escalation_level == lowest}
    return [users[id_] for id_ in sorted(users)]


async def _filter(http: Http, source: PagerDutySource) -> Mapping[str, str]:
    if source.schedule:
        return {"schedule_ids[]": source.schedule}
    if source.escalation_policy:
        return {"escalation_policy_ids[]": source.escalation_policy}
    answer = await http.call("GET", f"/services/{quote(source.service or '', safe='')}")
    return {"escalation_policy_ids[]": read(ServiceAnswer, answer.body, TITLE).service.escalation_policy.id}


async def _turns(http: Http, wanted: Mapping[str, str]) -> list[Turn]:
    found: list[Turn] = []
    while len(found) <= MOST - PAGE:
        query = {**wanted, "include[]": "users", "limit": PAGE, "offset": len(found)}
        page = read(Turns, (await http.call("GET", "/oncalls", params=query)).body, TITLE)
        found += page.oncalls
        if not page.more or not page.oncalls:
            break
    return found


async def _whole(http: Http, user: User) -> User:
    """Return the user with an e-mail, if they are to be seen; without it the policy may still know them by id."""
    try:
        answer = await http.call("GET", f"/users/{quote(user.id, safe='')}")
    except (Denied, NotFound):
        return user
    return read(UserAnswer, answer.body, TITLE).user


def _caller(user: User) -> Caller:
    return Caller(user.name or user.summary or user.id, user.email, {NAME: user.id})


def _read_error(answer: Answer) -> Exception | None:
    if answer.status == 429:  # noqa: PLR2004  HTTP's word
        return RateLimited(f"{TITLE} asks us to slow down", _reset(answer.headers))
    return _by_status(answer)


def _reset(headers: Mapping[str, str]) -> float | None:
    """Return the seconds after which PagerDuty takes calls again.

    https://developer.pagerduty.com/docs/rest-api-rate-limits
    """
    seconds = headers.get("ratelimit-reset", "")
    return float(seconds) if seconds.isdecimal() else None
