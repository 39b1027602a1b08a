"""Write rows of a report as CSV or Markdown, so that neither a spreadsheet nor a page runs what is in them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  wide ones are formulas too
_UNSEEN = " \u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Blanks and marks that some spreadsheets take off before they look for a formula."""


def as_csv(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> str:
    """Return rows as CSV: nested names joined by `_`, lists by `; `; a cell that a spreadsheet would run is quoted.

    `names` are the columns; without them, those that the rows have.
    """
    flat = [dict(_flat(row)) for row in rows]
    columns = list(names) or list(dict.fromkeys(name for row in flat for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue()


def as_markdown(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in GitHub's Markdown; what would be read as markup or end a cell is escaped."""
    lines = [names, ["---"] * len(names), *([_plain(str(cell)) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _flat(row: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    cells: list[tuple[str, str]] = []
    for name, value in row.items():
        if isinstance(value, Mapping):
            cells += _flat(value, f"{before}{name}_")
        else:
            cells.append((f"{before}{name}", _cell(value)))
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_cell(_joined(one) if isinstance(one, dict) else one) for one in value)
    if value is None or isinstance(value, bool | int | float):
        return "" if value is None else str(value).lower()
    return f"'{value}" if value.startswith(_FORMULA) or value.lstrip(_UNSEEN).startswith(_FORMULA) else value


def _joined(row: Mapping[str, Any]) -> str:
    return " ".join(str(one) for one in row.values() if one is not None)


def _plain(text: str) -> str:
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~!" else sign for sign in " ".join(text.split()))
    return escaped or " "
