"""What is sent for many at once is what the official schema takes."""

from graphql import parse

from connectors.linear import documents
from connectors.linear.joint import MOST, Mutation, joined
from connectors.linear.sandbox.complexity import LARGEST, complexity
from tests.connectors.linear.test_documents import VARIABLES
from tests.contract_linear import check_request

NAMES = ("UPDATE", "COMMENT", "EDIT_COMMENT")


def _mutations(number: int) -> list[Mutation]:
    names = [NAMES[place % len(NAMES)] for place in range(number)]
    return [Mutation(getattr(documents, name), VARIABLES[name], "a", lambda _now: None) for name in names]


def test_many_mutations_are_a_valid_document() -> None:
    """With the variables of each under names of their own."""
    assert check_request(*joined(_mutations(7))) == []


def test_the_most_that_go_together_cost_less_than_a_call_may() -> None:
    """By the vendor's formula, which charges what is asked for."""
    document, variables = joined(_mutations(MOST))
    assert complexity(parse(document), variables) < LARGEST
