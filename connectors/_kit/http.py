"""Make one HTTP call and say in our words what went wrong: the verb on which every client stands."""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.core.errors import Denied, Lapsed, NotFound, Permanent, RateLimited, Transient
from app.ports import CA_FILE, LOAN, METER
from app.ports.tracing import Note, span
from connectors._kit.ledger import Ledger
from connectors._kit.pace import Filling, Pace, Rhythm, by_the_hour
from connectors._kit.trust import trusting

SHORT_WAIT = 5.0
"""Longest pause in seconds that a call waits through itself; a longer one is handed up, and no worker is held."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold an answer: `body` is parsed JSON, None when empty."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Http:
    """Call one host. `read_error` may turn an answer into an error before the usual reading of its status.

    Calls are tried `attempts` times where that is safe: reads always, others only while they surely had no effect.
    `skew` is by how many seconds `wall`, our clock, is ahead of the host's; None until it told its time.
    `ledger` counts the calls, and what the host says is left of its `allowances` (see there), which fill as `filling`
    says. Reads on behalf of items wait for their turn when they are nearly spent (see `pace`); writes, and whoever asks
    by hand, do not. Writes that nobody waits for go `writes_a_second`, 0: as they come. `setting` names what holds the
    address, for whoever cannot reach it.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        title: str,
        read_error: Callable[[Answer], Exception | None] = lambda _answer: None,
        timeout: float = 15.0,
        attempts: int = 3,
        concurrency: int = 10,
        wall: Callable[[], float] = time.time,
        allowances: Mapping[str, str] | None = None,
        filling: Filling = by_the_hour,
        writes_a_second: float = 0.0,
        setting: str = "",
    ) -> None:
        limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
        verify = trusting(httpx.create_ssl_context()) if CA_FILE.get() else True
        self._client = httpx.AsyncClient(
            base_url=base_url, headers=headers, timeout=timeout, limits=limits, verify=verify
        )
        # Who waits for a connection waits here: the pool searches all of its queue at each request's beginning and end.
        self._slots = asyncio.Semaphore(concurrency)
        self._title, self._read_error, self._attempts = title, read_error, attempts
        self._place = {"server.address": self._client.base_url.host}
        self.skew: float | None = None
        self.ledger = Ledger(allowances or {})
        self._pace = Pace(filling)
        self._rhythm = Rhythm(writes_a_second) if writes_a_second else None
        self._wall, self._setting = wall, setting

    async def call(self, method: str, path: str, *, repeatable: bool = True, **request: Any) -> Answer:
        """Send one request and return its answer below 400.

        Raise Transient (no answer, 5xx, 429, not JSON), Denied (401, 403), NotFound (404, 410) or Permanent; and
        Lapsed, before anything is sent, where the call is not repeatable and the run's loan is over.
        """
        meter = METER.get()

        async def send() -> Answer:
            waits = not repeatable and meter is not None and meter.patient
            rhythm = self._rhythm.turn() if waits and self._rhythm else contextlib.nullcontext()
            async with rhythm, self._pace.turn(waits=repeatable and meter is not None), self._slots:
                if not repeatable:
                    _still_ours()
                response = await self._client.request(method, path, **request)
            return Answer(response.status_code, response.headers, self._parse(response))

        return await self._retrying(repeatable=repeatable)(self._once, method, send)

    async def download(self, path: str, *, most: int, **request: Any) -> Answer:
        """Fetch a text, UTF-8, of `most` bytes at most; it is the answer's body.

        Raise what `call` raises, and Transient where the text is longer: what is too long is not held in memory.
        """

        async def send() -> Answer:
            async with self._slots, self._client.stream("GET", path, **request) as response:
                return Answer(response.status_code, response.headers, await self._text(response, most))

        return await self._retrying(repeatable=True)(self._once, "GET", send)

    def _retrying(self, *, repeatable: bool) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception(_worth_another_try if repeatable else _without_effect),
            stop=stop_after_attempt(self._attempts),
            wait=_pause,
            sleep=asyncio.sleep,
            reraise=True,
        )

    async def _once(self, method: str, send: Callable[[], Awaitable[Answer]]) -> Answer:
        meter = METER.get()
        if meter is not None:
            meter.calls += 1
        try:
            # Never the path: some addresses are secrets.
            with span(method, "client", **{"http.request.method": method}, **self._place) as note:
                answer = await self._answered(method, send, note)
        except Exception as error:
            self.ledger.ended(error)
            raise
        self.ledger.ended(None)
        return answer

    async def _answered(self, method: str, send: Callable[[], Awaitable[Answer]], note: Note) -> Answer:
        try:
            answer = await send()
        except httpx.HTTPError as error:
            raise Transient(self._silence(method, error)) from error
        note(**{"http.response.status_code": answer.status})
        told = told_time(answer.headers)
        if told is not None:
            self.skew = self._wall() - told
        refusal = self._read_error(answer)
        if refusal is None and answer.status >= httpx.codes.BAD_REQUEST:
            refusal = self.usual_error(answer)
        self._pace.heard(self.ledger.heard(answer.headers), answer.headers, refused=refusal is not None)
        if refusal is not None:
            raise refusal
        return answer

    def _silence(self, method: str, error: httpx.HTTPError) -> str:
        at = f" at {self._client.base_url.host}" if self._client.base_url.host else ""
        look = f"; look at {self._setting} and the network" if isinstance(error, httpx.ConnectError) else ""
        return f"{self._title} did not answer {method}{at} ({type(error).__name__}){look if self._setting else ''}"

    def _parse(self, response: httpx.Response) -> Any:
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            if response.status_code >= httpx.codes.BAD_REQUEST:
                return None
            raise Transient(f"{self._title} answered {response.status_code} with something that is not JSON") from error

    async def _text(self, response: httpx.Response, most: int) -> str:
        read = bytearray()
        async for chunk in response.aiter_bytes():
            read += chunk
            if len(read) > most:
                raise Transient(f"{self._title} answered with more than {most // 1000} kB")
        return read.decode("utf-8-sig", "replace")

    def usual_error(self, answer: Answer) -> Exception:
        """Read a refusal by its status alone."""
        status, wait = answer.status, retry_after(answer.headers)
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return RateLimited(f"{self._title} asks us to slow down", wait)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR or status in {408, 409, 425}:
            return Transient(f"{self._title} answered {status}", wait)
        if status in {401, 403}:
            return Denied(f"{self._title} refused the credentials ({status})")
        if status in {404, 410}:
            return NotFound(f"{self._title} does not know that ({status})")
        return Permanent(f"{self._title} answered {status}")

    async def aclose(self) -> None:
        """Give connections back."""
        await self._client.aclose()


def _still_ours() -> None:
    """Raise Lapsed where another replica may have taken over the item that is about to be written."""
    loan = LOAN.get()
    if loan is not None and loan.over:
        raise Lapsed("the item was on loan for too long, as after a pause of the whole process: it is looked at again")


def told_time(headers: Mapping[str, str]) -> float | None:
    """Read `Date` as seconds since 1970; None when absent or nonsense."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After` in seconds; None when absent, a date, or nonsense."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, Transient) and (error.retry_after or 0) <= SHORT_WAIT


def _without_effect(error: BaseException) -> bool:
    unsent = isinstance(error, RateLimited) or isinstance(error.__cause__, (httpx.ConnectError, httpx.PoolTimeout))
    return unsent and _worth_another_try(error)


_backoff = wait_exponential_jitter(multiplier=0.2, max=SHORT_WAIT, jitter=0.2)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Transient) else None
    return asked if asked is not None else _backoff(state)
