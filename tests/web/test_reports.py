"""The reports of strategic items and risks."""

import csv
import io
from dataclasses import replace

import pytest

from app.core.item_class import ItemClass
from app.core.memory import Memory
from app.core.person import Person
from app.core.risk_decisions import RiskDecision
from app.core.snapshot import Epic, Standing
from app.core.statements import Statement
from app.flow.forms import as_csv
from app.ports import Stored
from tests.web.fakes import NOW, an_item, caller, fake_service

WHOLE = "If we do not shard by Q1, we will lose 30% of revenue. Decision: Ada"
EPIC = Epic("project", "p-1", "Q4", "Q4", "https://tracker.test/q4", owner=Person("u-ada", "Ada Admin"))


def stored(id_: str, item_class: ItemClass, memory: Memory, *, closed: bool = False, title: str = "Shard") -> Stored:
    """Return an item of that class."""
    one = an_item(id_, f"PM-{id_}", title)
    assert one.snapshot is not None
    standing = Standing.DONE if closed else Standing.OPEN
    return replace(
        one, item_class=item_class, memory=memory, snapshot=replace(one.snapshot, epics=(EPIC,), standing=standing)
    )


def stated(text: str) -> Statement:
    """Return a statement of now."""
    return Statement(text, NOW, "comment", "Linus", "u-linus")


ITEMS = [
    stored("1", ItemClass.STRATEGIC, Memory(cases=(stated("retention people pay"),)), title="=cmd()"),
    stored("2", ItemClass.STRATEGIC, Memory()),
    stored(
        "3",
        ItemClass.RISK,
        Memory(risks=(stated("30%"), stated(WHOLE)), risk_decisions=(RiskDecision("fund", "Ada", "u-ada", NOW),)),
    ),
    stored("4", ItemClass.RISK, Memory(risks=(stated(WHOLE),))),
    stored("5", ItemClass.RISK, Memory(risks=(stated(WHOLE),)), closed=True),
]


async def test_strategic_items_are_reported_with_owner_and_case() -> None:
    """Every open strategic item stands there with its epic, its owner and what was stated."""
    async with caller(fake_service(items=ITEMS)) as client:
        shown = (await client.get("/reports/strategic")).json()
    assert [row["key"] for row in shown["items"]] == ["PM-1", "PM-2"]
    assert shown["items"][0]["owner"]["name"] == "Ada Admin"
    assert shown["items"][0]["case"]["sentence"] == "people pay"
    assert shown["items"][1]["case"]["goal"] is None


async def test_risks_are_reported_undecided_first() -> None:
    """What waits for a decision comes first; versions and decision are shown, closed items are not."""
    async with caller(fake_service(items=ITEMS)) as client:
        rows = (await client.get("/reports/risks")).json()["items"]
    assert [(row["key"], row["state"]) for row in rows] == [("PM-4", "undecided"), ("PM-3", "funded")]
    assert rows[1]["decision"]["by"] == "Ada"
    assert [version["text"] for version in rows[1]["versions"]] == ["30%", WHOLE]


async def test_the_page_of_risks_shows_wordings_of_the_description() -> None:
    """Nobody's name stands with a wording from the description; it says where it stood."""
    described = Statement("30%", NOW, "description")
    item = stored("6", ItemClass.RISK, Memory(risks=(described, stated(WHOLE))))
    async with caller(fake_service(items=[item])) as client:
        answer = await client.get("/reports/risks?format=html")
    assert answer.status_code == 200
    assert ', in the description: <bdi class="theirs">30%</bdi>' in answer.text


async def test_reports_come_as_csv_that_no_spreadsheet_runs() -> None:
    """By parameter or by Accept; nested names are joined, and a title that is a formula is harmless."""
    async with caller(fake_service(items=ITEMS)) as client:
        text = (await client.get("/reports/strategic", params={"format": "csv"})).text
        same = (await client.get("/reports/strategic", headers={"accept": "text/csv"})).text
        wrong = await client.get("/reports/strategic", params={"format": "xml"})
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text == same
    assert rows[0]["owner_name"] == "Ada Admin"
    assert rows[0]["title"] == "'=cmd()"
    assert wrong.status_code == 422


@pytest.mark.parametrize("name", ["strategic", "risks"])
async def test_columns_of_a_csv_do_not_hang_on_its_rows(name: str) -> None:
    """A report without rows has the same header as one with rows, and none of their names is left out of it."""
    heads = []
    for items in ([], ITEMS):
        async with caller(fake_service(items=items)) as client:
            text = (await client.get(f"/reports/{name}", params={"format": "csv"})).text
            shown = (await client.get(f"/reports/{name}")).json()["items"]
        heads.append(text.splitlines()[0])
    assert heads[0] == heads[1] == as_csv(shown).splitlines()[0]
