"""A whole run with both trackers, letters, wrong calls and errors leaves none of its secrets anywhere."""

import base64
import io
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.assembly import Service
from app.log import configure
from app.store.codec import unpack
from connectors._kit.sandbox import SandboxServer
from connectors.jira.sandbox import JiraSandbox
from connectors.linear.sandbox.sandbox import LinearSandbox
from tests.running import quiet, running, until

OPERATE, READ = "operate-hush-1", "read-hush-2"
SLACK, PAGERDUTY = "xoxb-hush-3", "pagerduty-hush-4"
TOLD = "hush-5-told-by-nobody-we-know"
"""What callers send us that may well be a secret of theirs."""
PAGES = ("/", "/deliveries", "/items", "/policy", "/metrics", "/readyz", "/healthz", "/docs", "/openapi.json")
REPORTS = ("stale", "needing", "summary", "postmortems", "risks", "strategic")
FORMS = ("text/html", "application/json", "text/csv", "text/plain")
NOT_SECRET = ("_URL", "_EMAIL", "_DEPLOYMENT", "_CLIENT_ID")


@dataclass
class FakeSlack:
    """Take letters: the first is answered with an error that repeats the credentials, as careless proxies do."""

    letters: list[str] = field(default_factory=list)
    failed: bool = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one call."""
        request = Request(scope, receive)
        await self._answer(request, await request.body())(scope, receive, send)

    def _answer(self, request: Request, body: bytes) -> Response:
        if request.url.path.endswith("users.lookupByEmail"):
            return JSONResponse({"ok": True, "user": {"id": "U1", "deleted": False, "is_bot": False}})
        if not request.url.path.endswith("chat.postMessage"):
            return JSONResponse({"ok": True})
        if not self.failed:
            self.failed = True
            return Response(f"bad gateway, request was {dict(request.headers)}", 502)
        self.letters.append(body.decode())
        return JSONResponse({"ok": True, "ts": "1"})


@dataclass
class Later:
    """Tell a time that is days ahead."""

    days: int = 1

    def now(self) -> datetime:
        """Return it."""
        return datetime.now(UTC) + timedelta(days=self.days)


@dataclass
class Run:
    """Hold what runs, and what is seen of it."""

    service: Service
    address: str
    linear: LinearSandbox
    jira: JiraSandbox
    slack: FakeSlack
    seen: list[str] = field(default_factory=list)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return where everything is logged, details too, and put the log back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    quiet_ones = [logging.getLogger(name) for name in ("httpx", "httpcore", "alembic")]
    levels = [one.level for one in quiet_ones]
    configure("json", stream, logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for one, before in zip(quiet_ones, levels, strict=True):
        one.setLevel(before)
    structlog.reset_defaults()


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[tuple[Run, Mapping[str, str]]]:
    """Run the service in act mode beside both trackers and Slack; yield it with its settings."""
    linear, jira, slack = LinearSandbox(), JiraSandbox(), FakeSlack()
    letters = SandboxServer(slack)
    for one in (linear, jira, letters):
        await one.start()
    settings = {
        **linear.environment(oauth=True),
        **jira.environment(),
        "FOLLOWTHROUGH_API_TOKENS": OPERATE,
        "FOLLOWTHROUGH_READ_TOKENS": READ,
        "FOLLOWTHROUGH_SLACK_BOT_TOKEN": SLACK,
        "FOLLOWTHROUGH_SLACK_API_URL": letters.url,
        "FOLLOWTHROUGH_PAGERDUTY_TOKEN": PAGERDUTY,
        "FOLLOWTHROUGH_PAGERDUTY_API_URL": f"{letters.url}/pagerduty",
    }
    try:
        async with running(folder, _policy(linear, jira), settings) as (service, address):
            linear.send_webhooks_to(f"{address}/webhooks/linear")
            jira.send_webhooks_to(f"{address}/webhooks/jira")
            yield Run(service, address, linear, jira, slack), settings
    finally:
        for one in (linear, jira, letters):
            await one.aclose()


def _policy(linear: LinearSandbox, jira: JiraSandbox) -> str:
    """Return a policy for both trackers that asks at once, and writes in Slack."""
    rules, other = (yaml.safe_load(one.policy(grace="0s")) for one in (linear, jira))
    rules["watch"] += other["watch"]
    for kind in ("operational", "strategic"):
        rules["routes"][0][kind]["jira"] = other["routes"][0][kind]["jira"]
    rules["on_call"]["platform"].insert(0, {"source": "pagerduty", "schedule": "PSCHED1"})
    rules["messages"] = {"send": [{"via": "slack"}], "digest_at": "00:00", "timezone": "UTC"}
    return yaml.safe_dump(rules)


async def _work(run: Run) -> None:
    """Let items of each class come, while each tracker fails now and then, and letters go out."""
    for sandbox in (run.linear, run.jira):
        for kind in ("500", "html", "ratelimit"):
            sandbox.fail_next(1, kind)
        for labels in ([], ["operational"], ["strategic"]):
            item = await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem", *labels])
            await sandbox.comment(item, "grace@acme.test", "/why")
        await sandbox.drain()
    run.linear.revoke_tokens()
    await run.linear.create("grace@acme.test", "Another", ["post-mortem", "operational"])
    await run.linear.drain()
    await until(lambda: run.jira.writes() and run.linear.writes(), "writes on both")
    await quiet(run.service)
    deliverer = run.service.deliverer
    assert deliverer is not None
    clock = deliverer.clock = Later()
    while not run.slack.letters:
        assert clock.days < 9, "no letter went out"
        await deliverer.once()
        clock.days += 1


async def _call(run: Run, settings: Mapping[str, str]) -> None:
    """Call everything rightly and wrongly, and note what is answered."""
    async with httpx.AsyncClient(base_url=run.address) as client:
        for tracker in ("linear", "jira"):
            secret = settings[f"FOLLOWTHROUGH_{tracker.upper()}_WEBHOOK_SECRETS"]
            for told in (secret, f"{secret}x", TOLD):
                headers = {"x-followthrough-secret": told, "authorization": f"Bearer {TOLD}", "cookie": f"a={TOLD}"}
                answer = await client.post(f"/webhooks/{tracker}", content=b'{"issue": {"id": "1"}}', headers=headers)
                run.seen.append(answer.text)
        for bearer in (READ, f"{OPERATE}x", TOLD):
            run.seen.append((await client.get("/items", headers={"authorization": f"Bearer {bearer}"})).text)
        client.headers["authorization"] = f"Bearer {OPERATE}"
        first = (await client.get("/items")).json()["items"][0]
        item = f"/items/{first['tracker']}/{first['key']}"
        for path in (*PAGES, *(f"/reports/{name}" for name in REPORTS), item, f"{item}/why", "/nowhere"):
            for form in FORMS:
                run.seen.append((await client.get(path, headers={"accept": form})).text)
        run.seen.append((await client.post(f"{item}/check")).text)
    await quiet(run.service)


def _stored(folder: Path) -> dict[str, str]:
    """Return what the database holds: its files as they lie there, each table's rows, and the bodies unpacked."""
    files = "".join(one.read_bytes().decode("latin-1") for one in folder.glob("followthrough.db*"))
    with closing(sqlite3.connect(folder / "followthrough.db")) as database:
        rows = "\n".join(database.iterdump())
        bodies = [unpack(body).decode() for (body,) in database.execute("select body from deliveries")]
    assert bodies
    return {"files": files, "rows": rows, "bodies": "".join(bodies)}


def _secrets(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what must be found nowhere: each secret, and as it goes over the wire."""
    found = {name: value for name, value in settings.items() if not name.endswith(NOT_SECRET)}
    pair = f"{settings['FOLLOWTHROUGH_JIRA_EMAIL']}:{settings['FOLLOWTHROUGH_JIRA_API_TOKEN']}"
    basic = base64.b64encode(pair.encode()).decode()
    return {**found, "basic": basic, "minted by Linear": "lin_oauth_", "told": TOLD}


async def test_no_secret_is_left_anywhere(tmp_path: Path, log: io.StringIO) -> None:
    """Neither log, pages, reports, letters nor database hold a credential of ours, or what a caller may have told."""
    async with both(tmp_path) as (run, settings):
        await _work(run)
        await _call(run, settings)
        places = {"log": log.getvalue(), "pages": "".join(run.seen), "letters": "".join(run.slack.letters)}
        places |= _stored(tmp_path)
    places["log"] = log.getvalue()
    secrets = _secrets(settings)
    assert len(secrets) >= 9, secrets.keys()
    assert all(places.values())
    assert [(name, place) for name, value in secrets.items() for place, text in places.items() if value in text] == []
    assert "wrong signature" in places["log"]
    assert "message not sent" in places["log"] or "message perhaps sent" in places["log"]
