"""The service starts without what it does not use: time until its door opens, and memory for as long as it runs."""

import gc
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from app.cli.lean import lean
from app.store import upgrade
from tests.cli.commands import serving

LINEAR = {
    "FOLLOWTHROUGH_LINEAR_API_KEY": "made-up",
    "FOLLOWTHROUGH_LINEAR_API_URL": "http://127.0.0.1:9/graphql",
    "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS": "made-up",
}
POLICY = "version: 1\nwatch: [{tracker: linear, label: post-mortem}]\n"
NOT_NEEDED = (
    "aiosmtplib",
    "alembic",
    "app.cli.demo",
    "app.cli.terminal",
    "app.policy_file.draft",
    "connectors.email.messenger",
    "connectors.ical.feed",
    "connectors.jira.tracker",
    "connectors.linear.sandbox",
    "connectors.pagerduty.on_call",
    "connectors.slack.messenger",
    "graphql",
    "icalendar",
    "jinja2",
    "opentelemetry.sdk",
    "psycopg",
    "pydantic.v1.main",
    "pygal",
    "pygments",
    "rich.console",
    "sqlalchemy.dialects.postgresql",
    "websockets",
)
"""What other commands, other trackers, PostgreSQL, pages, mail and terminals need."""


@pytest.fixture(autouse=True)
def _thaw() -> Iterator[None]:
    """Let the tests' own process look for garbage everywhere again."""
    yield
    gc.unfreeze()


async def test_what_serves_one_tracker_holds_nothing_for_others(cache: Path, tmp_path: Path) -> None:
    """From its start until it serves, the program imports nothing of a list of what costs much and is not used."""
    upgrade(f"sqlite:///{tmp_path / 'followthrough.db'}")
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    async with serving(cache, tmp_path, LINEAR | {"PYTHONPROFILEIMPORTTIME": "1"}) as service:
        imported = {line.rpartition("|")[2].strip() for line in service.log if line.startswith("import time:")}
        await service.end()
    assert {"app.main", "connectors.linear.tracker", "sqlite3"} <= imported
    assert not imported.intersection(NOT_NEEDED)


def test_what_is_left_out_cannot_be_imported_within(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries that would bring it along find it absent; afterwards it is there as before."""
    monkeypatch.delitem(sys.modules, "rich", raising=False)
    with lean(), pytest.raises(ImportError):
        import_module("rich")
    assert import_module("rich")


def test_what_was_there_before_stays() -> None:
    """Who uses a library that is left out goes on with the same one."""
    there = import_module("rich")
    with lean():
        assert import_module("rich") is there
    assert sys.modules["rich"] is there


def test_garbage_is_looked_for_again_afterwards() -> None:
    """Also when what was built within failed."""

    def build() -> None:
        with lean():
            assert not gc.isenabled()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert gc.isenabled()


def test_what_was_built_is_never_gone_through_again() -> None:
    """It stays for good, so no look for garbage takes the time for all of it."""
    with lean():
        built: list[list[int]] = [[number] for number in range(1000)]
    assert gc.get_freeze_count() > len(built)
