"""Read by when something has to happen, as people write it, and tell whether that is over."""

import re
from datetime import date, timedelta

_FLAGS = re.IGNORECASE
_MONTH = (
    r"(?:jan[uary]{0,4}|feb[bruary]{0,5}|mar(?:ch)?|apr[il]{0,2}|may|jun[ei]?|jul[iy]?|aug[ust]{0,3}|sep[tembr]{0,6}"
    r"|oct[ober]{0,4}|nov[ember]{0,5}|dec[embr]{0,5})\b\.?"
)
_COUNT = (
    r"(?:\d{1,4}(?:\s?(?:-|to)\s?\d{1,4})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|eighteen"
    r"|twenty|thirty|sixty|ninety|few|a few|a couple of|half an?)"
)
SPAN = rf"{_COUNT}[\s-]?(?:days?|weeks?|wks?|fortnights?|months?|quarters?|years?|hours?|sprints?|[dwh])\b"
_KIND = r"(?:(?:fiscal|financial|calendar|business)\s)?(?:week|month|quarter|year)\b"
_NTH = r"(?:first|second|third|fourth|last|[1-4](?:st|nd|rd|th))"
_DAY = (
    r"\d{4}-\d{2}-\d{2}\b"
    r"|\d{4}/\d{1,2}/\d{1,2}\b"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
    r"|20\d{2}[\s-]?[qh][1-4]\b"
    r"|20\d{2}-\d{2}\b|\d{1,2}\.\d{1,2}\.(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?[\s-](?:of\s)?{_MONTH}(?:,?[\s-]\d{{4}})?"
    r"|\d{1,2}(?:st|nd|rd|th)\b"
    rf"|{_MONTH}\s?['-]\d{{2}}\b"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?\b"
    rf"|{_MONTH}(?:\s\d{{4}})?"
    r"|(?:fy\s?'?\d{2,4}\s)?[qh][1-4](?:\s?(?:of\s|[/'-])?\s?(?:fy)?\d{2,4})?\b"
    r"|fy\s?'?\d{2,4}\b|eo[dwmqy]\b"
    rf"|(?:the\s)?(?:next|this|coming|current)\s(?:{_KIND}|sprint|release|summer|winter|spring|autumn|fall)"
    r"|(?:(?:next|this|coming)\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|(?:summer|winter|spring|autumn)\b"
    r"|(?:the\s)?(?:year|month|week|quarter)(?:'s)?(?:\s|-)?end"
    r"|(?:(?:calendar\s)?week|wk|cw|kw)\s?\d{1,2}\b"
    rf"|{_NTH}\s(?:week|month|quarter|half)\b(?:\sof\s(?:{_MONTH}|20\d{{2}}|(?:the|this|next)\s{_KIND}))?"
    rf"|(?:the\s)?{_KIND}"
    r"|tomorrow|(?:the\s)?(?:christmas|holiday|peak)\sseason|christmas|new year|black friday|easter|20\d{2}\b"
)
_PART = (
    r"(?:(?:the\s)?(?:very\s)?(?:end|start|middle|beginning|close)[\s-](?:of[\s-])?(?:the\s)?|mid(?:dle)?[\s-](?:of\s)?"
    r"|(?:early|late)[\s-](?:in\s)?|(?:cob|eod|close of business)\s(?:on\s)?)?"
)
_WHEN = rf"(?P<when>{_PART}(?:{_DAY})|(?:next\s)?{SPAN})"
_THE = r"(?:the\s(?:next\s|coming\s)?)?"
_BY = rf",?\s?\b(?:be?fore?|bfore|by|unti?ll?|till?|within|(?:no|not)\slater\sthan)\b:?\s{_THE}"
_STATED = (
    re.compile(_BY + _WHEN, _FLAGS),
    re.compile(rf",?\s?\b(?:in|during|over|at|on|come)\s{_THE}{_WHEN}", _FLAGS),
    re.compile(
        rf",?\s?\b(?P<when>(?:this|next)\s(?:{_KIND}|sprint|release|summer|winter|spring|autumn)(?!')|tomorrow)", _FLAGS
    ),
)
"""How it is said, the plainest way first: `over the next month … by Q1` means Q1."""

_FALLS = re.compile(r"\b(?:drop|fall|decline|decrease|shrink|sink|dip|down|grow|rise)\w{0,3}$", _FLAGS)
_ISO = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})\b")
_YEAR = re.compile(
    r"\b(?:fy\s?'?)?((?:19|20)\d{2})(?!\d)|(?:[qh][1-4]\s?(?:of\s|[/'-])?\s?(?:fy)?'?|\bfy\s?'?|[a-z]\s?['-])(\d{2})\b",
    _FLAGS,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_horizon(text: str) -> tuple[str | None, str]:
    """Return by when something has to happen, and the text with a comma in its place."""
    for pattern in _STATED:
        for found in pattern.finditer(text):
            if not _FALLS.search(text[: found.start()].rstrip()):  # "drops by 2000" says how much
                return " ".join(
                    re.sub(r"(?<=[a-z])\.$", "", found["when"]).split()
                ), f"{text[: found.start()]}, {text[found.end() :]}"
    return None, text


def is_span(horizon: str) -> bool:
    """Tell whether it is a time from now on, such as two weeks."""
    return re.fullmatch(SPAN, horizon, _FLAGS) is not None


def is_over(horizon: str, today: date) -> bool:
    """Tell whether a horizon is over whichever way it is read, or is a day that the calendar does not have."""
    if re.fullmatch(SPAN, horizon, _FLAGS):
        return False
    for pattern, orders in ((_ISO, ((1, 2, 3),)), (_NUMBERS, ((3, 2, 1), (3, 1, 2)))):
        if found := pattern.search(horizon):
            days = [_date(*(found[place] for place in order)) for order in orders]
            return all(day is None or day < today for day in days)
    last = _last_day(horizon)
    return last is not None and last < today


def _last_day(horizon: str) -> date | None:
    """Return the last day that a month, quarter, half or year can mean; None where no year is said."""
    found = _YEAR.search(horizon)
    if found is None:
        return None
    year = _year(found[1] or found[2])
    rest = horizon.replace(found[1] or found[2], " ").casefold()
    if quarter := re.search(r"\b([qh])([1-4])(?!\d)", rest):
        return _end(year, min(12, int(quarter[2]) * (3 if quarter[1] == "q" else 6)))
    if numbered := re.search(r"^\s*-(\d{2})\s*$", rest):
        return _end(year, int(numbered[1])) if 1 <= int(numbered[1]) <= len(_MONTHS) else date.min
    month = next((number for number, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}", rest)), None)
    if month is None:
        return _end(year, 12)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?(?=\W|$)", rest)
    return (_date(str(year), str(month), day[1]) or date.min) if day else _end(year, month)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(_year(year), int(month), int(day))
    except ValueError:
        return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) < 4 else 0)  # noqa: PLR2004  the digits of a whole year


def _end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
