"""What the sandbox plays is a part of Linear's schema, and all of that part works."""

from typing import Any

from graphql import GraphQLInputObjectType, is_required_argument, is_required_input_field

from connectors.linear.sandbox.answering import schema
from connectors.linear.sandbox.filters import COMPARATORS
from connectors.linear.sandbox.operations import MUTATIONS
from tests import contract_linear


def ours() -> dict[str, Any]:
    """Return the sandbox's types by name."""
    return {name: kind for name, kind in schema().type_map.items() if not name.startswith("__")}


def test_every_type_and_field_is_linears_own() -> None:
    """No type, field, argument or enum value of the sandbox is unknown to the official schema or of another type."""
    official = contract_linear.schema().type_map
    strange = [name for name, kind in ours().items() if type(official.get(name)) is not type(kind)]
    for name, kind in ours().items():
        theirs: Any = official[name]
        strange += [f"{name}.{value}" for value in getattr(kind, "values", {}) if value not in theirs.values]
        for field, told in getattr(kind, "fields", {}).items():
            same = theirs.fields.get(field)
            if same is None or str(same.type) != str(told.type):
                strange.append(f"{name}.{field}")
                continue
            for argument, given in getattr(told, "args", {}).items():
                if argument not in same.args or str(same.args[argument].type) != str(given.type):
                    strange.append(f"{name}.{field}({argument})")
    assert strange == []


def test_whatever_linear_demands_the_sandbox_demands() -> None:
    """No required argument or input field of the official schema is missing from the sandbox's."""
    official = contract_linear.schema().type_map
    missing = []
    for name, kind in ours().items():
        theirs: Any = official[name]
        for field, told in getattr(theirs, "fields", {}).items():
            if isinstance(kind, GraphQLInputObjectType) and is_required_input_field(told) and field not in kind.fields:
                missing.append(f"{name}.{field}")
            for argument, given in getattr(told, "args", {}).items():
                here = getattr(kind, "fields", {}).get(field)
                if here and is_required_argument(given) and argument not in here.args:
                    missing.append(f"{name}.{field}({argument})")
    assert missing == []


def test_every_comparison_of_the_filters_is_carried_out() -> None:
    """Each field of each comparator is known to the filters."""
    offered = {field for name, kind in ours().items() if name.endswith("Comparator") for field in kind.fields}
    assert offered == {*COMPARATORS, "null"}


def test_every_mutation_is_carried_out() -> None:
    """Each mutation of the schema has somebody who does it, and no other has."""
    mutations = schema().mutation_type
    assert mutations is not None
    assert set(mutations.fields) == set(MUTATIONS)
