"""`followthrough report`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app

POLICY = "version: 1\nwatch: [{tracker: linear, label: pm}]\n"


@pytest.mark.parametrize("name", ["strategic", "risks"])
def test_empty_report_is_printed_in_every_form(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing to report the table says so, and JSON is an empty list."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    monkeypatch.setenv("FOLLOWTHROUGH_LINEAR_API_KEY", "lin_api_test")
    shown = CliRunner().invoke(app, ["report", name])
    assert (shown.exit_code, shown.output) == (0, "Nothing to report.\n")
    assert json.loads(CliRunner().invoke(app, ["report", name, "--format", "json"]).output) == []
