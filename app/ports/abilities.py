"""Name what a connector of each kind may be able to do: the rows of the scorecard in its README, in this order."""

from enum import StrEnum
from typing import TypeAlias


class TrackerAbility(StrEnum):
    """Name what a tracker may be able to do."""

    READ_MANY = "read many items in one call"
    HISTORIES = "read many histories in one call"
    WRITE_ONCE = "write all changes of an item in one call"
    WRITE_MANY = "write many items in one call"
    COMMENT = "edit its one comment in place, with mentions that notify"
    NO_DOUBLES = "make no second comment after a lost answer"
    CHOICES = "tell who set which label"
    VISIBLE = "tell why an item does not show on its board"
    PEOPLE = "find people by e-mail"
    LINKS = "read the links that hang on an item"
    SIGNED = "check signed webhooks"
    HEARD = "hear in a webhook who did what"
    EPICS = "hear that an epic changed"
    INIT = "be looked around in by `followthrough init`"
    DOCTOR = "be looked over by `followthrough doctor`"
    REGISTER = "register its webhook"
    SIMULATE = "foresee boards and epics for `followthrough simulate`"
    SANDBOX = "be played by a sandbox"


class RotaAbility(StrEnum):
    """Name what a rota may be able to do."""

    NOW = "tell who is on call now"
    ANY_TIME = "tell who is on call at another time"
    SEVERAL = "name several people, in order"
    LEVELS = "count levels of escalation"
    OVERRIDES = "count overrides"
    EMAILS = "name people by e-mail"
    IDS = "name people by an id"
    ADDRESS = "be asked at another address"
    OFFERED = "offer its rotas to `followthrough init`"


class MessengerAbility(StrEnum):
    """Name what a messenger may be able to do."""

    PERSON = "write to a person alone"
    CHANNEL = "write to a channel"
    THREADS = "put letters about the same into a thread"
    EMAILS = "find people by e-mail"
    IDS = "find people by an id of its own"
    PLAIN = "take titles as words, never as markup"
    DENIED = "see that credentials fail"
    CHECK = "be checked without a letter"
    ARRIVAL = "know that a letter arrived"
    DOUBLES = "see doubles"
    OAUTH = "log in with OAuth"
    BUTTONS = "take `/ack` and `/snooze` by a button"


Ability: TypeAlias = TrackerAbility | RotaAbility | MessengerAbility
