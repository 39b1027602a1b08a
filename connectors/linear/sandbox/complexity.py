"""Count what a request costs, by Linear's formula. See https://linear.app/developers/rate-limiting.

A property costs 0.1, an object 1, and a connection its children times the size of the page that was asked for.
"""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from connectors.linear.sandbox.pages import LARGEST_PAGE, USUAL_PAGE

Variables: TypeAlias = Mapping[str, Any]
Fragments: TypeAlias = Mapping[str, FragmentDefinitionNode]

LARGEST = 10_000
"""A request that costs more is refused whatever the budget."""


def complexity(document: DocumentNode, variables: Variables) -> int:
    """Return the cost of a document in points, rounded up."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return math.ceil(sum(_cost(node.selection_set, variables, fragments) for node in operations))


def _cost(selected: SelectionSetNode | None, variables: Variables, fragments: Fragments) -> float:
    return sum(_cost_of(node, variables, fragments) for node in (selected.selections if selected else ()))


def _cost_of(node: SelectionNode, variables: Variables, fragments: Fragments) -> float:
    if isinstance(node, FragmentSpreadNode):
        return _cost(fragments[node.name.value].selection_set, variables, fragments)
    if isinstance(node, InlineFragmentNode):
        return _cost(node.selection_set, variables, fragments)
    if not isinstance(node, FieldNode) or node.selection_set is None:
        return 0.1
    page = _page(node, variables)
    return 1 + sum(
        _cost_of(child, variables, fragments)
        * (page if isinstance(child, FieldNode) and child.name.value == "nodes" else 1)
        for child in node.selection_set.selections
    )


def _page(node: FieldNode, variables: Variables) -> int:
    for argument in node.arguments:
        if argument.name.value not in {"first", "last"}:
            continue
        value: Any = None
        if isinstance(argument.value, VariableNode):
            value = variables.get(argument.value.name.value)
        elif isinstance(argument.value, IntValueNode):
            value = int(argument.value.value)
        if isinstance(value, int):
            return min(value, LARGEST_PAGE)
    return USUAL_PAGE
