"""Comments in Markdown show what was meant, and nothing that a person typed becomes markup."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.person import Person
from app.core.text import Block, Code, Link, Mention, Span, Text, bullet, paragraph
from connectors.linear.markdown import markdown
from connectors.linear.wire import ESCAPED

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ADA = Person("1", "Ada *Admin*", mention="https://linear.app/acme/profiles/ada")


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ("plain words", "plain words"),
        ("2 * 3 _and_ [x](y) <b> ~no~ a|b #1 !", r"2 \* 3 \_and\_ \[x\](y) \<b\> \~no\~ a\|b \#1 \!"),
        ("a\\b `c`", r"a\\b \`c\`"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("12) no list", r"12\) no list"),
        ("2026 was", "2026 was"),
        ("+ no list", r"\+ no list"),
        ("two\nlines", "two lines"),
        ("see https://a.test/x_y now", "see `https://a.test/x_y` now"),
        ("see https://linear.app/acme/issue/ENG-2/title now", "see `ENG-2` now"),
        (Code("/why"), "`/why`"),
        (Code("a `b` c"), "`` a `b` c ``"),
        (Code("a\nb"), "`a b`"),
        (Mention(ADA), "https://linear.app/acme/profiles/ada"),
        (Mention(Person("2", "Bo_b")), r"Bo\_b"),
        (Link("a [page]", "https://a.test/x y>"), r"[a \[page\]](<https://a.test/x%20y%3E>)"),
        (Link("ENG-2", "https://linear.app/acme/issue/ENG-2/title"), "ENG-2"),
    ],
)
def test_spans(span: Span, shown: str) -> None:
    """Each kind of span is written so that it shows as it is."""
    assert markdown(Text((paragraph(span),))) == shown


def test_blocks() -> None:
    """Paragraphs stand apart, list entries together, small print in italics."""
    text = Text((paragraph("One"), bullet("a"), bullet("b"), Block(("small",), "small"), Block((), "small")))
    assert markdown(text) == "One\n\n- a\n- b\n\n*small*\n\n"


@UNHURRIED
@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029"), max_size=40))
def test_what_was_typed_reads_back_as_it_was(typed: str) -> None:
    """Escaping is undone by reading, whatever marks were typed; addresses come back as code."""
    if "www." in typed.casefold() or "://" in typed:
        return
    assert ESCAPED.sub(r"\1", markdown(Text((paragraph(typed),)))) == typed.strip()
