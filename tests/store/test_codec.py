"""Values survive the database, newer and older versions of the program included."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from app.core.memory import Memory, OurComment, Wrote
from app.core.record import Record
from app.core.snapshot import BoardFact, Facts, OnCallFact, Snapshot, Standing
from app.store.codec import HEADERS, HEARD, MEMORY, PERSON, RECORD, SNAPSHOT, dump, load
from app.store.columns import Moment, as_name, clean
from app.store.cursor import read_cursor, write_cursor
from app.store.reasons import join_reasons, split_reasons
from tests.store.examples import ADA, NOW, delivery, memory, result, snapshot

SQLITE = create_engine("sqlite://").dialect


def test_values_come_back_equal() -> None:
    """Each kind of value is read as it was written."""
    full = snapshot(
        due=date(2026, 4, 1),
        standing=Standing.WONT_DO,
        facts=Facts(BoardFact(here=True, mark="m"), on_call=OnCallFact(ADA, tried=("static: Ada",))),
    )
    assert load(SNAPSHOT, dump(SNAPSHOT, full)) == full
    wrote = Memory(wrote=Wrote(("a",), due=date(2026, 4, 1)), obeyed=("c1",), comment=OurComment("1", "d"))
    for remembered in (Memory(), memory(), wrote):
        assert load(MEMORY, dump(MEMORY, remembered)) == remembered
    assert load(RECORD, dump(RECORD, result().record)) == result().record
    assert load(PERSON, dump(PERSON, ADA)) == ADA
    assert load(HEARD, dump(HEARD, delivery().heard)) == delivery().heard
    assert load(MEMORY, None) is None


def test_key_that_a_newer_version_wrote_is_left_out() -> None:
    """After a step back to an older version its rows are readable."""
    newer = {**json.loads(dump(MEMORY, memory())), "mood": "fine"}
    assert load(MEMORY, json.dumps(newer)) == memory()


def test_key_that_an_older_version_did_not_write_gets_its_default() -> None:
    """A field that was added since is as if nothing was known."""
    older = json.loads(dump(MEMORY, memory()))
    del older["since"]
    read = load(MEMORY, json.dumps(older))
    assert read
    assert (read.since, read.first_seen_at) == ({}, NOW)


def test_part_that_changed_its_shape_is_forgotten_alone() -> None:
    """One part that cannot be read any more does not take the rest of the memory with it."""
    older = {**json.loads(dump(MEMORY, memory())), "flips": ["yesterday"], "left": 7}
    read = load(MEMORY, json.dumps(older))
    assert read
    assert (read.flips, read.left, read.comment, read.first_seen_at) == ((), None, memory().comment, NOW)


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "7", "null", '{"id": "x"}'])
def test_what_cannot_be_read_at_all_is_nothing(text: str) -> None:
    """A snapshot that makes no sense is read anew from the tracker."""
    assert load(SNAPSHOT, text) is None


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_can_be_kept(text: str) -> None:
    """Cleaned text holds no NUL and is UTF-8; good text stays as it is."""
    cleaned = clean(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned
    assert len(as_name(text * 50)) <= 200
    assert as_name(as_name(text * 50)) == as_name(text * 50)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_good_text_stays_as_it_is(text: str) -> None:
    """Nothing is taken from what a database can hold."""
    assert clean(text) == text


@given(st.dictionaries(st.text(alphabet=st.characters(exclude_categories=[])), st.text(alphabet="a\0\ud800\udc00")))
def test_any_headers_can_be_kept(headers: dict[str, str]) -> None:
    """JSON of hostile text is written and read again."""
    assert load(HEADERS, dump(HEADERS, headers)) is not None


def test_hostile_text_within_values_is_mended() -> None:
    """A cut-off emoji in a title does not keep a snapshot or record out."""
    read = load(SNAPSHOT, dump(SNAPSHOT, snapshot(title="half \ud83d", labels=("\udc00",))))
    assert isinstance(read, Snapshot)
    assert (read.title, read.labels, read.epics) == ("half \ufffd", ("\ufffd",), snapshot().epics)
    told = load(RECORD, dump(RECORD, Record(NOW, ("\ud83d",), held={"\ud83d": "\0"})))
    assert told == Record(NOW, ("\ufffd",), held={"\ufffd": "\ufffd"})


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(timezone(timedelta(hours=5)))))
def test_moments_sort_as_numbers_and_come_back_exactly(one: datetime, two: datetime) -> None:
    """Times keep their microseconds and their order, whatever zone they came in."""
    column = Moment()
    left, right = column.process_bind_param(one, SQLITE), column.process_bind_param(two, SQLITE)
    assert left is not None
    assert right is not None
    assert (left < right) == (one < two)
    assert column.process_result_value(left, SQLITE) == one


def test_naive_time_is_refused() -> None:
    """A time without zone is a mistake of ours, not a row."""
    with pytest.raises(TypeError):
        Moment().process_bind_param(datetime(2026, 1, 1), SQLITE)  # noqa: DTZ001  that is the point


@given(st.text(), st.text())
def test_cursor_is_read_as_it_was_written(tracker: str, id_: str) -> None:
    """Any item can stand at the end of a page."""
    assert read_cursor("items", write_cursor("items", tracker, id_), str, str) == [tracker, id_]
    with pytest.raises(ValueError, match="cursor"):
        read_cursor("stale", write_cursor("items", tracker, id_), str, str)
    with pytest.raises(ValueError, match="cursor"):
        read_cursor("items", write_cursor("items", tracker, id_), str, int)


@given(st.text())
def test_any_word_is_a_cursor_or_refused(word: str) -> None:
    """No text but ours passes, and none does anything else than raise ValueError."""
    with pytest.raises(ValueError, match="cursor"):
        read_cursor("items", word, str)


@given(st.lists(st.text()))
def test_reasons_are_read_as_they_were_joined(reasons: list[str]) -> None:
    """Joining and splitting is stable, distinct and bounded."""
    read = split_reasons(join_reasons(reasons))
    assert len(read) == len(set(read)) <= 10
    assert split_reasons(join_reasons(read)) == read
