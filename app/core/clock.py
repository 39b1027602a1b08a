"""The activity clock: which of an item's doings are a sign of life, and which was the latest.

Only what a person did counts, and the creation of the item. Our own writes, bots and automations never do, nor does
what says nothing about the work: a rank, a sprint, a service level, a mention elsewhere, watching, a command to us.
A linked pull request counts whoever linked it, unless the policy calls them a bot.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.core.activity import Activity, ActivityKind
from app.core.actors import is_human, is_listed
from app.core.commands import holds_no_more
from app.core.memory import HistoryRead, Memory, Uncounted
from app.core.policy import Policy
from app.core.snapshot import Comment, Snapshot
from app.core.values import replace

NOT_COUNTED_KEPT = 5
"""How many doings that did not count are kept, for whoever asks why."""

_NO_WORK = {
    ActivityKind.RANK: "a new rank is no work on it",
    ActivityKind.SPRINT: "a change of sprint is no work on it",
    ActivityKind.SERVICE_LEVEL: "a service level is reckoned by the tracker",
    ActivityKind.MENTION: "it was only mentioned elsewhere",
    ActivityKind.WATCHING: "watching is no work on it",
}


def uncounted(activity: Activity, policy: Policy) -> str | None:
    """Say in a clause why an activity is no sign of life; None: it counts.

    Creation counts whoever did it, because the clock starts with it.
    """
    if activity.kind is ActivityKind.CREATED:
        return None
    if activity.ours:
        return "it is our own doing"
    if activity.kind in _NO_WORK:
        return _NO_WORK[activity.kind]
    by = activity.by
    if not is_human(by, policy):
        if by is not None and is_listed(by, policy.bots, policy):
            return f"the policy says that {by.name} is a bot"
        if activity.kind is not ActivityKind.PULL_REQUEST:
            return f"{by.name} is a machine" if by else "no person stands behind it"
    return "it holds only a command to us" if holds_no_more(activity.text) else None


def in_mind(memory: Memory, snapshot: Snapshot, policy: Policy, now: datetime) -> Memory:
    """Return the memory with what the snapshot tells of doings; nothing that is missing there sets the clock back.

    The ladder begins anew when somebody did something. What was taken for a person's and is a bot's by the policy of
    today counts no more.
    """
    known = memory.last_activity
    still = known if known is not None and uncounted(known, policy) is None else None
    seen = (*_told_by(snapshot), *snapshot.heard, *(snapshot.history or ()))
    news = (activity for activity in seen if still is None or activity.at >= still.at)
    judged = [(activity, uncounted(activity, policy)) for activity in news]
    counting = [*((still,) if still else ()), *(activity for activity, because in judged if because is None)]
    last = _stripped(max(counting, key=lambda one: (one.at, bool(one.url))))
    read = HistoryRead(now, snapshot.updated_at) if snapshot.history is not None else memory.history_read
    return replace(
        memory,
        last_activity=last,
        not_counted=_not_counted(memory.not_counted if snapshot.history is None else (), judged),
        history_read=read,
        told=memory.told if known is not None and known.at == last.at else (),
    )


def _told_by(snapshot: Snapshot) -> Iterable[Activity]:
    """Yield what the snapshot itself shows: that it was created, and its comments."""
    yield Activity(snapshot.created_at, ActivityKind.CREATED, snapshot.creator, url=snapshot.url)
    for comment in snapshot.comments:
        yield _of(comment, comment.at)
        if comment.edited_at is not None:
            yield _of(comment, comment.edited_at, "edited a comment")


def _of(comment: Comment, at: datetime, what: str = "") -> Activity:
    return Activity(at, ActivityKind.COMMENT, comment.by, what, text=comment.body, ours=comment.ours)


def _not_counted(before: Sequence[Uncounted], judged: Iterable[tuple[Activity, str | None]]) -> tuple[Uncounted, ...]:
    """Return the latest that did not count; `before` is empty where a history tells all there is to tell."""
    found = [Uncounted(activity, because) for activity, because in judged if because is not None]
    if not found:
        return tuple(before)
    by_moment = {(one.activity.at, one.activity.kind): one for one in (*before, *found)}
    latest = sorted(by_moment.values(), key=lambda one: one.activity.at)[-NOT_COUNTED_KEPT:]
    return tuple(replace(one, activity=_stripped(one.activity)) for one in latest)


def _stripped(activity: Activity) -> Activity:
    """Return the activity without the words of a comment: they are the tracker's to keep."""
    return replace(activity, text="") if activity.text else activity
