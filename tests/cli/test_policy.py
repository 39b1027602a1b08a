"""`policy check|schema`, as a person types them over a policy."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from app.assembly import manifests
from tests.cli.commands import POLICY, run

ROUTES = """
on_call:
  ops: [{source: static, people: [grace@acme.test], starts: 2026-01-05T09:00:00+00:00}]
people: [{name: Grace Hopper, email: grace@acme.test}]
routes:
  - {name: board, when: {title_words: [alert]}, operational: {on_call: ops, jira: {board: 1}}}
  - {name: epic, strategic: {jira: {parent: PLAT-7}}}
"""


class EditorLoader(yaml.SafeLoader):
    """Read YAML as editors do, by its version 1.2: a moment is text."""

    yaml_implicit_resolvers = {  # noqa: RUF012  the base class declares it, as an instance's
        letter: [each for each in found if not each[0].endswith("timestamp")]
        for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.mark.parametrize(("more", "routes"), [("", "no routes"), (ROUTES, "2 routes")])
def test_a_policy_that_is_fine_is_told_in_a_line(tmp_path: Path, more: str, routes: str) -> None:
    """It says which file was read, so that nobody checks another one, and what that comes to."""
    (tmp_path / "followthrough.yaml").write_text(POLICY + more, encoding="utf-8")
    ended = run("policy", "check")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"followthrough.yaml: fine. It watches jira and has {routes}.\n"


def test_mistakes_are_told_each_with_its_place_and_the_nearest_right_thing(tmp_path: Path) -> None:
    """Editors and CI jump to `file:line:column`, so a line is never wrapped; the exit status is 2."""
    text = "version: 1\nwatch:\n  - {tracker: jirra, label: post-mortem}\nclases:\n  grace: 3d\n"
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    ended = run("policy", "check", "other.yaml", env={"COLUMNS": "20"})
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.splitlines() == [
        "other.yaml:3:15: tracker: 'jirra' is not known; did you mean 'jira'?",
        "other.yaml:4:1: unknown key 'clases'; did you mean 'classes'?",
    ]


def test_the_setting_names_the_file(tmp_path: Path) -> None:
    """Without an argument the file is the one that the service would read."""
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    ended = run("policy", "check", env={"FOLLOWTHROUGH_POLICY": "mine.yaml"})
    assert (ended.status, ended.out.partition(":")[0]) == (0, "mine.yaml")


def test_a_file_that_is_not_there_ends_with_2() -> None:
    """The line names the file and the setting."""
    ended = run("policy", "check")
    assert ended.status == 2
    assert ended.err.startswith("followthrough.yaml: there is no such file; ")
    assert "FOLLOWTHROUGH_POLICY" in ended.err


def test_the_schema_describes_the_policies_that_the_sandboxes_write() -> None:
    """An editor that goes by it finds no fault in a good policy, and does in one with a slip."""
    ended = run("policy", "schema", env={"COLUMNS": "20"})
    assert ended.status == 0
    schema = json.loads(ended.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    for manifest in manifests().values():
        if manifest.sandbox is not None:
            policy = yaml.load(manifest.sandbox().policy(), EditorLoader)
            assert not [error.message for error in checker.iter_errors(policy)]
    assert list(checker.iter_errors({"version": 1, "watch": [], "clases": {}}))
