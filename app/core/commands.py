"""Read the words that people type in comments."""

import difflib
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from app.core.actors import is_human
from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import Comment, Snapshot

KNOWN = ("operational", "strategic", "case", "risk", "fund", "accept", "reject", "why", "check")
LATER = ("snooze", "ack")
"""Words that have a meaning of their own, so that no near miss of the known ones is read into them."""

_FIRST_WORD = re.compile(r"/([A-Za-z][A-Za-z_-]{1,20})(?=$|\s|[.,!?:;])")
_CHOICES = {"operational": ItemClass.OPERATIONAL, "strategic": ItemClass.STRATEGIC}


@dataclass(frozen=True, slots=True)
class Command:
    """Hold one command: `word` is one of `KNOWN`; `meant` is the nearest of them when the word is none.

    `at` (UTC) is when it was typed: a comment that was edited is a new command. `text` is what follows the word.
    """

    mark: str
    word: str
    at: datetime
    by: Person
    meant: str | None = None
    text: str = ""

    @property
    def chooses(self) -> ItemClass | None:
        """Return the class that the command chooses."""
        return _CHOICES.get(self.word)

    @property
    def tries_again(self) -> bool:
        """Tell whether it lets us write once more what was undone too often."""
        return self.word == "check" or self.chooses is not None


def read(comment: Comment, policy: Policy) -> Command | None:
    """Return the command that a comment begins with; None for one of a machine or of ours, and for any other text."""
    found = _FIRST_WORD.match(comment.body)
    if found is None or comment.ours or comment.by is None or not is_human(comment.by, policy):
        return None
    word, at = found[1].casefold(), comment.edited_at or comment.at
    if word in KNOWN:
        return Command(_mark(comment), word, at, comment.by, text=comment.body[found.end() :])
    near = difflib.get_close_matches(word, (*KNOWN, *LATER), n=1, cutoff=0.75)
    if word in LATER or not near or near[0] in LATER:
        return None
    return Command(_mark(comment), word, at, comment.by, near[0])


def read_all(snapshot: Snapshot, policy: Policy) -> tuple[Command, ...]:
    """Return every command on the item in the order in which they were typed."""
    found = (read(comment, policy) for comment in snapshot.comments)
    return tuple(sorted((command for command in found if command is not None), key=lambda command: command.at))


def _mark(comment: Comment) -> str:
    return f"{comment.id}:{hashlib.sha256(comment.body.encode('utf-8', 'replace')).hexdigest()[:12]}"
