"""The house keeps to its plan: who may import whom, how long things are, what is said of them."""

import re
import statistics
import sys
from collections.abc import Iterable, Iterator

import pytest

from tests.house import Source, length, parse, read

APP, CONNECTORS, TESTS = read("app"), read("connectors"), read("tests")
PRODUCT = [*APP, *CONNECTORS]
CORE = [source for source in APP if source.name.split(".")[:2] == ["app", "core"]]

BELOW = {"app.core", "app.ports"}
SHELLS = {"app.flow", "app.store", "app.policy_file", "app.settings"}
EDGES = {"app.assembly", "app.flow", *BELOW}
SEES: dict[str, set[str]] = {
    "app": set(),
    "app.core": set(),
    "app.ports": {"app.core"},
    "app.flow": BELOW,
    "app.store": BELOW,
    "app.policy_file": BELOW,
    "app.settings": {"app.core"},
    "app.log": set(),
    "app.tracing": {"app.ports"},
    "app.assembly": {*BELOW, *SHELLS, "connectors"},
    "app.web": EDGES,
    "app.main": {*EDGES, "app.web"},
    "app.cli": {*EDGES, "app.settings", "app.policy_file", "app.log", "app.tracing", "app.main"},
    "connectors": set(),
    "connectors._kit": BELOW,
}
"""Which rooms each room may see beside itself; a connector sees what is below it, and the kit."""

PURE = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "difflib",
    "enum",
    "fnmatch",
    "functools",
    "hashlib",
    "itertools",
    "re",
    "typing",
    "zoneinfo",
}
"""What the core may import of the standard library: nothing that waits, reads, writes, guesses or knows the time."""

CLOCKS = {"now", "today", "utcnow", "open", "print", "input"}
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION, LONGEST_HANDLE = 300, 400, 50, 60
MEDIAN_FILE, MEDIAN_FUNCTION = 100, 10


def room_of(name: str) -> str:
    """Return the room that a module belongs to: two names deep."""
    return ".".join(name.split(".")[:2])


def seen_by(room: str) -> set[str]:
    """Return the rooms that a room may see beside itself."""
    if room in SEES:
        return SEES[room]
    return {*BELOW, "connectors._kit"} if room.startswith("connectors.") else set()


def trespasses(sources: Iterable[Source]) -> Iterator[str]:
    """Return every import of a room that the importing one may not see, and every relative import."""
    for source in sources:
        room = room_of(source.name)
        for name in source.imports():
            ours = name.split(".")[0] in {"app", "connectors", "tests"}
            inside = room_of(name) == room
            allowed = any(name == one or name.startswith(f"{one}.") for one in seen_by(room))
            if name.startswith(".") or (ours and not inside and not allowed):
                yield f"{source.path} imports {name}"


def foreign(sources: Iterable[Source], allowed: set[str]) -> Iterator[str]:
    """Return every import from outside the house that is not allowed."""
    for source in sources:
        for name in source.imports():
            if name.split(".")[0] not in {"app", *allowed}:
                yield f"{source.path} imports {name}"


def impure(sources: Iterable[Source]) -> Iterator[str]:
    """Return every call that tells the time or reads or writes."""
    for source in sources:
        yield from (f"{source.path} calls {name}" for name in source.calls() if name in CLOCKS)


def too_long(sources: Iterable[Source], lines: int) -> Iterator[str]:
    """Return the files and the functions that are longer than they may be."""
    for source in sources:
        if source.lines > lines:
            yield f"{source.path} has {source.lines} lines"
        for function in source.functions():
            if length(function) > LONGEST_FUNCTION:
                yield f"{source.path}: {function.name} has {length(function)} lines"


def unexplained(sources: Iterable[Source]) -> Iterator[str]:
    """Return the lines that switch a check off without saying why."""
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            found = re.search(r"# (noqa|type: ignore)\b(: ?[A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|\[[a-z-]+\])?(.*)", line)
            if found and not re.fullmatch(r"  (# )?\S.*", found[4]):
                yield f"{source.path}:{number}: {found[0]}"


def test_rooms_see_only_what_is_below_them() -> None:
    """Core, promises, shells, joining, edges: each sees only what the design lets it see, functions included."""
    assert list(trespasses(PRODUCT)) == []


def test_every_room_of_the_app_has_its_place_in_the_plan() -> None:
    """A new room in the app is given its place before anything is built in it."""
    assert {room_of(source.name) for source in APP} <= set(SEES)


def test_only_the_assembly_knows_connectors() -> None:
    """Within the app one file joins the connectors, and no other names them."""
    knows = {source.path for source in APP for name in source.imports() if name.split(".")[0] == "connectors"}
    assert knows == {"app/assembly.py"}


def test_core_stands_on_the_standard_library() -> None:
    """The core imports a handful of pure modules and nothing else."""
    assert list(foreign(CORE, PURE)) == []


def test_core_asks_for_no_time_and_touches_nothing() -> None:
    """The core is handed the time, and it neither reads nor writes."""
    assert list(impure(CORE)) == []


@pytest.mark.parametrize("room", ["app.flow", "app.ports"])
def test_flow_and_promises_need_nothing_installed(room: str) -> None:
    """The flow and the promises are built on the standard library."""
    sources = [source for source in APP if room_of(source.name) == room]
    assert list(foreign(sources, set(sys.stdlib_module_names))) == []


def test_files_and_functions_stay_short() -> None:
    """No file and no function outgrows what can be read at once."""
    assert [*too_long(PRODUCT, LONGEST_FILE), *too_long(TESTS, LONGEST_TEST)] == []
    handle = next(source for source in APP if source.path == "app/flow/handle.py")
    assert handle.lines <= LONGEST_HANDLE


def test_most_files_and_functions_are_small() -> None:
    """Half of the files fit on two screens, half of the functions on a fifth of one."""
    files = statistics.median(source.lines for source in PRODUCT if source.lines > 1)
    functions = statistics.median(length(function) for source in PRODUCT for function in source.functions())
    assert files <= MEDIAN_FILE, f"the median file has {files} lines"
    assert functions <= MEDIAN_FUNCTION, f"the median function has {functions} lines"


def test_every_public_name_is_described() -> None:
    """Modules, classes, functions and methods that others may use say what they do."""
    described = [source for source in PRODUCT if "/migrations/" not in source.path]
    assert [name for source in described for name in source.undescribed()] == []


def test_every_test_says_what_it_holds() -> None:
    """A test's docstring is the sentence that it proves."""
    lacking = [name for source in TESTS for name in source.undescribed() if ".test_" in name]
    assert lacking == []


def test_checks_are_switched_off_only_with_a_reason() -> None:
    """A line that a linter or the type checker leaves out says why."""
    others = [source for source in TESTS if source.name != "tests.test_architecture"]
    assert list(unexplained([*PRODUCT, *others])) == []


# --- the checks themselves ---


@pytest.mark.parametrize(
    ("path", "text", "caught"),
    [
        pytest.param("app/core/x.py", "from app.ports import Clock", True, id="core sees promises"),
        pytest.param("app/core/x.py", "from app.core.policy import Policy", False, id="core sees itself"),
        pytest.param("app/ports.py", "from app.flow import handle", True, id="promises see a shell"),
        pytest.param("app/flow/x.py", "from app.store import Store", True, id="shell sees its neighbour"),
        pytest.param("app/flow/x.py", "def f():\n    import app.store.codec", True, id="within a function"),
        pytest.param("app/flow/x.py", "from . import handle", True, id="relative import"),
        pytest.param("app/flow/x.py", "from app import store", True, id="a room by way of the top"),
        pytest.param("app/web/x.py", "import connectors.linear", True, id="edge sees a connector"),
        pytest.param("app/web/x.py", "from app.store import Store", True, id="edge sees the store"),
        pytest.param("app/assembly.py", 'import_module(f"connectors.{name}")', False, id="assembly finds connectors"),
        pytest.param("app/cli/x.py", 'import_module("connectors.jira")', True, id="edge imports by name"),
        pytest.param("connectors/jira/x.py", "from connectors.linear import MANIFEST", True, id="another connector"),
        pytest.param(
            "connectors/jira/x.py", "from connectors._kit.http import Http", False, id="connector sees the kit"
        ),
        pytest.param("connectors/jira/x.py", "from app.flow import handle", True, id="connector sees the flow"),
        pytest.param("connectors/_kit/x.py", "from connectors.jira import client", True, id="kit sees a connector"),
        pytest.param("app/core/x.py", "from tests.builders import NOW", True, id="product sees tests"),
        pytest.param("app/new/x.py", "from app.core import policy", True, id="a room without a place"),
        pytest.param("app/flow/x.py", "import json", False, id="the standard library"),
    ],
)
def test_trespass_is_caught(path: str, text: str, *, caught: bool) -> None:
    """An import against the plan is found wherever it stands."""
    assert bool(list(trespasses([parse(path, text)]))) == caught


@pytest.mark.parametrize(
    "text", ["import asyncio", "from os import path", "def f():\n    import random", "import httpx"]
)
def test_impure_import_is_caught(text: str) -> None:
    """A module that waits, reads or guesses is found."""
    assert list(foreign([parse("app/core/x.py", text)], PURE))


@pytest.mark.parametrize(
    "text", ["datetime.now(UTC)", "def f():\n    return date.today()", "t = datetime.utcnow()", "open(p)"]
)
def test_clock_in_the_core_is_caught(text: str) -> None:
    """A call that tells the time is found, a name that is only called so is not."""
    assert list(impure([parse("app/core/x.py", text)]))
    assert not list(impure([parse("app/core/x.py", "case.now - now")]))


def test_length_is_caught() -> None:
    """A file or function of one line too many is found."""
    function = "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION
    assert list(too_long([parse("app/x.py", function)], 300)) == ["app/x.py: f has 51 lines"]
    assert list(too_long([parse("app/x.py", "x = 1\n" * 11)], 10)) == ["app/x.py has 11 lines"]
    assert not list(too_long([parse("app/x.py", "x = 1\n" * 10)], 10))


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        pytest.param("x = 1", ["app.x"], id="module"),
        pytest.param('"""X."""\ndef f(): ...', ["app.x.f"], id="function"),
        pytest.param('"""X."""\nasync def f(): ...', ["app.x.f"], id="coroutine"),
        pytest.param('"""X."""\nclass A:\n    """A."""\n    def f(self): ...', ["app.x.A.f"], id="method"),
        pytest.param('"""X."""\nclass A: ...', ["app.x.A"], id="class"),
        pytest.param('"""X."""\nclass _A:\n    def f(self): ...\ndef _f(): ...', [], id="private names"),
    ],
)
def test_missing_description_is_caught(text: str, lacking: list[str]) -> None:
    """A public name without a docstring is found."""
    assert list(parse("app/x.py", text).undescribed()) == lacking


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("x = 1  # noqa: S311  spreads load", False),
        ("x = 1  # noqa: S311", True),
        ("x = 1  # noqa", True),
        ("x = 1  # type: ignore[arg-type]", True),
        ("x = 1  # type: ignore[arg-type] # the stub is wrong", True),
        ("x = 1  # type: ignore[arg-type]  # the stub is wrong", False),
        ("x = 1  # noqa: N818, E501  the same", False),
    ],
)
def test_reason_that_is_missing_is_caught(line: str, *, caught: bool) -> None:
    """A switched-off check without a reason after two spaces is found."""
    assert bool(list(unexplained([parse("app/x.py", line)]))) == caught
