"""The installed program: what a person sees who starts it wrongly, and its exit status."""

import socket
from pathlib import Path

import pytest

from tests.cli.commands import CREDENTIALS, POLICY, Ended, program, run
from tests.database import Postgres


def refused(ended: Ended, *lines: str) -> None:
    """Hold a refused start to exit status 2 and these lines: nothing else, least of all a traceback."""
    assert (ended.status, ended.out) == (2, ""), ended
    assert ended.err.splitlines() == list(lines)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a policy."""
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def test_version_is_told(cache: Path, tmp_path: Path) -> None:
    """Whoever reports a fault can say of what."""
    ended = program(cache, "--version", cwd=tmp_path)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.split()[0] == "followthrough"
    assert ended.out.split()[1][0].isdigit()


def test_serve_without_credentials_names_the_settings(cache: Path, folder: Path) -> None:
    """What is missing for the tracker that the policy watches is told, each in a line."""
    refused(
        program(cache, "serve", cwd=folder),
        "no tracker that the policy watches has credentials",
        "FOLLOWTHROUGH_JIRA_BASE_URL: not set; give the site's address, https://acme.atlassian.net",
        "FOLLOWTHROUGH_JIRA_API_TOKEN: not set; give it with FOLLOWTHROUGH_JIRA_EMAIL (Cloud), "
        "or FOLLOWTHROUGH_JIRA_PAT (Data Center)",
        "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS: not set; webhooks are refused until it holds the webhook's secret",
    )


def test_serve_with_a_broken_policy_names_the_place(cache: Path, folder: Path) -> None:
    """A route to a rota that is not defined is refused at its line and column."""
    with (folder / "followthrough.yaml").open("a", encoding="utf-8") as file:
        file.write("routes:\n  - name: all\n    operational:\n      on_call: opps\n      jira: {board: 1}\n")
        file.write("people: [{name: G, email: g@acme.test}]\n")
        file.write("on_call: {ops: [{source: static, people: [g@acme.test], starts: 2026-01-05T09:00:00+00:00}]}\n")
    ended = program(cache, "serve", cwd=folder, env=CREDENTIALS)
    assert ended.err.startswith("followthrough.yaml:6:16: ")
    assert "did you mean 'ops'?" in ended.err
    refused(ended, ended.err.rstrip())


def test_serve_without_a_policy_says_so(cache: Path, tmp_path: Path) -> None:
    """The line names the file and the setting for another."""
    ended = program(cache, "serve", cwd=tmp_path, env=CREDENTIALS)
    assert ended.err.startswith("followthrough.yaml: there is no such file; ")
    refused(ended, ended.err.rstrip())


def test_serve_on_a_port_that_is_taken_says_so(cache: Path, folder: Path) -> None:
    """Nothing is begun: it listens before it opens the database."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = program(cache, "serve", cwd=folder, env={**CREDENTIALS, "FOLLOWTHROUGH_PORT": port})
    refused(
        ended,
        f"FOLLOWTHROUGH_PORT: {port} is taken on 127.0.0.1; stop who listens there, or set another (0: any free one)",
    )
    assert not (folder / "followthrough.db").exists()


def test_serve_with_settings_that_are_none_names_each(cache: Path, folder: Path) -> None:
    """All are told at once, before anything else."""
    env = {**CREDENTIALS, "FOLLOWTHROUGH_PORT": "http", "FOLLOWTHROUGH_MODE": "acts"}
    refused(
        program(cache, "serve", cwd=folder, env=env),
        "FOLLOWTHROUGH_MODE: 'acts' is not known; did you mean 'act'?",
        "FOLLOWTHROUGH_PORT: 'http' is not a whole number",
    )


def test_serve_on_a_postgresql_without_tables_says_what_to_run(cache: Path, folder: Path, postgres: Postgres) -> None:
    """A database that several may share is never migrated by the way."""
    env = {**CREDENTIALS, "FOLLOWTHROUGH_DATABASE_URL": postgres.create(), "FOLLOWTHROUGH_PORT": "0"}
    ended = program(cache, "serve", cwd=folder, env=env)
    assert ended.status == 2
    last = ended.err.splitlines()[-1]
    assert last == "FOLLOWTHROUGH_DATABASE_URL: the tables are missing or old; run `followthrough database upgrade`"
    assert "Traceback" not in ended.err


def test_serve_without_its_database_ends_with_1(cache: Path, folder: Path) -> None:
    """Whoever keeps it running may start it again: waiting mends this."""
    address = "postgresql://ft:hush@127.0.0.1:1/ft"
    env = {**CREDENTIALS, "FOLLOWTHROUGH_DATABASE_URL": address, "FOLLOWTHROUGH_PORT": "0"}
    ended = program(cache, "serve", cwd=folder, env=env)
    assert ended.status == 1
    assert ended.err.splitlines()[-1].startswith("The database cannot do it now: ")
    assert "Traceback" not in ended.err
    assert "hush" not in ended.err


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["why", "jira"], ["policy"], ["serve", "--port", "70000"]])
def test_wrong_use_ends_with_2(arguments: list[str]) -> None:
    """Nothing is done, and what can be typed is told, on lines that a terminal of eighty columns holds."""
    ended = run(*arguments, env={"COLUMNS": "80"})
    assert ended.status == 2
    told = (ended.out + ended.err).splitlines()
    assert any("sage: followthrough" in line for line in told)
    assert max(map(len, told)) <= 80


@pytest.mark.parametrize("group", ["policy", "report", "deliveries", "webhook", "database"])
def test_a_group_offers_its_commands_and_nothing_that_writes_to_the_shells_files(group: str) -> None:
    """Completion by a group's own option would be for another program, and change a person's start-up files."""
    helped = run(group, "--help")
    assert helped.status == 0
    assert "completion" not in helped.out
    assert run(group, "--show-completion").status == 2
