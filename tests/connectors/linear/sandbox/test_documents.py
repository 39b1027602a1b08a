"""The sandbox understands whatever the connector asks for."""

import pytest
from graphql import parse, validate

from connectors.linear import documents
from connectors.linear.sandbox.answering import schema

SENT = {
    name: text
    for name, text in vars(documents).items()
    if isinstance(text, str) and text.strip().startswith(("query", "mutation"))
}


@pytest.mark.parametrize("name", SENT)
def test_every_document_is_understood(name: str) -> None:
    """Each document of the connector is within what the sandbox plays."""
    assert validate(schema(), parse(SENT[name])) == []
