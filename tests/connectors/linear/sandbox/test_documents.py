"""The sandbox understands whatever the connector asks for."""

import subprocess
import sys

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


def test_the_service_starts_without_the_sandbox() -> None:
    """Neither the sandbox nor the GraphQL language is loaded until somebody wants to play."""
    heavy = "('graphql', 'connectors.linear.sandbox')"
    loaded = f"import sys, connectors.linear; print([name for name in sys.modules if name.startswith({heavy})])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
