"""Statements: what is read from a description or a comment, and that every version is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.business_case import BusinessCase, read_case
from app.core.commands import Command
from app.core.person import Person
from app.core.policy import Goal, Policy
from app.core.statements import LONGEST, section, told, with_versions

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = Person("u-ada", "Ada Admin")
RETENTION = Goal("retention", "Customers can always pay")
POLICY = Policy((), goals=(RETENTION, Goal("speed", "Fast")))


def command(text: str, at: datetime = NOW) -> Command:
    """Return what Ada typed after /case."""
    return Command("m", "case", at, ADA, text=text)


@pytest.mark.parametrize(
    ("description", "wanted"),
    [
        ("", ""),
        ("## Business case\nretention: people pay", "retention: people pay"),
        ("intro\n\n### **business CASE**:\n\n- speed: a\n  b\n\nmore\n## Next\nno", "- speed: a b more"),
        ("## Business case\n## Next\nnot this", ""),
        ("Business case\nretention: no heading", ""),
        ("## Business case\nfirst\n## Business case\nsecond", "first"),
        ("```\n## Business case\nan example\n```\n## Business case\nmine", "mine"),
        ("## Business case\nrun\n~~~sh\n# a comment\nrm x\n~~~\n## Next\nno", "run # a comment rm x"),
    ],
)
def test_section_is_what_stands_under_its_heading(description: str, wanted: str) -> None:
    """The words up to the next heading count, on one line, in any case and markup of the heading; code has none."""
    assert section(description, "Business case") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" retention people pay", "retention people pay"),
        ("\n\nretention people\npay\n\nthanks", "retention people pay"),
        (" retention people\n/fund", "retention people"),
        ("\n/fund", ""),
        ("", ""),
        (" a\x00b\u202ec", "a b c"),
    ],
)
def test_command_s_words_end_with_its_paragraph_or_the_next_command(text: str, wanted: str) -> None:
    """A second command in the same comment is not part of the first, and invisible letters are left out."""
    assert told(command(text)) == wanted


def test_long_statement_is_cut() -> None:
    """Sixty thousand characters are kept as far as anybody reads."""
    assert len(told(command(" x" * 30_000))) <= LONGEST + 1
    assert len(section("# Business case\n" + "y" * 60_000, "Business case")) <= LONGEST + 1


def test_every_version_is_kept_with_author_and_time() -> None:
    """A description counts once until its words change, a comment every time, and all stand in order of time."""
    first = with_versions((), "retention: a", [command(" speed b", NOW + timedelta(1))], NOW)
    assert [(one.text, one.by, one.source) for one in first] == [
        ("retention: a", None, "description"),
        ("speed b", "Ada Admin", "comment"),
    ]
    again = with_versions(first, "retention: a", [], NOW + timedelta(2))
    assert again == first
    changed = with_versions(again, "retention: c", [command("")], NOW + timedelta(2))
    assert [one.text for one in changed] == ["retention: a", "speed b", "retention: c"]
    assert changed[0].digest != changed[2].digest


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("retention: people pay", BusinessCase("retention", "people pay", RETENTION)),
        ("RETENTION people pay", BusinessCase("RETENTION", "people pay", RETENTION)),
        ("- `retention`: people pay", BusinessCase("retention", "people pay", RETENTION)),
        ("retentoin, people pay", BusinessCase("retentoin", "people pay", None)),
        ("retention", None),
        ("retention: …", None),
        ("retention ⟨what it helps⟩", None),
        ("", None),
        ("!!!", None),
    ],
)
def test_case_is_a_goal_and_a_sentence(text: str, wanted: BusinessCase | None) -> None:
    """A goal alone is no case; a goal that the policy lacks is read as it stands."""
    assert read_case(text, POLICY) == wanted


@given(st.text(max_size=400))
def test_readers_never_stumble(text: str) -> None:
    """Whatever people type, the readers answer."""
    section(f"## Business case\n{text}", "Business case")
    read_case(told(command(text)), POLICY)
