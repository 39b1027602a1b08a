"""Rich text as Data Center keeps it, read as plain words.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa
"""

import re
from collections.abc import Callable

_MENTION = re.compile(r"\[~([^\]]+)\]")
_LINK = re.compile(r"\[([^|\]]+)\|[^\]]+\]")
_CODE = re.compile(r"\{\{(.+?)\}\}")
_BULLET = re.compile(r"^[*#-]+ ", re.MULTILINE)
_BLANK = re.compile(r"\n{2,}")
_ESCAPE = re.compile(r"\\([^\w\s])")


def to_plain(text: str, name_of: Callable[[str], str]) -> str:
    """Return the words of wiki markup, a line for every block; `name_of` names an account by its user name."""
    text = _MENTION.sub(lambda found: name_of(found[1]), text)
    for pattern in (_LINK, _CODE, _ESCAPE):
        text = pattern.sub(r"\1", text)
    return _BLANK.sub("\n", _BULLET.sub("", text))
