"""Ask one question at a time.

What is open first comes first: the class and the size of an item say what it is; only then is it asked who can plan it
(the mandate), because that person is who can say why (the business case). A risk is stated and decided on after that,
but what is both large and urgent does not wait for its size to be explained. That nobody does anything about the item
is said in a sentence beside any of them.
"""

from collections.abc import Sequence

from app.core.case import Ruling
from app.core.values import replace

WAITING = frozenset({"mandate", "business case", "risk", "staleness"})
"""The rules whose question waits while another one is open."""


def in_turn(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Return the rulings with the question left out of each that would ask while an earlier one does.

    What a rule says aside of its question stays, and with it what people should hear.
    """
    risky = any(ruling.asks and ruling.verdict.rule == "risk" for ruling in rulings)
    asked, result = False, []
    for ruling in rulings:
        rule = ruling.verdict.rule
        waits = ruling.asks and ((asked and rule in WAITING) or (risky and rule == "size"))
        told = ruling.notices if ruling.aside else ()
        result.append(replace(ruling, says=ruling.aside, asks=False, notices=told) if waits else ruling)
        asked = asked or (ruling.asks and not waits)
    return result
