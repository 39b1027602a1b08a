"""What the flow needs from outside, as promises that stores and connectors keep."""

from app.ports.connector import Manifest, Sandbox
from app.ports.on_call import Caller, OnCall
from app.ports.store import Claim, Known, Result, Store, Stored, Touch
from app.ports.time import METER, Clock, Meter
from app.ports.tracker import Applied, Door, Problem, Seen, Tracker

__all__ = [
    "METER",
    "Applied",
    "Caller",
    "Claim",
    "Clock",
    "Door",
    "Known",
    "Manifest",
    "Meter",
    "OnCall",
    "Problem",
    "Result",
    "Sandbox",
    "Seen",
    "Store",
    "Stored",
    "Touch",
    "Tracker",
]
