"""Read a business case: a goal of the policy, and a sentence that says what it helps or what slows down without it."""

import re
from dataclasses import dataclass

from app.core.hint import nearest
from app.core.naming import same
from app.core.policy import Goal, Policy
from app.core.statements import filled_in

_GOAL = re.compile(r"[\s\-*>`]{0,20}([\w.-]{1,60})`?\s{0,5}(?::|,|\s)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BusinessCase:
    """Hold a case as it was read: `goal` is as typed, `known` the policy's, None where there is no such goal."""

    goal: str
    sentence: str
    known: Goal | None


def read_case(text: str, policy: Policy) -> BusinessCase | None:
    """Return the case that `GOAL: sentence` or `GOAL sentence` states; None where there is no sentence."""
    found = _GOAL.match(filled_in(text))
    if found is None or not any(letter.isalnum() for letter in found[2]):
        return None
    goal = found[1].strip(".")
    known = next((one for one in policy.goals if same(one.key, goal)), None)
    return BusinessCase(goal, found[2].strip(), known)


def nearest_goal(word: str, policy: Policy) -> str | None:
    """Return the goal that was probably meant."""
    return nearest(word, (goal.key for goal in policy.goals))
