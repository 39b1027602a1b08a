"""Read `followthrough.yaml` into the core's policy, or say in lines what is wrong with it.

The shortest policy that does something:

    version: 1
    watch: [{tracker: linear, label: post-mortem}]
    routes: [{name: everything, operational: {linear: {team: OPS}}}]

The class labels are then `operational` and `strategic`; there is no risk label and no needs-class label; nothing is
ever large, urgent, due by itself or stale; nobody is on call; messages, limits and the grace are as `app.core.policy`
has them.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from app.core.errors import Misconfigured
from app.core.hint import one_line
from app.core.policy import Policy
from app.policy_file.checks import check_all
from app.policy_file.complaints import complaints, empty_values
from app.policy_file.convert import to_policy
from app.policy_file.document import read_yaml
from app.policy_file.model import policy_model
from app.policy_file.nodes import NOTHING, Complaint, Node, Spot
from app.policy_file.outline import Outline, policy_schema
from app.ports import Manifest

__all__ = ["LARGEST_FILE", "MOST_LINES", "parse_policy", "policy_schema", "read_policy", "stamp_of"]

LARGEST_FILE = 1_000_000
"""How many bytes a policy may have; ten thousand people fit."""

LONGEST_LINE = 500
"""How many characters a complaint may have; words from the file may be endless."""

MOST_LINES = 100
"""How many complaints are shown at once."""


def read_policy(path: Path, manifests: Mapping[str, Manifest]) -> Policy:
    """Read a policy file; `manifests` are the connectors by name.

    Raise Misconfigured with a line `followthrough.yaml:12:5: what is wrong; how to mend it` for everything that is
    wrong, in reading order, lines and columns from 1; without a place where the file cannot be read at all.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        hint = "`followthrough init` writes one; or let FOLLOWTHROUGH_POLICY name another"
        raise Misconfigured(f"{path}: there is no such file; {hint}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Misconfigured(
            f"{path}: cannot be read ({reason}); FOLLOWTHROUGH_POLICY must name a readable file"
        ) from None
    if len(raw) > LARGEST_FILE:
        raise Misconfigured(f"{path}: the file is larger than {LARGEST_FILE} bytes; a policy is a few kilobytes")
    return parse_policy(_decode(raw, str(path)), str(path), manifests)


def stamp_of(path: Path) -> object:
    """Return what differs when the file may have changed; None while it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def parse_policy(text: str, name: str, manifests: Mapping[str, Manifest]) -> Policy:
    """Return the policy that a file of this name with this text means; raise as `read_policy` does."""
    root, wrong = read_yaml(text)
    if root is NOTHING:
        raise _misconfigured(name, wrong)
    file, refused = _validate(root, manifests)
    wrong += [*refused, *empty_values(root), *check_all(root)]
    if wrong or file is None:
        raise _misconfigured(name, wrong)
    return to_policy(file, name)


def _validate(root: Node, manifests: Mapping[str, Manifest]) -> tuple[BaseModel | None, list[Complaint]]:
    if not isinstance(root.value, dict):
        return None, [Complaint(root.spot, "a policy is made of `key: value` lines; begin with `version: 1`")]
    model = _model(tuple(manifests.items()))
    try:
        return model.model_validate(root.plain(), context=_context(root)), []
    except ValidationError as error:
        return None, list(islice(complaints(error, root, Outline(model)), MOST_LINES + 1))


@lru_cache(maxsize=4)
def _model(manifests: tuple[tuple[str, Manifest], ...]) -> type[BaseModel]:
    """Return the model for these connectors; building it takes longer than most files."""
    return policy_model(dict(manifests))


def _context(root: Node) -> dict[str, Any]:
    """Return what connectors' models may ask about the rest of the file: the people's e-mails."""
    emails = (person.get("email").text() for person in root.get("people").each())
    return {"people": [email for email in emails if email]}


def _decode(raw: bytes, name: str) -> str:
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        spot = Spot(before.count("\n") + 1, len(before) - before.rfind("\n"))
        text = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file with the encoding UTF-8"
        raise _misconfigured(name, [Complaint(spot, text)]) from None


def _misconfigured(name: str, wrong: list[Complaint]) -> Misconfigured:
    ordered = sorted(set(wrong))
    lines = [
        f"{name}:{each.spot.line}:{each.spot.column}: {one_line(each.text[:LONGEST_LINE])}"
        for each in ordered[:MOST_LINES]
    ]
    if len(ordered) > MOST_LINES:
        lines.append(f"{name}: there is more; mend these first")
    return Misconfigured(*lines)
