"""A due date that has passed is told to the item's owner.

- It has passed at the end of that day in the policy's time zone; another date or the item's end clears it.
- While somebody lets the item wait, nobody is reminded.
"""

from datetime import date

from app.core.answering import told_owner
from app.core.case import Case, Ruling
from app.core.decision import Finding, Verdict
from app.core.evidence import named_day
from app.core.ladder import quiet_in
from app.core.mandates import midnight_after
from app.core.notice import Notice
from app.core.text import Mention, Span, paragraph
from app.core.values import replace
from app.core.windows import is_on

NAME = "due date"


def due(case: Case) -> Ruling:
    """Tell when an item's due date has passed."""
    day = case.snapshot.due
    if day is None or not is_on(case.policy):
        because = "it has no due date" if day is None else "the policy does not ask about items that are quiet"
        inputs = {"due": "none" if day is None else day.isoformat()}
        return Ruling(Verdict(NAME, "not asked about", because, "it gets a due date, and the policy asks", inputs))
    over = midnight_after(day, case.policy)
    inputs = {"due": day.isoformat()}
    if over is None or case.now < over:
        verdict = Verdict(NAME, "to come", f"it is due on {named_day(day)}", "that day is over", inputs)
        return Ruling(verdict, look_again_at=over)
    sentence = f"It was due on {named_day(day)}."
    finding = Finding("due.missed", sentence, "it gets another due date, or it is done")
    return _told(case, Ruling(Verdict(NAME, "missed", sentence, finding.clears_when, inputs), (finding,)), day)


def _told(case: Case, ruling: Ruling, day: date) -> Ruling:
    """Return the ruling with what is told to the owner, unless the item waits or the ladder tells no owner anything."""
    waits_until = quiet_in(case).snoozed_until
    if waits_until is not None:
        return replace(ruling, look_again_at=waits_until)
    owner = told_owner(case)
    if owner is None or not any(rung.tell == "owner" for rung in case.policy.stale.ladder):
        return ruling
    start: Span = Mention(owner) if owner.id else owner.name
    words = paragraph(start, f", this item was due on {named_day(day)}. Please set another date if it needs more time.")
    notice = Notice(f"due:{day.isoformat()}", owner, f"It was due on {named_day(day)}.")
    return replace(ruling, says=(words,), notices=(notice,))
