"""What the flow needs from outside, as promises that stores and connectors keep."""

from app.ports.abilities import Ability, MessengerAbility, RotaAbility, TrackerAbility
from app.ports.connector import Manifest, Sandbox
from app.ports.loan import LOAN, Loan
from app.ports.messenger import Messenger, Recipient
from app.ports.on_call import Caller, OnCall
from app.ports.outbox import Begun, Fate, Mailbox, Outbox
from app.ports.store import Claim, Known, Result, Store, Stored, Touch, Watermark
from app.ports.time import METER, Clock, Meter
from app.ports.tracker import Applied, Door, Problem, Seen, Tracker
from app.ports.trust import CA_FILE

__all__ = [
    "CA_FILE",
    "LOAN",
    "METER",
    "Ability",
    "Applied",
    "Begun",
    "Caller",
    "Claim",
    "Clock",
    "Door",
    "Fate",
    "Known",
    "Loan",
    "Mailbox",
    "Manifest",
    "Messenger",
    "MessengerAbility",
    "Meter",
    "OnCall",
    "Outbox",
    "Problem",
    "Recipient",
    "Result",
    "RotaAbility",
    "Sandbox",
    "Seen",
    "Store",
    "Stored",
    "Touch",
    "Tracker",
    "TrackerAbility",
    "Watermark",
]
