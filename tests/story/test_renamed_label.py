"""A label that was renamed in Linear costs no item its place, and nobody is asked what was said long ago."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.ports import Touch
from connectors.linear.sandbox.sandbox import LinearSandbox
from tests.running import quiet, running, until


@pytest.fixture
async def sandbox() -> AsyncIterator[LinearSandbox]:
    """Start a workspace."""
    one = LinearSandbox()
    await one.start()
    yield one
    await one.aclose()


def _rename(sandbox: LinearSandbox, old: str, new: str) -> None:
    """Rename a label: no issue counts as updated by it."""
    label = sandbox.world.find("IssueLabel", name=old)
    assert label
    label["name"] = new


@pytest.mark.parametrize("label", ["post-mortem", "operational", "needs-class"])
async def test_nothing_is_written_for_a_label_that_was_renamed(
    sandbox: LinearSandbox, label: str, tmp_path: Path
) -> None:
    """Whatever looks at the items then; readiness and the page say what is amiss, and its old name puts it right."""
    ids = [
        await sandbox.create("grace@acme.test", f"Item {n}", ["post-mortem", *classes])
        for n, classes in enumerate(([], ["operational"], ["strategic"]))
    ]
    async with running(tmp_path, sandbox.policy(grace="0s"), sandbox.environment()) as (service, address):
        await until(lambda: "needs-class" in sandbox.view(ids[0])["labels"], "the question")
        await quiet(service)
        written, before = len(sandbox.writes()), [sandbox.view(id_) for id_ in ids]
        _rename(sandbox, label, "other")
        affected = [id_ for id_, view in zip(ids, before, strict=True) if label in view["labels"]]
        await _looked_at(service, affected)
        assert len(sandbox.writes()) == written
        async with httpx.AsyncClient(base_url=address) as caller:
            checks = (await caller.get("/readyz")).json()["checks"]
            page = (await caller.get("/deliveries", headers={"Accept": "text/html"})).text
        assert [one["message"] for one in checks if one["id"] == "linear.label"] == [f"there is no label “{label}”"]
        assert f"there is no label “{label}”" in page
        _rename(sandbox, "other", label)
        await service.store.touch("linear", [Touch(id_, "a test") for id_ in ids], service.clock.now(), settle=False)
        await quiet(service)
        assert [sandbox.view(id_)["labels"] for id_ in ids] == [view["labels"] for view in before]
        assert len(sandbox.writes()) == written


async def _looked_at(service: Any, ids: list[str]) -> None:
    """Have items looked at; each says then why nothing was done."""
    await service.store.touch("linear", [Touch(id_, "a test") for id_ in ids], service.clock.now(), settle=False)

    async def told() -> bool:
        found = [await service.store.records("linear", id_, 1) for id_ in ids]
        return all(records and "nothing is done on a guess" in (records[0].failed or "") for records in found)

    await until(told, "each to be held back")
