"""Read a business case: a goal of the policy, and a sentence that says what it helps or what slows down without it."""

import re
from dataclasses import dataclass

from app.core.hint import nearest
from app.core.naming import same
from app.core.policy import Goal, Policy
from app.core.statements import filled_in

_GOAL = re.compile(r"([\w.-]{1,60})\s{0,5}(:|,|\s)\s*(.*)", re.DOTALL)
_BEFORE = re.compile(r"^(?:(?:goal|for|serves)\b\s{0,5}[:=]?)?[\s:=]{0,20}", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>")
_MARKS = " \t\n-\N{EN DASH}\N{EM DASH}*>`'\"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}()[]#_"
_BETWEEN = f"{_MARKS},:;.="


@dataclass(frozen=True, slots=True)
class BusinessCase:
    """Hold a case as it was read: `goal` is as typed, `known` the policy's, None where there is no such goal."""

    goal: str
    sentence: str
    known: Goal | None


def read_case(text: str, policy: Policy) -> BusinessCase | None:
    """Return the case that `GOAL: sentence` or `GOAL sentence` states; None where there is no sentence.

    Where the first word is none of the goals and looks like none, all of it is the sentence.
    """
    words = _TAG.sub(" ", filled_in(text)).strip(_MARKS)
    known = _known(words, policy) or _known(_BEFORE.sub("", words), policy)
    found = known or _unknown(words, policy)
    return found if found and any(letter.isalnum() for letter in found.sentence) else None


def _known(words: str, policy: Policy) -> BusinessCase | None:
    """Return the case that begins with one of the goals, the longest one that fits."""
    for goal in sorted(policy.goals, key=lambda goal: -len(goal.key)):
        end = len(goal.key)
        if same(words[:end], goal.key) and not re.match(r"[\w/]|-\w", words[end:]):
            return BusinessCase(words[:end], words[end:].lstrip(_BETWEEN).rstrip(), goal)
    return None


def _unknown(words: str, policy: Policy) -> BusinessCase | None:
    found = _GOAL.match(words)
    if found is None:
        return None
    goal = found[1].strip(".")
    meant = not policy.goals or found[2] == ":" or nearest_goal(goal, policy) is not None
    return BusinessCase(goal, (found[3] if meant else words).strip(), None)


def nearest_goal(word: str, policy: Policy) -> str | None:
    """Return the goal that was probably meant."""
    return nearest(word, (goal.key for goal in policy.goals))
