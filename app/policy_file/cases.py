"""Read a team's own examples: this item should be judged like that."""

from collections.abc import Collection
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from app.core.errors import Misconfigured
from app.core.hint import did_you_mean, quote
from app.policy_file.complaints import complaints
from app.policy_file.document import read_yaml
from app.policy_file.nodes import NOTHING, Complaint
from app.policy_file.outline import Outline
from app.policy_file.shape import Part
from app.policy_file.words import Duration, Email, Text

MOST_LINES = 50
LARGEST_FILE = 1_000_000
"""How many bytes a file of examples may have."""


class Owned(Part):
    """Describe the epic that an item hangs under."""

    owner: Email | None = Field(None, description="Who owns it; without it whoever has the mandate.")
    open: bool = Field(default=True, description="Whether it is open.")


class Said(Part):
    """Quote a comment on an item."""

    by: Email = Field(description="Who wrote it.")
    body: Text = Field(description="What it says.")
    age: Duration = Field(timedelta(0), description="How long ago.")


class Item(Part):
    """Describe an item as far as it matters."""

    tracker: Text = Field(description="Where it is.", examples=["linear"])
    title: Text = Field("An action item", description="Its title.")
    description: str = Field("", description="Its description.")
    labels: list[Text] = Field([], description="All its labels.")
    team: Text | None = Field(None, description="Linear: its team's key.")
    project: Text | None = Field(None, description="Its project: Linear's name, Jira's key.")
    components: list[Text] = Field([], description="Jira: its components.")
    issue_type: Text | None = Field(None, description="Jira: its type.")
    estimate: float | None = Field(None, description="Its estimate.")
    priority: Text | None = Field(None, description="Its priority.")
    assignee: Email | None = Field(None, description="Who holds it.")
    creator: Email | None = Field(None, description="Who made it; without it somebody whom the policy does not know.")
    age: Duration = Field(timedelta(0), description="How long ago it was made.")
    comments: list[Said] = Field([], description="Comments, oldest first.")
    epic: Owned | None = Field(None, description="The epic that it is under; without it the route's.")
    on_call: Email | Literal["nobody"] | None = Field(None, description="Who is on call; without it somebody.")


class Expected(Part):
    """Say how an item should be judged; what is left out does not matter."""

    watched: bool | None = Field(None, description="Whether it is an action item at all.")
    class_: Literal["operational", "strategic", "risk", "missing", "conflict"] | None = Field(
        None, alias="class", description="Its class."
    )
    route: Text | Literal["none"] | None = Field(None, description="The route that holds; none: no route.")
    findings: list[Text] | None = Field(None, description="All its findings, by id.")
    asks: list[Text] | None = Field(None, description="Whom the comment asks, by name.")


class Example(Part):
    """Hold one example."""

    name: Text = Field(description="What it shows, in a sentence.")
    item: Item = Field(description="The item.")
    expect: Expected = Field(description="How it should be judged.")


class Examples(Part):
    """Hold a file of examples."""

    cases: list[Example] = Field(description="The examples.", min_length=1)


def read_cases(folder: Path, trackers: Collection[str]) -> list[tuple[str, Example]]:
    """Return every example of a folder's YAML files, or of one file, with where it stands.

    Raise Misconfigured with a line `cases/one.yaml:3:5: what is wrong` for everything that is wrong.
    """
    files = sorted(folder.glob("**/*.y*ml")) if folder.is_dir() else [folder]
    if not files:
        raise Misconfigured(f"{folder}: holds no YAML files; write examples as the README shows")
    found = [(str(file), example) for file in files for example in _read(file)]
    strange = [(file, one.item.tracker) for file, one in found if one.item.tracker not in trackers]
    if strange:
        hints = ((file, name, did_you_mean(name, trackers)) for file, name in strange)
        raise Misconfigured(*(f"{file}: there is no tracker {quote(name)}; {hint}" for file, name, hint in hints))
    return found


def _read(file: Path) -> list[Example]:
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise Misconfigured(f"{file}: cannot be read ({reason})") from None
    if len(raw) > LARGEST_FILE:
        raise Misconfigured(f"{file}: is larger than {LARGEST_FILE} bytes")
    root, wrong = read_yaml(text)
    if root is NOTHING or not isinstance(root.value, dict):
        raise _misconfigured(file, wrong or [Complaint(root.spot, "examples are a list under the key `cases`")])
    try:
        found = Examples.model_validate(root.plain())
    except ValidationError as error:
        wrong += islice(complaints(error, root, Outline(Examples)), MOST_LINES)
        raise _misconfigured(file, wrong) from None
    if wrong:
        raise _misconfigured(file, wrong)
    return found.cases


def _misconfigured(file: Path, wrong: list[Complaint]) -> Misconfigured:
    lines = [f"{file}:{each.spot.line}:{each.spot.column}: {each.text[:500]}" for each in sorted(set(wrong))]
    return Misconfigured(*lines)
