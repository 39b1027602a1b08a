"""Read the words that people type in comments."""

import difflib
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from app.core.actors import has_a_say
from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import Comment, Snapshot

KNOWN = ("operational", "strategic", "case", "risk", "fund", "accept", "reject", "snooze", "ack", "why", "check")
TELLING = frozenset({"operational", "strategic", "ack"})
"""The words that say something about the work: whoever types one of them is on it."""

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
    def comment(self) -> str:
        """Return the id of the comment that it stands in."""
        return comment_of(self.mark)

    @property
    def chooses(self) -> ItemClass | None:
        """Return the class that the command chooses."""
        return _CHOICES.get(self.word)

    @property
    def tries_again(self) -> bool:
        """Tell whether it lets us write once more what was undone too often."""
        return self.word == "check" or self.chooses is not None


def read(comment: Comment, policy: Policy) -> Command | None:
    """Return the command that a comment begins with; None for one of a machine, a stranger or us, and other text."""
    found = _FIRST_WORD.match(comment.body)
    if found is None or comment.ours or comment.by is None or not has_a_say(comment.by, policy):
        return None
    word, at = found[1].casefold(), comment.edited_at or comment.at
    if word in KNOWN:
        return Command(_mark(comment), word, at, comment.by, text=comment.body[found.end() :])
    near = _near(word)
    return Command(_mark(comment), word, at, comment.by, near) if near else None


def read_all(snapshot: Snapshot, policy: Policy) -> tuple[Command, ...]:
    """Return every command on the item in the order in which they were typed."""
    found = (read(comment, policy) for comment in snapshot.comments)
    return tuple(sorted((command for command in found if command is not None), key=lambda command: command.at))


def holds_no_more(text: str) -> bool:
    """Tell whether a text holds a command to us, or a slip of one, and nothing beyond.

    What follows the word up to an empty line belongs to the command. A word that says something about the work
    (`TELLING`) is more than a command.
    """
    found = _FIRST_WORD.match(text)
    word = found[1].casefold() if found else None
    if word is None or word in TELLING or not (word in KNOWN or _near(word)):
        return False
    inside = True
    for line in text.splitlines():
        inside = line.startswith("/") or (inside and bool(line.strip()))
        if line.strip() and not inside:
            return False
    return True


def _near(word: str) -> str | None:
    return next(iter(difflib.get_close_matches(word, KNOWN, n=1, cutoff=0.75)), None)


def comment_of(mark: str) -> str:
    """Return the id of the comment that a command's mark stands for."""
    return mark.rpartition(":")[0]


def _mark(comment: Comment) -> str:
    return f"{comment.id}:{hashlib.sha256(comment.body.encode('utf-8', 'replace')).hexdigest()[:12]}"
