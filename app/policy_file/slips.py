"""Say in plain words what usually stands behind an error of the YAML reader."""

import yaml

from app.policy_file.nodes import Spot

_TAB = "a tab stands where only spaces may; indent with spaces"
_SLIPS = (
    (
        "mapping values are not allowed",
        "a `:` stands where no key can; check the indentation, or put the text in quotes",
    ),
    ("expected <block end>", "this does not fit the lines above; give keys and `-` of one list the same indentation"),
    ("sequence entries are not allowed", "a `-` cannot begin a list here; put it on a line of its own below the key"),
    ("node content, but found '<stream end>'", "the file ends within [ ] or { }; close what is open"),
    ("expected the node content", "a value is missing here; write it, or remove what announces it"),
    ("unknown escape character", "a \\ in double quotes begins an escape; write \\\\ or use single quotes"),
    ("cannot start any token", "text cannot begin with this character; put it in quotes"),
)
_OPENED = (
    ("could not find expected ':'", "this line is no `key: value`; add the `:`, or check the indentation"),
    ("expected ',' or ']'", "the list that begins here is not closed; add `]` or the missing `,`"),
    ("expected ',' or '}'", "what { opens here is not closed; add `}` or the missing `,`"),
    ("unexpected end of stream", "the quotes that open here are never closed; close them on the same line"),
    ("unexpected document separator", "the quotes that open here are never closed; close them on the same line"),
)
"""Slips that are seen at their end, often far below, and mended at their beginning."""


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[Spot, str]:
    """Return where the slip is and a sentence that says how to mend it."""
    problem = error.problem or ""
    for fragment, sentence in _OPENED:
        if fragment in problem:
            return _spot(error.context_mark or error.problem_mark), sentence
    here = _spot(error.problem_mark or error.context_mark)
    if _character(text, error.problem_mark) == "\t":
        return here, _TAB
    for fragment, sentence in _SLIPS:
        if fragment in problem:
            return here, sentence
    return here, f"this is no YAML ({' '.join(problem.split())}); check the line and the one above"


def _spot(mark: yaml.Mark | None) -> Spot:
    return Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)


def _character(text: str, mark: yaml.Mark | None) -> str:
    return text[mark.index : mark.index + 1] if mark else ""
