"""Whatever a file holds, the answer is a policy or lines for a person."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.errors import Misconfigured
from tests.policies import MINIMAL, parse

PARTS = (
    *("version", "watch", "postmortem", "classes", "size", "urgency", "people", "mandate_roles", "goals", "on_call"),
    *("routes", "stale", "activity", "messages", "limits"),
)
KEYS = (
    *PARTS,
    *("tracker", "label", "teams", "from", "prefix", "matches", "operational", "strategic", "risk", "aliases", "due"),
    *("needs_class", "grace", "name", "email", "mandate", "areas", "until", "source", "starts", "every", "overrides"),
    *("to", "who", "when", "area", "linear", "jira", "board", "set", "team", "ladder", "after", "tell", "digest_at"),
    *("timezone", "quiet", "days", "hours", "largest_change"),
)
WORDS = ("linear", "static", "7d", "-1d", "20%", "09:00", "Europe/Berlin", "link", "a@b", "9999-12-31T23:59:59-23:59")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS) | st.dates()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=5),
    max_leaves=15,
)


def _answers(text: str) -> None:
    try:
        parse(text)
    except Misconfigured as error:
        for line in error.lines:
            _is_a_line(line)


def _is_a_line(line: str) -> None:
    assert line.startswith("f.yaml:")
    assert line.isprintable(), line
    assert "Traceback" not in line


@given(st.text())
@example("? ")
@example("&a")
@example("*")
@example("!<")
@example("%YAML 9999999999999999999999.1\n---\n")
@example('"\\U00110000"')
@example("a: !!int x")
@example("--- ...\n--- a")
@settings(deadline=None)
def test_any_text_is_answered(text: str) -> None:
    """No text makes the reader fail in another way than by lines."""
    _answers(text)


@given(st.text(alphabet="{}[]:,-&*!|>'\"%@`#? \n\tab1"))
@settings(deadline=None)
def test_any_punctuation_is_answered(text: str) -> None:
    """The same for text that is nearly YAML."""
    _answers(text)


@given(st.dictionaries(st.sampled_from(PARTS), values, max_size=6))
@settings(deadline=None, max_examples=60)
def test_any_yaml_is_answered(document: dict[str, object]) -> None:
    """The same for well-formed YAML with known keys in wrong places, beside parts that are right."""
    _answers(yaml.safe_dump(document, allow_unicode=True))
    _answers(yaml.safe_dump({**yaml.safe_load(MINIMAL), **document}))


@pytest.mark.parametrize("key", PARTS)
@given(value=values)
@settings(deadline=None, max_examples=15)
def test_any_value_under_a_known_key_is_answered(key: str, value: object) -> None:
    """The same for every part of the file."""
    _answers(yaml.safe_dump({**yaml.safe_load(MINIMAL), key: value}))
