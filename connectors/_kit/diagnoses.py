"""Say in the same words on every tracker what is wrong with a set-up: pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.core.errors import FollowthroughError
from app.core.hint import nearest
from app.core.mandates import are_declared, holders, lacking, member_of, named, today_at
from app.core.policy import Policy, Route
from app.core.snapshot import Epic
from app.ports.examiner import Diagnosis

LARGEST_SKEW = 30.0
"""Seconds that two clocks may differ; half of what a signed time stamp may be off."""
MOST_NAMED = 12


def unreachable(error: FollowthroughError, setting: str) -> tuple[str, str]:
    """Return what to say of a tracker that cannot be asked, and how to mend it, which the error may have said too."""
    look = f"look at {setting} and the network"
    return str(error).removesuffix(f"; {look}"), f"{look}; it may pass by itself"


def clock(tracker: str, title: str, skew: float | None) -> Iterator[Diagnosis]:
    """Compare our clock with the tracker's; `skew` is by how many seconds ours is ahead, None: not known."""
    if skew is None or abs(skew) <= LARGEST_SKEW:
        return
    way = "ahead of" if skew > 0 else "behind"
    yield Diagnosis(
        f"{tracker}.clock",
        f"this machine's clock is {abs(skew):.0f} s {way} {title}'s",
        "let it be set by NTP: signed webhooks are refused when their time seems wrong, and due times are missed",
    )


def in_clear(tracker: str, title: str, address: str) -> Iterator[Diagnosis]:
    """Warn where credentials and tickets go over a network as anybody there can read them."""
    parts = urlsplit(address)
    if parts.scheme != "http" or _is_here(parts.hostname or ""):
        return
    yield Diagnosis(
        f"{tracker}.in_clear",
        f"{title} is reached at {shown(address)}, without TLS: who listens on the way reads the credentials",
        "give its https:// address; FOLLOWTHROUGH_CA_FILE names a certificate authority of your own",
        level="warning",
    )


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine, by its name alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def guess(wrong: str, known: Iterable[str]) -> str:
    """Return the beginning of a hint: the nearest right name, else the first ones that there are."""
    names = list(dict.fromkeys(known))
    near = nearest(wrong, names)
    if near is not None:
        return f"did you mean “{near}”? "
    if not names:
        return ""
    more = ", …" if len(names) > MOST_NAMED else ""
    be = "is" if len(names) == 1 else "are"
    return f"there {be} {', '.join(names[:MOST_NAMED])}{more}; "


def epic(tracker: str, found: Epic, route: Route, policy: Policy, now: datetime) -> Iterator[Diagnosis]:
    """Judge the epic of a route: open, and owned by somebody who may plan its items."""
    what, owner = f"route {route.name}: the epic {found.title}", found.owner
    if not found.open:
        hint = "open it again, or name another under routes: strategic in the policy"
        yield Diagnosis(f"{tracker}.epic_closed", f"{what} is closed", hint, found.url)
    today = today_at(now, policy)
    whose = named(route.area, holders(route.area, policy, today))
    if owner is None or owner.bot:
        who = "has no owner" if owner is None else f"belongs to a machine ({owner.name})"
        hint = f"give it to somebody who can plan its items. {whose if are_declared(policy) else ''}".rstrip()
        yield Diagnosis(f"{tracker}.epic_no_owner", f"{what} {who}", hint, found.url)
    elif not owner.active:
        hint = f"give it to somebody who is still here. {whose if are_declared(policy) else ''}".rstrip()
        yield Diagnosis(f"{tracker}.epic_owner_inactive", f"{what} belongs to {owner.name}, who left", hint, found.url)
    elif are_declared(policy):
        lacks = lacking(member_of(owner, tracker, policy), route.area, policy, today)
        if lacks is not None:
            hint = f"see people: mandate in the policy, or give the epic to another. {whose}"
            message = f"{what} belongs to {owner.name}, who {lacks}"
            yield Diagnosis(f"{tracker}.epic_owner_without_mandate", message, hint, found.url)


def same_address(one: str, other: str | None) -> bool:
    """Tell whether two addresses of webhooks are the same but for case of the host and a slash at the end."""
    return other is not None and _plain(one) == _plain(other)


def leads_to_door(url: str, tracker: str) -> bool:
    """Tell whether an address looks like our door for that tracker, wherever it is."""
    return urlsplit(url).path.rstrip("/").endswith(f"/webhooks/{tracker}")


def shown(url: str) -> str:
    """Return an address without what may be secret in it: user, password, query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _plain(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme.casefold(), parts.netloc.casefold(), parts.path.rstrip("/")
