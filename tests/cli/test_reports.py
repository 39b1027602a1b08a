"""`followthrough report`."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.core.activity import Activity, ActivityKind
from app.core.postmortem import PostMortem
from app.core.quiet import Quiet
from app.ports import Watermark
from app.store import SqlStore
from tests.store.examples import ADA, recorded, snapshot

POLICY = "version: 1\nwatch: [{tracker: linear, label: pm}]\n"
REPORTS = ("stale", "postmortems", "summary", "strategic", "risks")
DAY = timedelta(days=1)


def report(*arguments: str) -> Result:
    """Print a report."""
    return CliRunner().invoke(app, ["report", *arguments])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a policy and one tracker."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    monkeypatch.setenv("FOLLOWTHROUGH_LINEAR_API_KEY", "lin_api_test")
    return tmp_path


@pytest.fixture
def backlog(folder: Path) -> None:
    """Keep three items, two of which are stale, and one of these with a title that is markup."""
    asyncio.run(_fill(f"sqlite:///{folder / 'followthrough.db'}"))


@pytest.fixture
def compared(folder: Path) -> None:
    """Have compared the tracker with the store, and found nothing."""

    async def mark() -> None:
        store = SqlStore(f"sqlite:///{folder / 'followthrough.db'}")
        await store.open()
        await store.put_watermark("linear", Watermark(datetime.now(UTC), datetime.now(UTC), 0))
        await store.aclose()

    asyncio.run(mark())


async def _fill(url: str) -> None:
    store = SqlStore(url)
    await store.open()
    now = datetime.now(UTC)
    for id_, days, title in (("1", 9, "=1+1 | <b>"), ("2", 40, "Shard"), ("3", 1, "Fresh")):
        last = Activity(now - days * DAY, ActivityKind.COMMENT, ADA)
        quiet = Quiet(last, 7 * DAY, last.at + 7 * DAY)
        shown = snapshot(id_, title=title, team="ENG", created_at=now - 50 * DAY)
        await recorded(store, id_, now=now, snapshot=shown, quiet=quiet, postmortem=PostMortem("pm/1"))
    await store.put_watermark("linear", Watermark(now, now, 3))
    await store.aclose()


@pytest.mark.parametrize("name", ["postmortems", "strategic", "risks"])
def test_empty_report_is_printed_in_every_form(name: str) -> None:
    """With nothing to report the table says so, and JSON holds an empty list."""
    assert (report(name).exit_code, report(name).output) == (0, "Nothing to report.\n")
    assert report(name, "--format", "markdown").output == "Nothing to report.\n"
    shown = json.loads(report(name, "--format", "json").output)
    assert (shown if isinstance(shown, list) else shown["items"]) == []


def test_stale_report_of_a_store_that_was_never_filled_claims_nothing() -> None:
    """Before the first reconcile nobody knows whether anything is stale; after it, that nothing is."""
    unknown = "No item is known yet; `followthrough reconcile` looks.\n"
    for form in ("table", "markdown"):
        assert (report("stale", "--format", form).exit_code, report("stale", "--format", form).output) == (0, unknown)
    shown = json.loads(report("stale", "--format", "json").output)
    assert (shown["complete"], shown["items"]) == (False, [])


@pytest.mark.usefixtures("compared")
def test_stale_report_without_items_says_so_once_the_tracker_was_compared() -> None:
    """Then nothing is stale, and that is all."""
    assert report("stale").output == "Nothing to report.\n"
    assert json.loads(report("stale", "--format", "json").output)["complete"] is True


@pytest.mark.usefixtures("backlog")
def test_stale_items_are_printed_as_the_interface_shows_them() -> None:
    """In each form the same, what went stale first before the others."""
    shown = json.loads(report("stale", "--format", "json").output)
    assert [item["key"] for item in shown["items"]] == ["PM-2", "PM-1"]
    assert (shown["total"], shown["evaluated"], shown["complete"]) == (2, 3, True)
    rows = list(csv.DictReader(io.StringIO(report("stale", "--format", "csv").output)))
    assert [(row["key"], row["title"]) for row in rows] == [("PM-2", "Shard"), ("PM-1", "'=1+1 | <b>")]
    lines = report("stale").output.splitlines()
    assert lines[0].split()[:3] == ["item", "class", "owner"]
    assert [line.split()[0] for line in lines[1:]] == ["PM-2", "PM-1"]
    table = report("stale", "--format", "markdown").output.splitlines()
    assert table[1] == "| --- | --- | --- | --- | --- | --- | --- |"
    assert table[3].endswith(r"| =1+1 \| \<b\> |")


@pytest.mark.usefixtures("backlog")
@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        (("--older-than", "14d"), ["PM-2"]),
        (("--owner", "ADA ADMIN", "--tracker", "Linear", "--class", "operational"), ["PM-2", "PM-1"]),
        (("--team", "eng", "--route", "PAYMENTS", "--snoozed"), ["PM-2", "PM-1"]),
        (("--class", "risk"), []),
    ],
)
def test_filters_are_those_of_the_interface(filters: tuple[str, ...], keys: list[str]) -> None:
    """By the same words."""
    shown = json.loads(report("stale", *filters, "--format", "json").output)
    assert [item["key"] for item in shown["items"]] == keys


@pytest.mark.usefixtures("backlog")
def test_next_page_is_named() -> None:
    """And what it is called prints it."""
    ended = report("stale", "--limit", "1").output.splitlines()
    assert ended[-1].startswith("1 of 2; the next ones: --after ")
    assert report("stale", "--after", ended[-1].rpartition(" ")[2]).output.splitlines()[1].startswith("PM-1")


@pytest.mark.parametrize(
    "wrong",
    [
        *(("--older-than", "banana"), ("--limit", "-1"), ("--limit", "1e9"), ("--class", "big")),
        *(("--format", "exe"), ("--after", "forged"), ("--tracker", "github"), ("--owner", "'; drop table items")),
    ],
)
def test_wrong_use_is_named_and_ends_with_2(wrong: tuple[str, str]) -> None:
    """No traceback, and the option's name."""
    ended = report("stale", *wrong)
    assert ended.exit_code == 2
    assert wrong[0].strip("-") in ended.output
    assert not isinstance(ended.exception, ValueError)


@pytest.mark.usefixtures("backlog")
def test_post_mortems_and_summary_are_printed() -> None:
    """As tables with their numbers."""
    assert report("postmortems").output.splitlines()[1].split() == ["pm/1", "3", "0", "3", "2", "50"]
    lines = [line.split() for line in report("summary").output.splitlines()]
    assert ["open", "3"] in lines
    assert ["by", "route", "payments", "3"] in lines
    assert "by_team,ENG,3" in report("summary", "--format", "csv").output


def test_every_report_is_offered() -> None:
    """Under its own name."""
    help_ = report("--help").output
    assert all(name in help_ for name in REPORTS)
