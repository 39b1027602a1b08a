"""Read a risk statement as people write it, and say strictly what of it is there.

The full sentence is: If we do not ACT by WHEN, we will lose QUANTITY of METRIC. Decision: PERSON.
"""

import re
from dataclasses import dataclass
from datetime import date

from app.core.amounts import is_bare, loses, read_loss, read_quantity, says, tidy
from app.core.horizons import is_over, is_span, read_horizon
from app.core.statements import filled_in

PARTS = ("act", "horizon", "quantity", "metric", "decision_maker")
_FLAGS = re.IGNORECASE
_DECISION = r"de[cs]{1,2}i[sc]{0,2}i?on"
_WHO = re.compile(
    rf"[\s(\[*_]{{0,5}}\b(?:{_DECISION}(?:[\s-]?(?:maker|taker|owner))?|decider|approver|decides|to be decided by"
    r"|decided by)\b\s?(?:(?:is|by|lies with|rests with|with|(?:should|must|has to|is to|will) be (?:made|taken) by|:|="
    r"|->?|\N{RIGHTWARDS ARROW})\s?){1,2}[\s*_]{0,5}(?P<who>[^;,\n()\[\]]{1,120})",
    _FLAGS,
)
_DECIDES = re.compile(
    r"(?:^|[.;,]\s?)(?P<who>@?[^\s.;,]{1,60}(?:\s[^\s.;,]{1,60}){0,2}?)\s"
    r"(?:decides|to decide|(?:must|should|will|shall|has to|needs to|is to)\sdecide"
    r"|is the (?:decision[\s-]?maker|decider))\b",
    _FLAGS,
)
_LAST_WORDS = re.compile(
    rf"\b{_DECISION}\s(?P<who>\S{{1,60}}@\S{{1,60}}|(?-i:[A-Z@])\S{{1,60}}(?:\s(?-i:[A-Z])\S{{1,60}}){{0,2}})$", _FLAGS
)
_WHO_ENDS = re.compile(
    r"(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bprof)(?<!\s[a-z])\.\s"
    r"|\s(?:until|by|before|please|to decide|or|and|&|\|)\s|\s?/\s?|\s-\s",
    _FLAGS,
)
_NOBODY = re.compile(
    r"(?:tb[adc]|to be (?:decided|defined|announced)|nobody|no one|none|pending|open|unknown|somebody|someone|who|me|us"
    r"|we|yes|no|not|n/a)$|(?:accept|fund|reject|mitigate)(?:ed)?\b",
    _FLAGS,
)
_WORDS = r"(?:[^.;]|\.(?=\w)){1,400}"
_NOT = (
    r"(?:(?:do|did|does|will|would|can|could|have|has)\s?no[t]?|(?:don|didn|doesn|won|wouldn|couldn|haven|hasn|can)'?t"
    r"|cannot|fail\sto|never|(?:are|'re)\snot\sable\sto|aren't\sable\sto)"
)
_IF = re.compile(
    rf"\b(?:(?:if|when|should)\s(?:we|i|you|they|nobody|no one)?\s?(?:{_NOT}|not)\s|(?:if|when)\s(?:nobody|no one)\s"
    r"|unless\s(?:we\s|somebody\s|someone\s)?|without\s|fail(?:ing|ure)\sto\s|not\s(?=\w+ing\b))"
    rf"(?P<act>{_WORDS})",
    _FLAGS,
)
_OTHERS = re.compile(
    r"\b(?:if|when)\s(?:(?P<nothing>nothing\s(?:is|gets|was|has been)\sdone\s)"
    r"|(?P<what>(?:(?!\b(?:we|and)\b)[^.,;]){2,100}?)\s"
    r"(?:(?:is|are|was|were|has|have|does|do|will)\snot|(?:is|are|was|were|has|have|does|do|is)n'?t|won'?t)\s"
    rf"(?:been\s|being\s|be\s|get\s)?)(?P<act>{_WORDS})",
    _FLAGS,
)
_NOWHERE = re.compile(rf"\bwe\s{_NOT}\s(?P<act>{_WORDS})", _FLAGS)
_UNLESS = re.compile(rf"\bunless\s(?P<what>[^.,;]{{2,100}}?)\s(?:is|are|gets?)\s(?P<act>{_WORDS})", _FLAGS)
_ENDS = re.compile(
    r",|\bthen\b|\b(?:we|it|i)\s(?:will|would|may|might|could|can|shall|are going|stand|risk|lose)\b|\bwe'(?:ll|d)\b"
    r"|\b(?:will|would|may|might|could)\s(?:cost|lose)\b|\bcosts?\sus\b|\bor\s(?:we\b|lose\b)",
    _FLAGS,
)
_KEYS = re.compile(
    r"\b(act|action|horizon|by when|deadline|quantity|amount|metric|decision[\s-]?maker)\s?[:=]\s?", _FLAGS
)
_LOOSE = re.compile(r"(?:^|\s)(?:by|before|within|until)$", _FLAGS)
_TAG = re.compile(r"</?[a-z][^<>]{0,100}>", _FLAGS)
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)")
_MENTION = re.compile(r"\[~(?:accountid:)?([^\[\]]{1,120})\]|https?://\S{1,300}/profiles?/([^/\s?#)\]]{1,80})", _FLAGS)
_PLAIN = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{ACUTE ACCENT}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "*": " ",
        "`": " ",
    }
)
_NAMES = {"action": "act", "by when": "horizon", "deadline": "horizon", "amount": "quantity"}


@dataclass(frozen=True, slots=True)
class Risk:
    """Hold what a statement says; None for each part that it does not say. `over` is a horizon that has passed."""

    act: str | None = None
    horizon: str | None = None
    quantity: str | None = None
    metric: str | None = None
    decision_maker: str | None = None
    over: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of the parts that are not there, in the sentence's order."""
        return tuple(part for part in PARTS if getattr(self, part) is None)

    def sentence(self) -> str:
        """Return the statement as one sentence with blanks for what is missing."""
        how = "within" if self.horizon is not None and is_span(self.horizon) else "by"
        of = "" if self.quantity is not None and is_bare(self.quantity) else "of "
        return (
            f"If we do not {self.act or '⟨do what⟩'} {how} {self.horizon or '⟨date⟩'}, "
            f"we will lose {self.quantity or '⟨how much⟩'} {of}{self.metric or '⟨what⟩'}. "
            f"Decision: {self.decision_maker or '⟨who⟩'}"
        )


def read_risk(text: str, today: date) -> Risk:
    """Return what a statement says; a date before `today`, when it was written, is no horizon."""
    text = _plain(filled_in(text))
    keyed = _keyed(text)
    who, rest = _who(text)
    when, rest = read_horizon(rest)
    act, before, after = _act(rest)
    quantity, metric = read_loss(after if loses(after) else f"{before} ; {after}")
    horizon = keyed.get("horizon") or when
    over = horizon if horizon and is_over(horizon, today) else None
    return Risk(
        act=keyed.get("act") or act,
        horizon=None if over else horizon,
        quantity=read_quantity(keyed["quantity"]) if "quantity" in keyed else quantity,
        metric=keyed.get("metric") or metric,
        decision_maker=keyed.get("decision_maker") or who,
        over=over,
    )


def _plain(text: str) -> str:
    """Return text without tags, links and marks; a mention is whom it names."""
    text = _LINK.sub(r"\1", _TAG.sub(" ", text.translate(_PLAIN)))
    return " ".join(_MENTION.sub(lambda found: found[1] or found[2], text).split())


def _keyed(text: str) -> dict[str, str]:
    """Read `act: … horizon: …`, as people fill in a form."""
    marks = list(_KEYS.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=False):
        name = mark[1].casefold()
        key = "decision_maker" if name.startswith("decision") else _NAMES.get(name, name)
        value = tidy(text[mark.end() : end])
        if value and len(marks) > 1:
            found[key] = value
    return found


def _who(text: str) -> tuple[str | None, str]:
    """Return who decides, the first one who is named, and the text without."""
    found = _WHO.search(text) or _DECIDES.search(text) or _LAST_WORDS.search(text.rstrip(" .!"))
    if found is None:
        return None, text
    words = found["who"]
    ends = _WHO_ENDS.search(words)
    end = found.start("who") + ends.start() if ends else found.end()
    who = re.sub(r"^(?:our|the)\s", "", tidy(words[: ends.start()] if ends else words).lstrip("@"), flags=_FLAGS)
    return who if says(who) and not _NOBODY.match(who) else None, f"{text[: found.start()]} . {text[end:]}"


def _act(text: str) -> tuple[str | None, str, str]:
    """Return what is to be done, and the text before and after it."""
    found = _UNLESS.search(text) or _IF.search(text) or _OTHERS.search(text) or _NOWHERE.search(text)
    if found is None:
        return None, text, ""
    words = found["act"]
    end = _ENDS.search(words)
    act = _LOOSE.sub("", tidy(words[: end.start()] if end else words))
    act += ")" if act.count("(") > act.count(")") else ""
    cut = found.start("act") + (end.start() if end else len(words))
    return (_done(found, act) if says(act) else None), text[: found.start()], text[cut:]


def _done(found: re.Match[str], act: str) -> str:
    """Return what is to be done where the sentence says that something is not done, or that somebody does not."""
    parts = found.groupdict()
    if parts.get("nothing"):
        return f"do something {act}"
    return f"have {parts['what']} {act}" if parts.get("what") else act
