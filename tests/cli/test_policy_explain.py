"""`followthrough policy explain`."""

from pathlib import Path

from typer.testing import CliRunner

from app.cli import app

POLICY = "version: 1\nwatch: [{tracker: linear, label: pm}]\n"


def test_policy_is_explained_in_sentences(tmp_path: Path) -> None:
    """The command prints what the policy says and ends well; a broken policy ends with 2."""
    file = tmp_path / "f.yaml"
    file.write_text(POLICY, encoding="utf-8")
    shown = CliRunner().invoke(app, ["policy", "explain", str(file)])
    assert shown.exit_code == 0
    assert "Every Linear ticket with the label pm is a post-mortem action item." in shown.output
    file.write_text("version: 2\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["policy", "explain", str(file)]).exit_code == 2
