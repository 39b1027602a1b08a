"""The scenes of the demo, in order: what people do, and what is promised to come of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.cli.story import ADA, GRACE, LINUS, SOON, Story, View, said

EPIC = "Q4 Reliability"
PRIORITY = {"linear": "Urgent", "jira": "Highest"}
"""What each tracker calls its highest priority."""
RISK = "If we do not serve payments from a second region by end of Q1, we will lose 30 %"
SETTLED = "Nothing is open here any more"
ACCEPTANCE, FORGOTTEN = timedelta(days=60), timedelta(days=40)


async def operational(story: Story) -> None:
    """Put a small fix where the on-call team sees it."""
    story.scene("A small fix: labelled operational when it is created")
    item, came = await story.create("Alert on replica lag", ("post-mortem", "operational"))
    await story.until(
        "on the on-call team's board, assigned to whoever is on call, with a due date",
        item,
        lambda now: _on_duty(came, now) and bool(now["due"]),
    )


async def strategic(story: Story) -> None:
    """Put a long-term change under its epic, have it justified, and notice when nobody can plan it any more."""
    story.scene("A long-term change: labelled strategic")
    item, _ = await story.create("Shard the ledger database", ("post-mortem", "strategic"))
    await story.until(
        "under the epic of its route, whose owner is asked which business goal it serves",
        item,
        lambda now: bool(now["epic"]) and "/case" in said(now),
    )
    await story.comment(item, ADA, "/case retention Customers can pay while one database is down")
    await story.until_said("the goal is known, and the question taken back", item, SETTLED)
    story.scene("Its epic gets an owner who has no mandate to put it on the roadmap")
    story.begin(f"Ada hands {EPIC} over to Linus, an engineer who is on call")
    await story.sandbox.hand_over(EPIC, ADA, LINUS)
    await story.until_said("the new owner is told, and who does have the mandate", item, "The mandate for", "Ada Admin")
    story.begin(f"Linus gives {EPIC} back to Ada")
    await story.sandbox.hand_over(EPIC, LINUS, ADA)
    await story.until_said("the finding has gone by itself, and its question with it", item, SETTLED)


async def unlabelled(story: Story) -> None:
    """Ask what an item is, once its grace is over."""
    grace = story.service.policy.classes.grace.total_seconds()
    story.scene(f"Nobody said what it is: it is left alone for its grace, {grace:g} s here")
    item, came = await story.create("Retry storms take the gateway down", ("post-mortem",))
    await story.until(
        "marked, and its creator asked in one comment",
        item,
        lambda now: len(now["comments"]) == 1 and "needs-class" in now["labels"],
    )
    await story.comment(item, GRACE, "/operational")
    await story.until(
        "on the board, assigned, and the question taken back",
        item,
        lambda now: _on_duty(came, now) and "needs-class" not in now["labels"],
    )


async def risk(story: Story) -> None:
    """Have what is large and urgent worded as a risk, completed, and decided on by whom it names."""
    story.scene("Large and urgent: too big for whoever is on call, too pressing for a roadmap. It is a risk")
    priority = PRIORITY.get(story.tracker, "Urgent")
    also = f", estimate 8, priority {priority}"
    title = "One region serves all payments"
    item, _ = await story.create(title, ("post-mortem",), also, estimate=8, priority=priority)
    await story.until_said("marked as a risk, and asked for in one sentence", item, "/risk If we do not")
    await story.comment(item, GRACE, f"/risk {RISK}")
    await story.until_said("only what is missing is asked for, in her own words", item, "lacks a metric and")
    await story.comment(item, GRACE, f"/risk {RISK} of customer transactions. Decision: Ada Admin")
    await story.until_said("Ada is asked to decide", item, "please decide on this risk")
    until = (story.service.clock.now() + ACCEPTANCE).date().isoformat()
    decision = f"/accept until {until} because the second region opens in spring"
    await story.comment(item, LINUS, decision)
    await story.until_said("somebody else's decision does not count, and he is told so", item, "Linus Duty cannot")
    await story.comment(item, ADA, decision)
    await story.until_said(f"accepted by Ada; it comes back by itself after {until}", item, SETTLED)


async def forgotten(story: Story) -> None:
    """Tell whoever holds an item that nobody has touched it for weeks; our own writes do not count as touching it."""
    story.scene("Forgotten for forty days: `tell_old: true` here, without which what came old is reported and no more")
    created_at, labels = story.service.clock.now() - FORGOTTEN, ("post-mortem", "operational")
    title = "Rotate the gateway's certificates"
    item, came = await story.create(title, labels, ", forty days ago", created_at=created_at)
    await story.until(
        "put on the board, which is no sign of life, and whoever holds it now is told that it went quiet",
        item,
        lambda now: _on_duty(came, now) and "nobody has done anything about this item" in said(now),
    )
    await story.comment(item, LINUS, "/ack")
    await story.until_said("his word ends it: the clock starts anew", item, SETTLED)


async def doubled(story: Story) -> None:
    """Send a webhook twice."""
    story.scene("The tracker sends its last webhook a second time")
    await story.rest(SOON)
    before, calls, doubles = story.shown(), len(story.sandbox.calls()), story.doubles()
    story.begin("the same bytes, the same signature")
    await story.sandbox.redeliver()
    await story.rest(SOON)
    same = story.shown() == before and len(story.sandbox.calls()) == calls
    story.check("known already: nothing read, nothing written", came=same and story.doubles() == doubles + 1)


def _on_duty(came: View, now: View) -> bool:
    """Tell whether a ticket stands on another board than the one it came to, if any, and somebody holds it."""
    return bool(now["board"]) and now["board"] != came["board"] and bool(now["assignee"])


SCENES: tuple[Callable[[Story], Awaitable[None]], ...] = (operational, strategic, unlabelled, risk, forgotten, doubled)
