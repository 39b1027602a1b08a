"""Say whom connectors trust beside those that everybody trusts."""

from contextvars import ContextVar
from pathlib import Path

CA_FILE: ContextVar[Path | None] = ContextVar("ca_file", default=None)
"""Certificates (PEM) of an organisation's own authorities, for connections that are made from now on."""
