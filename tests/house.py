"""Read the house's own source: which file imports what, how long things are, what is said of them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Source:
    """Hold one parsed file; `name` is its dotted name, a package's without `__init__`."""

    name: str
    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Return how many lines the file has."""
        return len(self.text.splitlines())

    def imports(self) -> Iterator[str]:
        """Return the dotted names that the file imports anywhere, also within functions and by `import_module`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = "." * node.level + (node.module or "")
                yield from (f"{start}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
                yield _beginning(node.args[0])

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Return every function and method, nested ones too."""
        yield from (n for n in ast.walk(self.tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))

    def calls(self) -> Iterator[str]:
        """Return the last names of everything that is called: `now` for `datetime.now()`."""
        yield from (_called(node) for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def undescribed(self) -> Iterator[str]:
        """Return the public names without a docstring, the module itself among them."""
        if not ast.get_docstring(self.tree):
            yield self.name
        yield from _undescribed(self.tree, self.name)


def read(folder: str) -> list[Source]:
    """Return every Python file below a folder of the checkout."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return [parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def parse(path: str, text: str) -> Source:
    """Return a file's source as it would be read from there."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Source(name, path, text, ast.parse(text, path))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, decorators not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _beginning(argument: ast.expr) -> str:
    """Return the text of a literal, of an f-string what comes before its first value."""
    if isinstance(argument, ast.JoinedStr):
        argument = argument.values[0]
    return str(argument.value) if isinstance(argument, ast.Constant) else ""


def _undescribed(scope: ast.Module | ast.ClassDef, name: str) -> Iterator[str]:
    for node in scope.body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{name}.{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _undescribed(node, f"{name}.{node.name}")
