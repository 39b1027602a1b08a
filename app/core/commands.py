"""Read the words that people type in comments."""

import difflib
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from app.core.actors import is_human
from app.core.decision import ItemClass
from app.core.memory import Memory
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import Comment, Snapshot

KNOWN = ("operational", "strategic", "why", "check")
LATER = ("risk", "case", "fund", "accept", "reject", "snooze", "ack")
"""Words that have a meaning of their own, so that no near miss of the known ones is read into them."""

_FIRST_WORD = re.compile(r"/([A-Za-z][A-Za-z_-]{1,20})(?=$|\s|[.,!:;])")


@dataclass(frozen=True, slots=True)
class Command:
    """Hold one command: `word` is one of `KNOWN`; `meant` is the nearest of them when the word is none."""

    mark: str
    word: str
    at: datetime
    by: Person
    meant: str | None = None

    @property
    def chooses(self) -> ItemClass | None:
        """Return the class that the command chooses."""
        return {"operational": ItemClass.OPERATIONAL, "strategic": ItemClass.STRATEGIC}.get(self.word)


def read(comment: Comment, policy: Policy) -> Command | None:
    """Return the command that a comment begins with; None for one of a machine or of ours, and for any other text."""
    found = _FIRST_WORD.match(comment.body)
    if found is None or comment.ours or comment.by is None or not is_human(comment.by, policy):
        return None
    word = found[1].casefold()
    if word in KNOWN:
        return Command(_mark(comment), word, comment.at, comment.by)
    near = difflib.get_close_matches(word, (*KNOWN, *LATER), n=1, cutoff=0.75)
    if word in LATER or not near or near[0] in LATER:
        return None
    return Command(_mark(comment), word, comment.at, comment.by, near[0])


def fresh(snapshot: Snapshot, memory: Memory, policy: Policy, *, classless: bool) -> tuple[Command, ...]:
    """Return the commands that were not obeyed yet, oldest first.

    One that is older than our first sight of the item counts only while the item has no class: its words were for
    somebody who was not there.
    """
    read_all = (read(comment, policy) for comment in snapshot.comments)
    since = memory.first_seen_at
    return tuple(
        command
        for command in read_all
        if command is not None
        and command.mark not in memory.obeyed
        and (classless or since is None or command.at >= since)
    )


def _mark(comment: Comment) -> str:
    return f"{comment.id}:{hashlib.sha256(comment.body.encode('utf-8', 'replace')).hexdigest()[:12]}"
