"""An item that somebody holds is held by somebody who is there.

- A deactivated assignee keeps the item; whoever is on call is told, because nobody else would notice.
"""

from app.core.actors import taker
from app.core.asking import told_of
from app.core.case import Case, Ruling
from app.core.decision import Finding, Verdict
from app.core.item_class import ItemClass
from app.core.text import Mention, Span, paragraph

NAME = "owner"


def owner_rule(case: Case) -> Ruling:
    """Tell when the assignee's account is deactivated."""
    assignee = case.snapshot.assignee
    until = "it is given to somebody else, or the account is active"
    if assignee is None or assignee.active or case.item_class is ItemClass.STRATEGIC:
        inputs = {"assignee": assignee.name if assignee else "nobody"}
        return Ruling(Verdict(NAME, "fine", "nobody who left holds it", until, inputs))
    finding = Finding("owner.inactive", f"{assignee.name}, who holds it, is deactivated.", until)
    told = taker(case.snapshot, case.policy)
    start: tuple[Span, ...] = (Mention(told), ", ") if told else ()
    sentence = f"{assignee.name} holds this item, but the account is deactivated. Please give it to somebody."
    verdict = Verdict(NAME, "inactive", finding.sentence, until, {"assignee": assignee.name})
    notices = told_of(case, finding, told, sentence)
    return Ruling(verdict, (finding,), says=(paragraph(*start, sentence),), asks=True, notices=notices)
