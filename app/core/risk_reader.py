"""Read a risk statement as people write it, and say strictly what of it is there.

The full sentence is: If we do not ACT by WHEN, we will lose QUANTITY of METRIC. Decision: PERSON.
"""

import re
from dataclasses import dataclass
from datetime import date

from app.core.statements import filled_in

PARTS = ("act", "horizon", "quantity", "metric", "decision_maker")
_FLAGS = re.IGNORECASE
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_COUNT = r"(?:\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few|a few|a couple of)"
_SPAN = rf"{_COUNT}\s?(?:days?|weeks?|wks?|months?|quarters?|years?|hours?|sprints?|[dwh])\b"
_DAY = (
    r"\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?{_MONTH}(?:,?\s\d{{4}})?"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?\b"
    rf"|{_MONTH}(?:\s\d{{4}})?\b"
    r"|(?:fy\s?\d{2,4}\s)?[qh][1-4](?:\s?(?:of\s|/)?\d{2,4})?\b"
    r"|(?:the\s)?(?:next|this|coming)\s(?:week|month|quarter|year|sprint|release|summer|winter|spring|autumn|fall)"
    r"|(?:summer|winter|spring|autumn)\b"
    r"|(?:the\s)?(?:year|month|week|quarter)(?:'s)?(?:\s|-)?end"
    r"|the\s(?:week|month|quarter|year)\b"
    r"|tomorrow|christmas|black friday|easter|20\d{2}\b"
)
_WHEN = re.compile(
    r",?\s?\b(?P<how>by|before|until|till|within|in|no later than|not later than|during|over)\s"
    r"(?:the\s(?:next\s|coming\s)?)?"
    rf"(?P<when>(?:(?:the\s)?(?:end|start|middle|beginning)\sof\s)?(?:{_DAY})|(?:next\s)?{_SPAN})",
    _FLAGS,
)
_WHO = re.compile(
    r"[\s(\[*_]{0,5}\b(?:decision(?:[\s-]?maker)?|decider|decides|to be decided by|decided by)\b\s?"
    r"(?:(?:is|by|lies with|rests with|with|:|=|-)\s?){1,2}[\s*_]{0,5}(?P<who>[^;,\n()\[\]]{1,120})",
    _FLAGS,
)
_DECIDES = re.compile(
    r"(?:^|[.;,]\s?)(?P<who>@?[^\s.;,]{1,60}(?:\s[^\s.;,]{1,60}){0,2})\s(?:decides|must decide)\b", _FLAGS
)
_NUMBER = r"\d[\d.,' \u00a0]{0,20}(?<![ ,.'\u00a0])(?:/\d{1,3})?(?:\s?(?:k|m|bn|mio|million|thousand|billion)\b)?"
_MONEY = r"(?:[€$£¥]|eur|usd|gbp|chf|euros?|dollars?|pounds?)"
_UNIT = rf"(?:%|per\s?cent|percent|pp|percentage points|{_MONEY}|hours?|hrs?|minutes?|mins?|days?|weeks?|points?)"
_AMOUNT = rf"(?:{_MONEY}\s?)?{_NUMBER}(?:\s?{_UNIT}(?![a-z]))?"
_QUANTITY = re.compile(
    rf"(?P<about>(?:about|around|roughly|approx\.?|up to|at least|over|more than|~|ca\.?|between|some)\s?)?"
    rf"(?P<all>{_AMOUNT}(?:\s?(?:-|to|and|\.\.)\s?{_AMOUNT})?)"
    r"(?P<each>\s(?:a|per|each|every)\s(?:day|week|month|quarter|year|hour)|/(?:day|week|month|year|hour))?",
    _FLAGS,
)
_IF = re.compile(
    r"\b(?:if\s(?:we|i|nobody|no one)?\s?(?:do\s?no[t]?|don'?t|didn'?t|fail\sto|can(?:no|')?t|never|does\snot)\s"
    r"|unless\s(?:we\s|somebody\s)?|without\s|not\s(?=\w+ing\b))(?P<act>[^.;]{1,400})",
    _FLAGS,
)
_ENDS = re.compile(
    r",|\bthen\b|\bwe\s(?:will|'ll|would|may|might|could|can|shall|are going|stand|risk|lose)\b"
    r"|\b(?:will|would|may|might|could)\s(?:cost|lose)\b|\bcosts?\sus\b|\bor\s(?:we\b|lose\b)",
    _FLAGS,
)
_LOSE = re.compile(r"\b(?:los(?:e|es|ing)|loos(?:e|ing)|forfeit|miss out on|costs?(?:\sus)?|drops? of|risk)\s", _FLAGS)
_METRIC = re.compile(r"^\s?(?:(?:of|in|from|on|worth of)\s)?(?:(?:the|our|all)\s)?(?P<metric>[^.,;:()]{2,120})", _FLAGS)
_KEYS = re.compile(
    r"\b(act|action|horizon|by when|deadline|quantity|amount|metric|decision[\s-]?maker)\s?[:=]\s?", _FLAGS
)
_LOOSE = re.compile(r"(?:^|\s)(?:by|before|within|until)$", _FLAGS)
_VAGUE = re.compile(r"^(?:a lot of|some|much|many|lots of|most of)\s", _FLAGS)
_TAG = re.compile(r"</?[a-z][^<>]{0,100}>", _FLAGS)
_PLAIN = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{EN DASH}": "-"})
_NAMES = {"action": "act", "by when": "horizon", "deadline": "horizon", "amount": "quantity"}


@dataclass(frozen=True, slots=True)
class Risk:
    """Hold what a statement says; None for each part that it does not say."""

    act: str | None = None
    horizon: str | None = None
    quantity: str | None = None
    metric: str | None = None
    decision_maker: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of the parts that are not there, in the sentence's order."""
        return tuple(part for part in PARTS if getattr(self, part) is None)

    def sentence(self) -> str:
        """Return the statement as one sentence with blanks for what is missing."""
        spans = self.horizon is not None and re.fullmatch(_SPAN, self.horizon, _FLAGS) is not None
        of = "" if self.quantity is not None and re.fullmatch(r"[\d.,' ]+", self.quantity) else "of "
        return (
            f"If we do not {self.act or '⟨do what⟩'} {'within' if spans else 'by'} {self.horizon or '⟨date⟩'}, "
            f"we will lose {self.quantity or '⟨how much⟩'} {of}{self.metric or '⟨what⟩'}. "
            f"Decision: {self.decision_maker or '⟨who⟩'}"
        )


def read_risk(text: str, today: date) -> Risk:
    """Return what a statement says; a date before `today`, when it was written, is no horizon."""
    text = _TAG.sub(" ", filled_in(text).translate(_PLAIN))
    keyed = _keyed(text)
    who, rest = _who(text)
    when, rest = _when(rest)
    act, tail = _act(rest)
    quantity, metric = _loss(tail)
    horizon = keyed.get("horizon") or when
    return Risk(
        act=keyed.get("act") or act,
        horizon=None if horizon and _is_over(horizon, today) else horizon,
        quantity=_strict(keyed["quantity"]) if "quantity" in keyed else quantity,
        metric=keyed.get("metric") or metric,
        decision_maker=keyed.get("decision_maker") or who,
    )


def _keyed(text: str) -> dict[str, str]:
    """Read `act: … horizon: …`, as people fill in a form."""
    marks = list(_KEYS.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=False):
        name = mark[1].casefold()
        key = "decision_maker" if name.startswith("decision") else _NAMES.get(name, name)
        value = _tidy(text[mark.end() : end])
        if value and len(marks) > 1:
            found[key] = value
    return found


def _who(text: str) -> tuple[str | None, str]:
    found = _WHO.search(text) or _DECIDES.search(text)
    if found is None:
        return None, text
    name, dot, _ = found["who"].partition(". ")
    end = found.start("who") + len(name) + len(dot) if dot else found.end()
    who = _tidy(name).lstrip("@")
    return who if _says(who) else None, f"{text[: found.start()]} . {text[end:]}"


def _when(text: str) -> tuple[str | None, str]:
    found = _WHEN.search(text)
    if found is None:
        return None, text
    return " ".join(found["when"].split()), f"{text[: found.start()]}, {text[found.end() :]}"


def _act(text: str) -> tuple[str | None, str]:
    found = _IF.search(text)
    if found is None:
        return None, text
    words = found["act"]
    end = _ENDS.search(words)
    act = _LOOSE.sub("", _tidy(words[: end.start()] if end else words))
    cut = found.start("act") + (end.start() if end else len(words))
    return (act if _says(act) else None), f"{text[: found.start()]} ; {text[cut:]}"


def _loss(text: str) -> tuple[str | None, str | None]:
    """Return how much of what is lost: the first amount, and what follows it; else what follows the losing."""
    lost = _LOSE.search(text)
    found = _QUANTITY.search(text, lost.end() if lost else 0) or _QUANTITY.search(text)
    if found is None:
        after = _METRIC.match(text[lost.end() :]) if lost else None
        words = (
            re.sub(r"^(?:a lot of|some|much|many|lots of|most of)\s", "", after["metric"], flags=_FLAGS)
            if after
            else ""
        )
        return None, _named(words)
    after = _METRIC.match(text[found.end() :])
    metric = _named(after["metric"] if after else "")
    bare = "/" not in found["all"] and re.search(rf"{_UNIT}(?![a-z])|^{_MONEY}", found["all"], _FLAGS) is None
    counted = bare and metric is not None and not re.match(r"\s?of\b", text[found.end() :], _FLAGS)
    return (None if bare and not counted else _tidy(found[0])), metric


def _strict(text: str) -> str | None:
    found = _QUANTITY.search(text)
    return text if found and re.search(rf"{_UNIT}|[a-z]{{3}}", text, _FLAGS) else None


def _named(words: str) -> str | None:
    """Return what a metric is called, None where only filling words stand."""
    tidy = _tidy(words)
    idle = {"it", "this", "that", "them", "of", "everything", "something", "money", "a lot", "much", "us", "decision"}
    return tidy if _says(tidy) and tidy.casefold() not in idle else None


def _is_over(horizon: str, today: date) -> bool:
    """Tell whether a date is over, or is none that the calendar has."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", horizon) is None:
        return False
    try:
        return date.fromisoformat(horizon) < today
    except ValueError:
        return True


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:.*_\"'()[]⟨⟩<>-").strip()


def _says(text: str) -> bool:
    return sum(letter.isalpha() for letter in text) > 1
