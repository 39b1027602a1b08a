"""A strategic item says which business goal it serves, and how.

- A person states it under `## Business case` in the description, or with `/case`; the latest one counts.
- The owner of the item's epic is asked for it, with a sentence to fill in; a policy without goals asks nobody.
"""

from app.core.actors import is_human
from app.core.actors import owner as owner_of_item
from app.core.asking import told_of
from app.core.business_case import BusinessCase, nearest_goal, read_case
from app.core.case import Case, Ruling
from app.core.decision import Finding, Verdict
from app.core.epics import current_epic
from app.core.person import Person
from app.core.rules.mandate import needs_epic
from app.core.statements import Statement
from app.core.text import Block, Code, Mention, Span, bullet, paragraph

NAME = "business case"
BLANK = "⟨what it helps, or what slows down without it⟩"


def business_case(case: Case) -> Ruling:
    """Ask for the business goal that a strategic item serves."""
    if not needs_epic(case) or not case.policy.goals:
        because = "it is not strategic" if case.policy.goals else "the policy names no goals"
        inputs = {"class": case.item_class, **_goals(case)}
        return Ruling(Verdict(NAME, "not needed", because, "it is strategic, and the policy names goals", inputs))
    stated = case.memory.cases[-1] if case.memory.cases else None
    read = read_case(stated.text, case.policy) if stated else None
    if stated is None or read is None:
        return _missing(case)
    if read.known is None:
        return _unknown(case, read, stated)
    because = f"it serves {read.known.key}: {read.sentence}"
    until = "another case is stated or the policy's goals change"
    return Ruling(Verdict(NAME, "stated", because, until, _inputs(case, stated, read)))


def _missing(case: Case) -> Ruling:
    finding = Finding(
        "case.missing",
        "It is strategic, but nobody has said which business goal it serves.",
        "a person types /case with a goal and a sentence, or writes them under Business case in the description",
    )
    verdict = Verdict(NAME, "missing", finding.sentence, finding.clears_when, _goals(case))
    words = "which business goal does this serve? Answer in a comment:"
    told = told_of(case, finding, _asked(case), f"Which business goal does it serve? {_ask_for(case)}")
    return Ruling(verdict, (finding,), says=_question(case, words, case.policy.goals[0].key), asks=True, notices=told)


def _unknown(case: Case, read: BusinessCase, stated: Statement) -> Ruling:
    meant = nearest_goal(read.goal, case.policy)
    hint = f"; did they mean {meant}?" if meant else "."
    sentence = f"Its business case names {read.goal}, which is no goal of the policy{hint}"
    finding = Finding("case.unknown_goal", sentence, "a case names one of the policy's goals")
    verdict = Verdict(NAME, "unknown goal", sentence, finding.clears_when, _inputs(case, stated, read))
    words = f"the business case names {read.goal}, which is no goal of ours. Answer in a comment:"
    answer = _question(case, words, meant or case.policy.goals[0].key, read.sentence)
    told = told_of(case, finding, _asked(case), f"{sentence} {_ask_for(case)}")
    return Ruling(verdict, (finding,), says=answer, asks=True, notices=told)


def _ask_for(case: Case) -> str:
    return f"Please answer with /case, one of {', '.join(goal.key for goal in case.policy.goals)}, and a sentence."


def _question(case: Case, words: str, goal: str, sentence: str = BLANK) -> tuple[Block, ...]:
    asked = _asked(case)
    start: tuple[Span, ...] = (Mention(asked), f", {words}") if asked else (words[0].upper() + words[1:],)
    goals = (bullet(Code(one.key), f": {one.text}") for one in case.policy.goals)
    return (paragraph(*start), bullet(Code(f"/case {goal} {sentence}")), paragraph("The goals are:"), *goals)


def _asked(case: Case) -> Person | None:
    """Return the epic's owner, who can say it; else whoever answers for the item."""
    epic = current_epic(case.snapshot, case.memory)
    owner = epic.owner if epic else None
    able = owner is not None and owner.active and is_human(owner, case.policy)
    return owner if able else owner_of_item(case.snapshot, case.policy)


def _goals(case: Case) -> dict[str, str]:
    return {"goals": ", ".join(goal.key for goal in case.policy.goals)}


def _inputs(case: Case, stated: Statement, read: BusinessCase) -> dict[str, str]:
    return {
        **_goals(case),
        "goal": read.goal,
        "sentence": read.sentence,
        "stated by": stated.by or "the description",
        "stated at": stated.at.isoformat(timespec="seconds"),
    }
