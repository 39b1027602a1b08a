"""The policy in sentences: nothing that it says is left out, and nothing is said that it does not."""

from dataclasses import replace
from datetime import date, time, timedelta

from app.core.policy import (
    ByUrgency,
    Classes,
    ClassLabel,
    Goal,
    Limits,
    Mandate,
    Member,
    Messages,
    Origin,
    Policy,
    Route,
    Rung,
    Size,
    Source,
    Stale,
    Urgency,
    Watch,
    When,
)
from app.core.sentences import as_text, in_sentences

DAY = timedelta(days=1)
WHOLE = Policy(
    watch=(Watch("linear", "post-mortem", teams=("ENG", "OPS")), Watch("jira", "pm", projects=("PM",))),
    postmortem=(Origin("label", "pm/"), Origin("link", "https://wiki.acme.test/*"), Origin("parent")),
    classes=Classes(
        ClassLabel("operational", ("ops", "quick-fix")),
        ClassLabel("strategic"),
        due=ByUrgency(30 * DAY, 7 * DAY),
        risk="risk",
        needs_class="needs-class",
    ),
    size=Size(8, ("size/l",)),
    urgency=Urgency(("Urgent",), ("sev1",)),
    people=(
        Member("Ada Admin", "ada@acme.test", "staff_engineer", Mandate(("payments",), date(2027, 6, 30))),
        Member("Grace Hopper", "grace@acme.test", "director", Mandate()),
        Member("Linus Duty", "linus@acme.test"),
    ),
    mandate_roles=("staff_engineer", "director"),
    goals=(Goal("retention", "Customers can always pay"),),
    on_call={"payments": (Source("pagerduty", {"schedule": "PI7"}), Source("static", {"people": ["a@acme.test"]}))},
    routes=(
        Route(
            "payments",
            "payments",
            When(labels=("team/payments",), teams=("PAY", "ENG")),
            "payments",
            {"linear": {"team": "OPS", "state": None}, "jira": {"board": 42, "set": {"labels": ["team-ops", "x"]}}},
            {"linear": {"project": "Q4 Reliability"}},
        ),
        Route("everything else", boards={"linear": {"team": "OPS"}}, epics={"jira": {"parent": "PLAT-7"}}),
    ),
    stale=Stale(ByUrgency(7 * DAY, 2 * DAY), ladder=(Rung(timedelta(), "owner"), Rung(7 * DAY, "mandate"))),
    messages=Messages(
        timezone="Europe/Berlin",
        quiet_days=("sat", "sun"),
        quiet_from=time(18),
        quiet_until=time(8),
        channels=("slack", "email"),
    ),
    bots=("codebot@acme.test",),
    relays=("relay@acme.test",),
)


def test_whole_policy_is_said_in_sentences() -> None:
    """Each part of the policy has its sentence."""
    text = as_text(WHOLE)
    for sentence in (
        "Every Linear ticket with the label post-mortem in team ENG or OPS is a post-mortem action item.",
        "Its post-mortem is told by its label that begins with pm/.",
        "Its post-mortem is told by a link to https://wiki.acme.test/*.",
        "An item with the label operational (or ops or quick-fix, which is replaced by it) is a small fix",
        "has no due date gets one 30 days after its creation, and after 7 days when it is urgent.",
        "An item with the label risk is a risk that somebody decides on.",
        "An item without a class is asked about and marked needs-class after 10 minutes.",
        "It is large when its estimate is 8 or more or it carries size/l.",
        "It is urgent when its priority is Urgent or it carries sev1.",
        "Route payments takes items with the label team/payments and of the team PAY or ENG.",
        "go to team OPS in Linear and board 42, set labels team-ops and x in Jira, to whoever is on call for payments.",
        "Its strategic items about payments belong under project Q4 Reliability in Linear; its owner",
        "its owner must be a staff engineer or director whose mandate covers payments.",
        "Route everything else takes items that no route above fits.",
        "Who is on call for payments is told by PagerDuty (schedule PI7), else by a rotation (people a@acme.test).",
        "Ada Admin, staff engineer, may put work of payments on the roadmap until 2027-06-30.",
        "Grace Hopper, director, may put work of any area on the roadmap.",
        "Linus Duty puts nothing on the roadmap.",
        "A goal is retention: Customers can always pay.",
        "An operational item is stale after 7 days without a person's activity, and after 2 days when it is urgent.",
        "Then are told: at once its owner, after 7 days who has the mandate.",
        "A due date that has passed is told to its owner.",
        "What was stale when it was first seen is reported, and nobody is written to about it.",
        "An item can be snoozed 2 times in a row, for 30 days at the longest.",
        "Nobody is written to on Saturdays or Sundays.",
        "Nobody is written to from 18:00 to 08:00.",
        "Doings of codebot@acme.test are never a person's.",
        "What is passed on by relay@acme.test counts as a person's.",
        "All that waits for a person comes in one letter a day at most, from 09:00 on, by Slack, else by e-mail.",
        "A policy that would write to more than 20 % of the open items waits until somebody approves it.",
    ):
        assert sentence in text


def test_short_policy_says_little() -> None:
    """What the policy does not speak of is not invented."""
    short = Policy((Watch("linear", "pm"),), classes=Classes(on_conflict="latest"))
    titles = [part.title for part in in_sentences(short)]
    assert titles == ["What is watched", "What an item is", "How people are written to", "What is never exceeded"]
    assert "Every Linear ticket with the label pm is a post-mortem action item." in as_text(short)
    assert "Of two class labels the one that a person added last holds." in as_text(short)
    assert "large" not in as_text(short)


def test_silence_about_old_items_is_told_only_where_it_is_kept() -> None:
    """Who asks to be told of them reads nothing of silence."""
    assert "when it was first seen" not in as_text(replace(WHOLE, stale=replace(WHOLE.stale, tell_old=True)))


def test_that_nobody_hears_of_stale_items_is_said() -> None:
    """A policy with windows and no ladder tells nobody, old item or new."""
    text = as_text(replace(WHOLE, stale=replace(WHOLE.stale, ladder=())))
    assert "Nobody is told of it, because the policy has no ladder: it stands in the reports." in text
    assert "when it was first seen" not in text


def test_what_is_not_limited_is_not_said() -> None:
    """A policy that may change everything waits for nobody; who is reached by no messenger reads the comment."""
    text = as_text(replace(WHOLE, limits=Limits(largest_change=1, flips=1), messages=Messages(per_person_per_day=2)))
    assert "approves" not in text
    assert "undid our changes once within a day" in text
    assert "What a person is asked or told stands in the item's own comment." in text
    assert "comes in 2 letters a day at most" in as_text(
        replace(WHOLE, messages=Messages(per_person_per_day=2, channels=("teams",)))
    )


def test_only_urgent_items_may_have_a_window() -> None:
    """A span for urgent items alone is told as such."""
    text = as_text(replace(WHOLE, stale=Stale(ByUrgency(urgent=DAY + timedelta(hours=12)))))
    assert "An operational item is stale after 1 day 12 hours without a person's activity when it is urgent." in text


def test_policy_without_roles_asks_for_a_mandate_all_the_same() -> None:
    """Where no roles are named the owner needs a mandate of any kind."""
    text = as_text(replace(WHOLE, mandate_roles=()))
    assert "its owner must have a mandate that covers payments." in text
    assert "parent PLAT-7 in Jira; its owner must have a mandate that has not ended." in text
    bare = replace(WHOLE, routes=(Route("none"), Route("one", boards={"linear": {"team": "X"}})))
    assert "go to team X in Linear." in as_text(bare)
    silent = replace(WHOLE, mandate_roles=(), people=())
    assert "belong under parent PLAT-7 in Jira.\n" in as_text(silent)


def test_policy_without_mandates_says_that_owners_need_none() -> None:
    """As it is judged: who owns an epic can plan it, and nobody is said to put nothing on the roadmap."""
    people = tuple(replace(member, mandate=None) for member in WHOLE.people)
    for silent in (replace(WHOLE, mandate_roles=(), people=people), replace(WHOLE, mandate_roles=(), people=())):
        text = as_text(silent)
        assert "Who can plan\n  Whoever owns an epic can plan it; the policy asks for no mandate.\n" in text
        assert "roadmap" not in text
