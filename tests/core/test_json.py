"""What is remembered survives being written down."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.core.decide import decide
from app.core.memory import Memory
from app.core.policy import Policy
from app.core.record import Record
from app.core.snapshot import Facts, Snapshot
from tests.builders import NOW, snapshot
from tests.core.minds import memories
from tests.core.test_properties import STEPS, Steps, lived, trying
from tests.core.tracker import World
from tests.core.worlds import NAMES, any_facts, policies, snapshots, worlds

MEMORY: TypeAdapter[Memory] = TypeAdapter(Memory)
SNAPSHOT: TypeAdapter[Snapshot] = TypeAdapter(Snapshot)
RECORD: TypeAdapter[Record] = TypeAdapter(Record)


def survives(adapter: TypeAdapter[Any], value: object) -> None:
    """Write a value down and read it back; it must be the same."""
    assert adapter.validate_json(adapter.dump_json(value, exclude={"native"})) == value


@trying
@given(memories())
def test_any_memory_survives(memory: Memory) -> None:
    """Every memory reads back as it was."""
    survives(MEMORY, memory)


@trying
@given(snapshots(), any_facts())
def test_any_snapshot_survives(item: Snapshot, facts: Facts) -> None:
    """Every snapshot reads back as it was, but for the connector's own part."""
    survives(SNAPSHOT, snapshot(facts=facts, native={"id": object()}))
    survives(SNAPSHOT, item)


@trying
@given(snapshots(), policies(), st.lists(NAMES, max_size=2), st.dictionaries(NAMES, NAMES, max_size=2))
def test_any_record_survives(item: Snapshot, policy: Policy, words: list[str], held: dict[str, str]) -> None:
    """Every record reads back as it was."""
    decision = decide(item, Memory(), policy, NOW)
    record = Record(
        at=NOW + timedelta(microseconds=1),
        because=tuple(words),
        findings=decision.findings,
        writes=tuple(words),
        held=held,
        verdicts=decision.verdicts,
        failed=words[0] if words else None,
        calls=len(words),
        saw=held,
    )
    survives(RECORD, record)


@trying
@given(worlds(), STEPS)
def test_memory_of_a_life_survives(world: World, steps: Steps) -> None:
    """What is remembered after every run of a life reads back as it was, and so does the item."""
    for ran, _ in lived(world, steps):
        survives(MEMORY, ran.memory)
        survives(SNAPSHOT, ran.before)
