"""Read how much of what is lost, as people write it."""

import re

_FLAGS = re.IGNORECASE
_NUMBER = (
    r"\d[\d.,' \u00a0]{0,20}(?<![ ,.'\u00a0])(?:/\d{1,3})?(?:\s?(?:k|m|bn|mio\.?|million|thousand|billion)(?!\w))?"
)
_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|a hundred|a dozen)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?\b"
    r"(?:\s(?:hundred|thousand|million)\b)?"
)
_SHARE = r"(?:(?:a\s|one\s)?(?:half|third|quarter|fifth|tenth)|two[\s-]thirds|three[\s-]quarters)\b"
_MONEY = r"(?:[€$£¥]|eur|usd|gbp|chf|euros?|dollars?|pounds?)"
_UNIT = (
    rf"(?:%|per\s?cent|percent|pct|prozent|ppts?|pp|percentage points|basis points|bps|{_MONEY}|hours?|hrs?|h"
    r"|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|points?)"
)
_AMOUNT = rf"(?:{_MONEY}\s?)?{_NUMBER}(?:\s?{_UNIT}(?![a-z]))?"
_ABOUT = (
    r"(?P<about>(?:about|around|roughly|approx\.?|approximately|up to|at least|over|more than|almost|nearly|~|ca\.?"
    r"|>=?|between|some)\s?)?"
)
_EACH = r"(?P<each>\s(?:a|per|each|every)\s(?:day|week|month|quarter|year|hour)|/(?:day|week|month|year|hour|h|d)\b)?"
_RATIO = r"\d{1,6}\s(?:out\sof|in|of)\s(?:(?:every|our|the|all)\s)?\d{1,6}(?![\d%])"
_RANGE = rf"{_AMOUNT}(?:\s?(?:-|to|and|or|\.\.)\s?{_AMOUNT})?"
_DIGITS = re.compile(rf"{_ABOUT}(?<![a-z\d])(?P<all>{_RATIO}|{_RANGE}){_EACH}", _FLAGS)
_WORDED = re.compile(
    rf"{_ABOUT}(?P<all>\b{_SHARE}(?=\s(?:of|our|the|all)\b)|\b{_WORD}(?:(?:\sto\s|-|\sor\s){_WORD})?(?:\s?{_UNIT}(?![a-z]))?){_EACH}",
    _FLAGS,
)
_LOSE = re.compile(
    r"\b(?:los(?:e|es|ing|t)|loos(?:e|ing)|forfeit|forego|miss out on|costs?(?:\sus)?|drops? of|risk)\s", _FLAGS
)
_METRIC = re.compile(
    r"^\s?(?:(?:of|in|from|on|worth of)\s)?(?:(?:the|our|all|fewer|less)\s)?(?P<metric>(?:[^.,;:()]|\.(?=\w)){2,120})",
    _FLAGS,
)
_ENDS = re.compile(
    r"\s(?:will|would|may|might|could|can|are|is|were|was|goes?|gets?|fails?|if|unless|because|since|when|until)\b"
    r".*|\s-\s.*",
    _FLAGS,
)
_FALLING = re.compile(
    r"(?P<metric>[^.,;:()]{2,80}?)\s(?:(?:will|would|could|may|might|can)\s)?(?:(?:drops?|falls?|declines?|decreases?"
    r"|shrinks?|sinks?|dips?|goes?\sdown|(?:be|is|are)\sreduced)\s(?:by|of)|be|is|are)\s(?:some\s|an estimated\s)?$",
    _FLAGS,
)
_VAGUE = re.compile(
    r"^(?:a lot of|some|much|many|lots of|most of|(?:an\s)?estimated|[x?_.…]{1,5}\s?%(?:\sof)?)\s", _FLAGS
)
_LEADS = re.compile(r"\s(?:of|by|to the tune of|with|an estimated)\s?$", _FLAGS)
_IDLE = frozenset(
    {"it", "this", "that", "them", "of", "everything", "something", "money", "a lot", "much", "us", "decision", "by"}
    | {"lower", "less", "fewer", "down", "worse", "smaller"}
)


def read_loss(text: str) -> tuple[str | None, str | None]:
    """Return how much of what is lost: the first amount, and what follows it; else what stands before it."""
    lost = _LOSE.search(text)
    found = _amount(text, lost.end() if lost else 0)
    if found is None:
        after = _METRIC.match(text[lost.end() :]) if lost else None
        return None, named(_VAGUE.sub("", after["metric"])) if after else None
    rest = text[found.end() :]
    after = _METRIC.match(rest)
    metric = (named(after["metric"]) if after else None) or _before(text, lost, found)
    counted = is_bare(found["all"]) and metric is not None and not re.match(r"\s?of\b", rest, _FLAGS)
    return (None if is_bare(found["all"]) and not counted else tidy(found[0])), metric


def loses(text: str) -> bool:
    """Tell whether a text speaks of losing anything."""
    return _LOSE.search(text) is not None


def read_quantity(text: str) -> str | None:
    """Return a quantity that stands by itself, in a form; None without a unit or something that is counted."""
    found = _DIGITS.search(text) or _WORDED.search(text)
    return text if found and re.search(rf"{_UNIT}|[a-z]{{3}}", text, _FLAGS) else None


def is_bare(quantity: str) -> bool:
    """Tell whether it is a number without a unit, which says something only before what is counted."""
    if re.search(_SHARE, quantity, _FLAGS) or "/" in quantity or re.search(_RATIO, quantity, _FLAGS):
        return False
    return re.search(rf"[%€$£¥]|(?<![a-z]){_UNIT}(?![a-z])|^{_MONEY}", quantity, _FLAGS) is None


def named(words: str) -> str | None:
    """Return what a metric is called, None where only filling words stand."""
    name = tidy(_ENDS.sub("", f" {words}"))
    return name if says(name) and name.casefold() not in _IDLE else None


def tidy(text: str) -> str:
    """Return words without the marks around them."""
    return " ".join(text.split()).strip(" ,;:.*_\"'()[]⟨⟩<>-").strip()


def says(text: str) -> bool:
    """Tell whether there are words."""
    return sum(letter.isalpha() for letter in text) > 1


def _amount(text: str, start: int) -> re.Match[str] | None:
    """Return the first amount after the losing, in digits before words; without that the first one in digits."""
    after = [found for pattern in (_DIGITS, _WORDED) if (found := pattern.search(text, start))]
    return min(after, key=lambda found: found.start("all")) if after else _DIGITS.search(text)


def _before(text: str, lost: re.Match[str] | None, found: re.Match[str]) -> str | None:
    """Return what falls by an amount, or what is lost to it: `revenue drops by 12%`, `lose orders (30%)`."""
    before = text[: found.start()]
    if falling := _FALLING.search(before):
        return named(falling["metric"])
    between = before[lost.end() :] if lost and lost.end() <= found.start() else ""
    return named(_VAGUE.sub("", _LEADS.sub("", between.rstrip(" (,:"))))
