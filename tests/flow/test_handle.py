"""One item from its snapshot to its record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.errors import Transient
from app.core.memory import Memory
from app.core.snapshot import Snapshot
from app.flow import facts
from app.flow.budget import Budget
from app.flow.handle import Handler
from app.flow.on_call import Rotas
from app.ports import Caller, Result
from tests.flow.fakes import GRACE, GRACE_HOPPER, LINUS, POLICY, FakeClock, FakeRota, FakeTracker, item


class Bench:
    """Hold a handler with its fakes."""

    def __init__(self, *, acts: bool = True, limit: int = 100) -> None:
        self.clock, self.tracker, self.rota = FakeClock(), FakeTracker(), FakeRota()
        rotas = Rotas({"rota": self.rota}, self.clock)
        self.handler = Handler(self.tracker, rotas, lambda: POLICY, self.clock, Budget(limit), acts)

    async def run(self, snapshot: Snapshot, memory: Memory | None = None) -> Result:
        """Handle an item that the tracker holds."""
        self.tracker.items[snapshot.id] = snapshot
        return await self.handler.handle(snapshot, memory or Memory(), ["a test"])


async def test_operational_item_is_written_once_and_silently() -> None:
    """Board, assignee and due date go in one write, and nothing is said."""
    bench = Bench()
    result = await bench.run(item("1", "operational"))
    assert bench.tracker.calls == ["write"]
    assert (result.snapshot.team, result.snapshot.assignee) == ("OPS", LINUS)
    assert result.record.writes == ("move to the board of route all", "assign Linus Duty")


async def test_second_run_writes_nothing() -> None:
    """What the first run wrote is as it should be for the second."""
    bench = Bench()
    first = await bench.run(item("1", "ops"))
    second = await bench.run(first.snapshot, first.memory)
    assert second.record.writes == ()
    assert bench.tracker.calls == ["write"]


async def test_observe_mode_writes_nothing_and_tells_what_it_would() -> None:
    """In observe mode every wanted change is held with that reason."""
    bench = Bench(acts=False)
    result = await bench.run(item("1", "operational"))
    assert bench.tracker.calls == []
    assert set(result.record.held.values()) == {"observe mode"}
    assert len(result.record.held) == 2


async def test_hidden_item_is_told_after_the_write() -> None:
    """An item that does not show on its board after the write is said so in the same run."""
    bench = Bench()
    bench.tracker.hidden = "its status is in no column"
    result = await bench.run(item("1", "operational"))
    assert [finding.id for finding in result.record.findings] == ["board.not_visible"]
    assert bench.tracker.calls == ["write", "say"]
    assert result.memory.comment is not None


async def test_tracker_that_shows_nothing_after_a_write_is_looked_at() -> None:
    """Where a write does not answer with the item, it is read once, to tell whether it shows on its board."""
    bench = Bench()
    bench.tracker.shows = False
    result = await bench.run(item("1", "operational"))
    assert bench.tracker.calls == ["write", "look"]
    assert result.snapshot.team == "OPS"


async def test_refused_part_is_told_and_left_alone() -> None:
    """What the tracker refuses is named in the comment, the rest is done, and it is not tried at the next event."""
    bench = Bench()
    bench.tracker.refuses = {"assign": "Linus may not be assigned here"}
    first = await bench.run(item("1", "operational"))
    assert [finding.id for finding in first.record.findings] == ["write.refused"]
    assert bench.tracker.calls == ["write", "say"]
    second = await bench.run(first.snapshot, first.memory)
    assert bench.tracker.calls == ["write", "say"]
    assert second.look_again_at == first.record.at + timedelta(hours=1)


async def test_question_after_the_grace() -> None:
    """An item without a class is due again when its grace ends, and asked about then."""
    bench = Bench()
    first = await bench.run(item("1"))
    assert first.look_again_at == bench.clock.at + GRACE
    bench.clock.at += GRACE
    second = await bench.run(first.snapshot, first.memory)
    assert bench.tracker.calls == ["write", "say"]
    assert second.memory.comment is not None
    assert second.memory.comment.asks


async def test_nobody_on_call_still_moves_the_item() -> None:
    """With nobody on call the board is set all the same, and a person is told."""
    bench = Bench()
    bench.rota.callers = ()
    result = await bench.run(item("1", "operational"))
    assert result.snapshot.team == "OPS"
    assert [finding.id for finding in result.record.findings] == ["on_call.nobody"]


async def test_unknown_person_on_call_is_named() -> None:
    """Somebody on call whom the tracker does not know is named in the finding."""
    bench = Bench()
    bench.rota.callers = (Caller("Pat Pager", "pat@acme.test"),)
    result = await bench.run(item("1", "operational"))
    found = result.record.findings[0]
    assert found.id == "on_call.unknown_person"
    assert "Pat Pager" in found.sentence


@pytest.mark.parametrize("gone", [False, True])
async def test_item_that_somebody_took_meanwhile_is_theirs(monkeypatch: pytest.MonkeyPatch, *, gone: bool) -> None:
    """A rota that is long in answering gives people the time; then the item is read once more before it is written."""
    bench = Bench()
    who = bench.rota.who

    async def slow(*asked: Any) -> Any:
        bench.tracker.items["1"] = replace(bench.tracker.items["1"], assignee=GRACE_HOPPER)
        if gone:
            bench.tracker.items.clear()
        return await who(*asked)

    monkeypatch.setattr(bench.rota, "who", slow)
    monkeypatch.setattr(facts, "FRESH", -1.0)
    result = await bench.run(item("1", "operational"))
    assert not any("assign" in write for write in result.record.writes)
    assert result.watched is not gone
    assert bench.tracker.calls.count("look") >= 1


async def test_used_up_writes_are_tried_again_later() -> None:
    """Past the policy's writes an hour the item waits for the hour to pass."""
    bench = Bench(limit=1)
    await bench.run(item("1", "operational"))
    bench.clock.at += timedelta(minutes=20)
    with pytest.raises(Transient) as told:
        await bench.run(item("2", "operational"))
    assert told.value.retry_after == 41 * 60
    bench.clock.at += timedelta(minutes=41)
    assert (await bench.run(item("2", "operational"))).record.writes


async def test_vanished_item_is_let_go() -> None:
    """An item that is gone is written to no more, and how it left is remembered."""
    bench = Bench()
    first = await bench.run(item("1", "operational"))
    gone = await bench.run(replace(first.snapshot, here=False), first.memory)
    assert bench.tracker.calls == ["write"]
    assert gone.memory.left is not None
    assert gone.memory.left.how == "vanished"
