"""Tell people of the questions that wait for them, beside the living comment that asks."""

from app.core.case import Case
from app.core.decision import Finding
from app.core.notice import Notice
from app.core.person import Person

DECISIONS = ("risk.undecided", "risk.expired")
"""The findings that wait for somebody's decision rather than for an answer."""


def told_of(case: Case, finding: Finding, to: Person | None, sentence: str, *, about: str = "") -> tuple[Notice, ...]:
    """Return what somebody should hear about a question of theirs; nothing where there is nobody to ask.

    They hear it once for as long as the finding stands, or, where that may change meanwhile, for what it is `about`.
    """
    since = case.memory.since.get(finding.id, case.now)
    return (Notice(f"{finding.id}:{about or since.isoformat()}", to, sentence),) if to else ()
