"""Write JQL that cannot be broken out of, and take apart what others wrote."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.policy import Watch
from connectors.jira import jql


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("labels = x ORDER BY Rank ASC", "labels = x"),
        ("labels = x order  by\n Rank", "labels = x"),
        ("ORDER BY key", ""),
        ("(a = b)ORDER BY key", "(a = b)"),
        ('summary ~ "order by" ORDER BY key', 'summary ~ "order by"'),
        ("summary ~ 'order by' AND a = b", "summary ~ 'order by' AND a = b"),
        ('summary ~ "say \\"x\\" order by" order by key', 'summary ~ "say \\"x\\" order by"'),
        ('summary ~ "ends \\\\" order by key', 'summary ~ "ends \\\\"'),
        ("reorder by = 1", "reorder by = 1"),
        ('"it\'s" = 1 ORDER BY a', '"it\'s" = 1'),
        ("", ""),
    ],
)
def test_the_order_is_taken_off(query: str, condition: str) -> None:
    """`ORDER BY` cannot stand within a condition; inside quotes it is only text."""
    assert jql.condition(query) == condition


def test_conditions_are_joined_in_brackets() -> None:
    """An `or` within one condition does not reach the other; an empty one holds for everything."""
    assert jql.both("id = 1", "a = b or c = d ORDER BY e") == "(id = 1) AND (a = b or c = d)"
    assert jql.both("id = 1", "", "ORDER BY e") == "(id = 1)"


def test_watches_are_one_bounded_query() -> None:
    """Everything that is watched is one query, in an order that edits do not change."""
    watches = (Watch("jira", "post-mortem", projects=("PM", "OPS"), issue_types=("Task",)), Watch("jira", 'say "x"'))
    assert jql.watched(watches) == (
        '(labels = "post-mortem" AND project in ("PM", "OPS") AND issuetype in ("Task")) OR (labels = "say \\"x\\"") '
        "ORDER BY key ASC"
    )


def test_what_changed_lately_is_asked_for_in_whole_minutes() -> None:
    """The time holds for every watch, and is rounded up."""
    watches = (Watch("jira", "a"), Watch("jira", "b"))
    assert jql.watched(watches, timedelta(minutes=70, seconds=1)) == (
        '((labels = "a") OR (labels = "b")) AND updated >= -71m ORDER BY key ASC'
    )


@given(st.text())
def test_a_quoted_word_stays_inside_its_quotes(word: str) -> None:
    """Nothing that a person can name ends the string that it stands in."""
    query = f"labels = {jql.quoted(word)} ORDER BY key"
    assert jql.condition(query) == f"labels = {jql.quoted(word)}"
    assert "\n" not in jql.quoted(word)
