"""What the documents say is there, and what is there is in the documents."""

import ast
import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
import typer
import yaml
from pydantic_settings import BaseSettings
from typer.core import TyperGroup

from app.assembly import Service, manifests
from app.cli import app as commands
from app.core.delivery import Delivery, Heard, Hearing
from app.main import create_app
from app.policy_file import parse_policy, policy_schema
from app.settings import PREFIX, Settings, describe, setting_names
from app.store import SqlStore
from app.web.pages.words import FOUND

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("app", "connectors", "deploy", "tests")
DOCUMENTS = sorted([ROOT / "README.md", *(found for room in ROOMS for found in (ROOT / room).rglob("*.md"))])
SOURCES = sorted(found for room in ("app", "connectors") for found in (ROOT / room).rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN_BOOK = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
CONNECTORS = sorted(manifests())
MESSENGERS = sorted(name for name, manifest in manifests().items() if manifest.messenger)


def name_of(path: Path) -> str:
    """Return a file's name for the test's title."""
    return str(path.relative_to(ROOT))


def section(text: str, title: str) -> str:
    """Return what stands under a heading, up to the next one of its level."""
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^\1 |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {title!r}"
    return found[2]


def code(text: str) -> list[str]:
    """Return what stands between backticks, outside of blocks of code."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def first_cells(text: str) -> list[str]:
    """Return the code in the first column of the tables."""
    return [
        word for line in text.splitlines() if line.startswith("| `") for word in code(re.split(r"(?<!\\)\|", line)[1])
    ]


def settings_in(text: str) -> set[str]:
    """Return the settings that a document names; `_API_TOKEN` after `FOLLOWTHROUGH_JIRA_EMAIL` is one of Jira's."""
    named, prefix = set(), PREFIX
    connectors = sorted((f"{PREFIX}{name.upper()}_" for name in CONNECTORS), key=len)
    for word in re.findall(r"(?<![A-Z])_?[A-Z]+(?:_[A-Z]+)*", " ".join(code(text))):
        if word.startswith(PREFIX):
            named.add(word)
            prefix = next((each for each in connectors if word.startswith(each)), PREFIX)
        elif word.startswith("_"):
            named.add(prefix + word[1:])
    return named


def classes() -> dict[str, type[BaseSettings]]:
    """Return every class of settings by its connector's name; ours has none."""
    return {"": Settings, **{name: manifest.settings for name, manifest in manifests().items()}}


# --- settings ---


@pytest.mark.parametrize("connector", classes())
def test_every_setting_is_documented(connector: str) -> None:
    """Ours stand in the README, a connector's in its own or there."""
    text = README + (ROOT / "connectors" / connector / "README.md").read_text(encoding="utf-8") if connector else README
    assert set(setting_names([classes()[connector]])) <= settings_in(text)


def test_every_setting_that_is_named_exists() -> None:
    """In documents and in hints; a name that ends in `_` stands for those that begin so."""
    known = set(setting_names(classes().values()))
    prefixes = {f"{PREFIX}{name.upper()}_" for name in CONNECTORS} | {PREFIX}
    named = {
        (name_of(path), name)
        for path in (*DOCUMENTS, *SOURCES)
        for name in re.findall(rf"{PREFIX}[A-Z_]*", path.read_text(encoding="utf-8"))
    }
    assert not {(path, name) for path, name in named if name not in known | prefixes}


def test_defaults_are_those_that_the_readme_says() -> None:
    """Whoever reads the table need not look into the code."""
    rows = [line for line in section(README, "Settings").splitlines() if line.startswith("| `")]
    for each in describe([Settings()]):
        row = next(line for line in rows if each.name in line)
        assert f"`{each.value}`" in row if each.value else "none" in row


# --- commands ---


def leaves(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command by its whole name."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(leaves(cast("TyperGroup", typer.main.get_command(commands))))


def test_every_command_is_documented_and_no_other() -> None:
    """With all its options and arguments."""
    documented = {}
    for words in first_cells(section(README, "Commands")):
        found = re.fullmatch(r"([a-z |]+?)((?: \[?[-A-Z].*)?)", words.replace("\\", ""))
        assert found, words
        *group, last = found[1].split()
        for name in last.split("|"):
            documented[" ".join([*group, name])] = set(re.findall(r"--[a-z-]+|(?<= )\[?[A-Z]+\]?", found[2]))
    assert documented == {name: set(_signature(command)) for name, command in COMMANDS.items()}


def _signature(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            word = (parameter.metavar or parameter.name).upper()
            yield word if parameter.required else f"[{word}]"
        else:
            yield from (option for option in parameter.opts if option.startswith("--"))


def test_every_command_that_is_named_exists() -> None:
    """Nobody is sent to a command of another version, by a document or by a hint."""
    strange = []
    for path in (*DOCUMENTS, *SOURCES):
        for words in re.findall(r"followthrough ([a-z]+(?: [a-z]+)?)[^`\n]*`", path.read_text(encoding="utf-8")):
            strange += [(name_of(path), words)] if not {words, words.split()[0]} & {*COMMANDS} else []
    assert not strange


# --- HTTP ---


def test_every_path_is_documented_and_no_other() -> None:
    """By its method, as a caller writes it."""
    service = SimpleNamespace(settings=SimpleNamespace(api_tokens=(), read_tokens=()), desks={}, trackers={})
    app = create_app(cast("Service", service))
    known = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}
    doors = {f"POST /webhooks/{name}" for name, manifest in manifests().items() if manifest.door}
    documented, method = set(), ""
    for words in first_cells(section(README, "HTTP")):
        method, path = words.split() if " " in words else (method, words)
        documented.add(f"{method} {path}")
    assert documented == known | doors | {"GET /docs", f"GET {app.openapi_url}"}
    assert any(getattr(route, "path", "") == "/docs" for route in app.routes)


# --- policy ---


def keys_of(schema: Any, root: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every key of a schema; `*` stands for an entry of a list and for a name that is free."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield from keys_of(root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from keys_of(choice, root, path)
    for key, part in schema.get("properties", {}).items():
        yield (*path, key)
        yield from keys_of(part, root, (*path, key))
    for inner in ("items", "additionalProperties"):
        yield from keys_of(schema.get(inner), root, (*path, "*"))


def written(value: Any, known: set[tuple[str, ...]], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every key of an example, in the words of `keys_of`."""
    for entry in value if isinstance(value, list) else ():
        yield from written(entry, known, (*path, "*"))
    for key, part in value.items() if isinstance(value, dict) else ():
        inside = (*path, str(key) if (*path, str(key)) in known else "*")
        yield inside
        yield from written(part, known, inside)


def test_every_key_of_the_policy_is_in_the_whole_one() -> None:
    """The README shows each at its place; a rota source's own keys stand on its connector's page."""
    schema, source = policy_schema(manifests()), ("on_call", "*", "*")
    known = set(keys_of(schema, schema))
    (whole,) = blocks(section(README, "The whole policy"), "yaml")
    inner = {path for path in known if path[:3] == source}
    assert known - inner <= set(written(yaml.safe_load(whole), known))
    assert {"version"} | set(first_cells(section(README, "Policy"))) >= {path[0] for path in known}


@pytest.mark.parametrize("name", [name for name, manifest in manifests().items() if manifest.source])
def test_every_key_of_a_rota_source_is_on_its_page(name: str) -> None:
    """Between backticks or in an example."""
    manifest, page = manifests()[name], (ROOT / "connectors" / name / "README.md").read_text(encoding="utf-8")
    assert manifest.source
    schema = manifest.source.model_json_schema(by_alias=True)
    shown = set(re.findall(r"\w+", " ".join([*code(page), *blocks(page, "yaml")])))
    assert {path[-1] for path in keys_of(schema, schema)} <= shown


def blocks(text: str, language: str) -> list[str]:
    """Return the blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_example_policies_are_accepted() -> None:
    """What a newcomer copies works."""
    examples = [block for path in DOCUMENTS for block in blocks(path.read_text(encoding="utf-8"), "yaml")]
    whole = [example for example in examples if example.startswith("version:")]
    assert whole
    for example in whole:
        assert parse_policy(example, "followthrough.yaml", manifests()).routes
    for example in examples:
        yaml.safe_load(example)


def test_rota_sources_are_documented() -> None:
    """Every one that a connector offers has its line."""
    offered = {name for name, manifest in manifests().items() if manifest.source is not None}
    assert offered <= set(first_cells(section(README, "Policy")))


# --- findings, checks, metrics, the log ---


def first_arguments(name: str, paths: Iterable[Path]) -> Iterator[str]:
    """Yield the first argument of every call of that name; what is put into it stands as `…`."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == name and node.args:
                yield from _words(node.args[0])


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield re.sub(r"%s", "…", str(node.value))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)


def test_every_finding_is_in_the_table_and_no_other() -> None:
    """With what it means and what clears it; pages have words for each."""
    findings = section(README, "Findings")
    found = {*first_arguments("Finding", SOURCES), *first_arguments("Fault", SOURCES)}
    assert set(first_cells(findings)) == found == set(FOUND)
    rows = [line for line in findings.splitlines() if line.startswith("| `")]
    assert all(len([cell for cell in row.split(" | ") if cell.strip(" |")]) == 3 for row in rows)


def test_every_check_of_doctor_is_in_the_table_and_no_other() -> None:
    """With what it means; `*` stands for each tracker."""
    trackers = [name for name, manifest in manifests().items() if manifest.tracker]
    ids = {id_.replace("…", "*", 1) if id_.startswith("….") else id_ for id_ in first_arguments("Diagnosis", SOURCES)}
    ids |= {*first_arguments("Problem", (ROOT / "connectors" / name / "messenger.py" for name in MESSENGERS))}
    told = set(first_cells(section(README, "Set-up")))
    both = {id_ for id_ in told if id_.startswith("*.")}
    covered = {f"{tracker}{id_[1:]}" for id_ in both for tracker in trackers}
    assert ids <= told | covered
    assert told <= ids | both
    assert {id_ for id_ in both if not ids & {id_, *(f"{tracker}{id_[1:]}" for tracker in trackers)}} == set()


def test_every_event_of_the_log_is_in_the_run_book_and_no_other() -> None:
    """Whoever reads a line at night finds what to do."""
    calls = [f"{log}.{level}" for log in ("log", "_log") for level in ("info", "warning", "error", "exception")]
    logged = {words for call in calls for words in first_arguments(call, SOURCES)}
    logged |= set(first_arguments("log_failure", SOURCES))
    assert set(first_cells(section(RUN_BOOK, "What the log says"))) == logged


def test_every_metric_is_in_the_run_book_and_no_other() -> None:
    """Counters go by the name that they are asked for."""
    source = "".join((ROOT / "app" / "web" / f"{name}.py").read_text("utf-8") for name in ("metrics", "collectors"))
    defined = set(re.findall(r'"(followthrough_\w+)"', source))
    named = {re.sub(r"_total$", "", name) for name in re.findall(r"followthrough_[a-z_]+", " ".join(code(RUN_BOOK)))}
    assert named == defined


async def test_the_run_books_sql_deletes_old_deliveries_only(store: SqlStore, database_url: str) -> None:
    """What an operator copies into the database's own tool does what it says, on both databases."""
    now = datetime.now(UTC)
    for days in (15, 13):
        body = str(days).encode()
        heard = Heard(Hearing.HANDLED, "Issue.update")
        made = Delivery("linear", str(days), str(days), now - timedelta(days=days), {}, body, heard)
        assert await store.keep(made, [], now)
    lite, _, real = blocks(RUN_BOOK, "sql")[0].partition("-- PostgreSQL\n")
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite:///")) as file:
            file.execute(lite)
    else:
        with psycopg.connect(database_url) as connection:
            connection.execute(real.encode())
    kept = await store.deliveries(tracker=None, hearing=None, limit=10)
    assert [delivery.body for _, delivery in kept] == [b"13"]


# --- links ---


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    """To a file of the checkout, and to a heading that it has."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.is_relative_to(ROOT)
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, target


def test_every_connector_has_a_page() -> None:
    """And the README leads to it."""
    for name in CONNECTORS:
        assert f"connectors/{name}/README.md" in README


@pytest.mark.parametrize("path", [*DOCUMENTS, *SOURCES], ids=name_of)
def test_what_is_to_be_installed_can_be(path: Path) -> None:
    """An extra is installed from the checkout, as all is: no index has a package of our name."""
    assert "followthrough[" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_secrets_are_rotated_with_the_new_one_first(path: Path) -> None:
    """`webhook register` signs with the first secret of the list."""
    assert "`old,new`" not in path.read_text(encoding="utf-8")
