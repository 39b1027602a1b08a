"""What somebody should hear about an item, once."""

from dataclasses import dataclass

from app.core.person import Person


@dataclass(frozen=True, slots=True)
class Notice:
    """Ask for one thing to be told to somebody.

    `purpose` names the occasion (`stale:2026-11-24T09:00:00+00:00:2`): with the item and the person it is told once,
    however often it is decided. `to` is as the tracker or the policy knows them, with the e-mail where one is known.
    `sentence` says it all in plain words, without the person's name.
    """

    purpose: str
    to: Person
    sentence: str
