"""A route is found by what the item is by itself, whatever we did to it."""

from dataclasses import replace

import pytest

from app.core.memory import Memory, Place
from app.core.places import is_watched, own_place, place_counts, place_of, route_of, settled, words_lost
from app.core.policy import Policy, Route, Watch, When
from app.core.snapshot import Kind, OnCallFact, Snapshot
from tests.builders import DAY, DEFAULT, LINUS, NOW, PAYMENTS, decided, in_jira, memory, policy, snapshot
from tests.core.tracker import World, again, run

ITEM = snapshot(
    "team/payments",
    "area/web",
    title="Alert: (replica) lag, again!",
    team="ENG",
    project="Checkout",
    components=("ledger", "web"),
)


def under(**when: tuple[str, ...]) -> Policy:
    """Return a policy with a route of these conditions and no other."""
    return policy(routes=(Route("it", when=When(**when)),))


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        pytest.param({"labels": ("Team/Payments",)}, True, id="label, without case"),
        pytest.param({"labels": ("x", "area/web")}, True, id="any of the labels"),
        pytest.param({"labels": ("x", "y")}, False, id="none of the labels"),
        pytest.param({"teams": ("eng",)}, True, id="team, without case"),
        pytest.param({"teams": ("OPS", "WEB")}, False, id="none of the teams"),
        pytest.param({"projects": ("OTHER", "checkout")}, True, id="any of the projects"),
        pytest.param({"projects": ("Check",)}, False, id="a part of a project's name is not it"),
        pytest.param({"components": ("Web",)}, True, id="any of the item's components"),
        pytest.param({"components": ("api",)}, False, id="none of the components"),
        pytest.param({"title_words": ("LAG",)}, True, id="word of the title beside a comma"),
        pytest.param({"title_words": ("replica", "x")}, True, id="word in brackets"),
        pytest.param({"title_words": ("alert",)}, True, id="word before a colon"),
        pytest.param({"title_words": ("rep",)}, False, id="a part of a word is not it"),
        pytest.param({"labels": ("area/web",), "teams": ("ENG",)}, True, id="all given hold"),
        pytest.param({"labels": ("area/web",), "teams": ("OPS",)}, False, id="labels hold, teams do not"),
        pytest.param({"labels": ("x",), "teams": ("ENG",)}, False, id="teams hold, labels do not"),
        pytest.param({"teams": ("ENG",), "projects": ("x",)}, False, id="projects do not"),
        pytest.param({"projects": ("Checkout",), "components": ("x",)}, False, id="components do not"),
        pytest.param({"components": ("web",), "title_words": ("x",)}, False, id="title words do not"),
        pytest.param(
            {
                "labels": ("area/web",),
                "teams": ("ENG",),
                "projects": ("Checkout",),
                "components": ("web",),
                "title_words": ("lag",),
            },
            True,
            id="all five hold",
        ),
        pytest.param({}, True, id="no condition given"),
    ],
)
def test_condition_of_a_route(when: dict[str, tuple[str, ...]], *, holds: bool) -> None:
    """A condition holds by any of its words, without case; all that are given must hold."""
    route = route_of(ITEM, Memory(), under(**when))
    assert (route is not None) == holds


@pytest.mark.parametrize(
    ("routes", "name"),
    [
        pytest.param((PAYMENTS, DEFAULT), "payments", id="the first that holds"),
        pytest.param((DEFAULT, PAYMENTS), "everything else", id="a default on top takes all"),
        pytest.param(
            (Route("x", when=When(teams=("X",))), PAYMENTS), "payments", id="those that do not hold are skipped"
        ),
        pytest.param((Route("x", when=When(teams=("X",))),), None, id="none holds"),
    ],
)
def test_first_route_that_holds_wins(routes: tuple[Route, ...], name: str | None) -> None:
    """Routes are tried in the policy's order; one without conditions always holds."""
    route = route_of(ITEM, Memory(), policy(routes=routes))
    assert (route.name if route else None) == name


@pytest.mark.parametrize(
    "label", ["operational", "OPS", "quick-fix", "strategic", "long-term", "needs-class", "risk", "Risk"]
)
def test_our_own_labels_never_steer_a_route(label: str) -> None:
    """A label that we write and take away ourselves fulfils no condition, or the route would change under our hands."""
    assert route_of(snapshot(label), Memory(), under(labels=(label,))) is None


def test_labels_that_the_policy_does_not_use_may_steer() -> None:
    """A label is ours only while the policy says so."""
    free = policy(routes=(Route("it", when=When(labels=("risk", "needs-class"))),))
    bare = replace(free, classes=replace(free.classes, risk=None, needs_class=None))
    assert route_of(snapshot("risk"), Memory(), bare) is not None
    assert route_of(snapshot("needs-class"), Memory(), bare) is not None


def test_item_without_a_class_has_no_route() -> None:
    """What nobody has classified belongs nowhere yet."""
    assert decided(snapshot("team/payments")).route is None


# --- what we moved ---

BY_TEAM = policy(
    routes=(
        replace(DEFAULT, name="engineering", when=When(teams=("ENG",))),
        replace(DEFAULT, name="operations", when=When(teams=("OPS",)), boards={"linear": {"team": "WEB"}}),
    )
)


@pytest.mark.parametrize("answers", [True, False], ids=["seen at once", "seen at the next look"])
def test_moved_item_keeps_its_route(*, answers: bool) -> None:
    """An item that we moved to another team keeps the route that it had in its own."""
    world = World(snapshot("operational"), BY_TEAM, rota=OnCallFact(LINUS, LINUS.name), answers=answers)
    ran = run(world, Memory(), NOW)
    assert ran.world.item.team == "OPS"
    decision, planned = again(ran, NOW + DAY)
    assert (decision.route, planned.changes) == ("engineering", ())


def test_moved_item_stays_watched_by_where_it_came_from() -> None:
    """An item that we moved out of the watched teams is watched all the same."""
    watched = replace(BY_TEAM, watch=(Watch("linear", "post-mortem", teams=("eng",)),))
    ran = run(World(snapshot("operational"), watched), Memory(), NOW)
    assert ran.world.item.team == "OPS"
    assert again(ran, NOW)[0].watched


def test_person_who_moves_the_item_on_changes_its_route() -> None:
    """Where a person puts the item after us counts as its own place."""
    ran = run(World(snapshot("operational"), BY_TEAM), Memory(), NOW)
    back = replace(ran.world.item, team="WEB")
    assert route_of(back, ran.memory, BY_TEAM) is None
    watched = replace(BY_TEAM, watch=(Watch("linear", "post-mortem", teams=("ENG",)),))
    assert not is_watched(back, ran.memory, watched)


def test_label_that_the_move_cost_still_steers() -> None:
    """A label of the first team is lost by the move; the route that it led to holds."""
    world = World(snapshot("operational", "team/payments"), policy(), team_labels=frozenset({"team/payments"}))
    ran = run(world, Memory(), NOW)
    assert ran.world.item.labels == ("post-mortem", "operational")
    assert again(ran, NOW)[0].route == "payments"


def test_label_that_we_set_for_the_board_does_not_steer() -> None:
    """What we set so that a board shows the item is not taken for the item's own."""
    routes = (Route("shown", when=When(labels=("team-ops",))), PAYMENTS)
    ran = run(World(in_jira("operational", "team/payments"), policy(routes=routes)), Memory(), NOW)
    assert "team-ops" in ran.world.item.labels
    assert again(ran, NOW)[0].route == "payments"


HOME = Place("ENG", "Checkout", ("ledger",), ("a", "b"))
PLACED = Place("OPS", "Platform", ("ledger", "ours"), ("b", "ours"))


@pytest.mark.parametrize(
    ("now", "own"),
    [
        pytest.param(PLACED, HOME, id="untouched since: home"),
        pytest.param(replace(PLACED, team="WEB"), replace(HOME, team="WEB"), id="a person changed the team"),
        pytest.param(replace(PLACED, project=None), replace(HOME, project=None), id="a person cleared the project"),
        pytest.param(
            replace(PLACED, labels=("b", "ours", "new")),
            replace(HOME, labels=("b", "new", "a")),
            id="a person added a label",
        ),
        pytest.param(replace(PLACED, labels=("ours",)), replace(HOME, labels=("a",)), id="a person took a label off"),
        pytest.param(
            replace(PLACED, components=("ours", "web")),
            replace(HOME, components=("web",)),
            id="a person swapped components",
        ),
        pytest.param(Place("ENG", "Checkout", ("ledger",), ("a", "b")), HOME, id="a person put it all back"),
    ],
)
def test_own_place(now: Place, own: Place) -> None:
    """An item's own place is its home, with what a person has changed since we wrote."""
    item = snapshot(team=now.team, project=now.project, components=now.components)
    item = replace(item, labels=now.labels)
    seen = own_place(item, memory(home=HOME, placed=PLACED))
    assert replace(seen, labels=(), components=()) == replace(own, labels=(), components=())
    assert (set(seen.labels), set(seen.components)) == (set(own.labels), set(own.components))
    assert len(seen.labels) == len(set(seen.labels))


@pytest.mark.parametrize("known", [Memory(), memory(home=HOME), memory(placed=PLACED)])
def test_own_place_of_what_we_never_moved(known: Memory) -> None:
    """Without a move of ours an item belongs where it stands."""
    assert own_place(ITEM, known) == place_of(ITEM) == Place("ENG", "Checkout", ITEM.components, ITEM.labels)


def test_place_after_our_write_is_filled_in_once() -> None:
    """The first look after a write tells where it put the item; later looks do not change that."""
    first = settled(memory(home=HOME), ITEM)
    assert first.placed == place_of(ITEM)
    assert settled(first, replace(ITEM, team="WEB")) == first
    assert settled(memory(), ITEM) == memory()
    unmoved = memory(home=place_of(ITEM))
    assert settled(unmoved, ITEM) == unmoved, "the write may yet take effect"


@pytest.mark.parametrize(
    ("watch", "routes", "counts"),
    [
        pytest.param(Watch("linear", "post-mortem"), (Route("all"),), False, id="all are watched and go one way"),
        pytest.param(Watch("linear", "post-mortem", teams=("ENG",)), (Route("all"),), True, id="by team"),
        pytest.param(Watch("linear", "post-mortem", projects=("PAY",)), (Route("all"),), True, id="by project"),
        pytest.param(Watch("jira", "post-mortem", teams=("ENG",)), (), False, id="another tracker's"),
        pytest.param(Watch("linear", "post-mortem"), (PAYMENTS, Route("all")), True, id="routes tell them apart"),
    ],
)
def test_place_counts_where_the_policy_goes_by_it(watch: Watch, routes: tuple[Route, ...], counts: bool) -> None:
    """Else it need not be remembered where an item came from."""
    assert place_counts(policy(watch=(watch,), routes=routes), "linear") is counts


# --- what is watched ---


@pytest.mark.parametrize(
    ("watch", "item", "watched"),
    [
        pytest.param(Watch("linear", "POST-MORTEM"), snapshot(), True, id="label, without case"),
        pytest.param(Watch("linear", "incident"), snapshot(), False, id="another label"),
        pytest.param(Watch("jira", "post-mortem"), snapshot(), False, id="another tracker"),
        pytest.param(Watch("linear", "post-mortem", teams=("eng",)), snapshot(), True, id="team"),
        pytest.param(Watch("linear", "post-mortem", teams=("OPS",)), snapshot(), False, id="another team"),
        pytest.param(Watch("jira", "post-mortem", projects=("pm",)), in_jira(), True, id="project"),
        pytest.param(Watch("jira", "post-mortem", projects=("X",)), in_jira(), False, id="another project"),
        pytest.param(Watch("linear", "post-mortem"), snapshot(kind=Kind.SUB_TASK), False, id="a sub-task"),
        pytest.param(Watch("linear", "post-mortem"), snapshot(kind=Kind.EPIC), False, id="an epic"),
        pytest.param(
            Watch("jira", "post-mortem", issue_types=("task",)), in_jira(issue_type="Task"), True, id="a named type"
        ),
        pytest.param(
            Watch("jira", "post-mortem", issue_types=("Task",)), in_jira(issue_type="Bug"), False, id="another type"
        ),
        pytest.param(
            Watch("jira", "post-mortem", issue_types=("Epic",)),
            in_jira(issue_type="Epic", kind=Kind.EPIC),
            True,
            id="an epic, if its type is named",
        ),
    ],
)
def test_what_is_watched(watch: Watch, item: Snapshot, *, watched: bool) -> None:
    """A ticket is an action item by its tracker, label, team, project and type."""
    asked = policy(watch=(Watch("linear", "never"), watch))
    assert is_watched(item, Memory(), asked) == watched
    assert decided(item, Memory(), asked).watched == watched


# --- labels that an item lost ---


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [
        pytest.param(("post-mortem", "operational"), ("post-mortem",), ("operational",), id="its class"),
        pytest.param(("post-mortem", "ops"), ("post-mortem",), ("ops",), id="an alias"),
        pytest.param(("Post-Mortem", "needs-class"), ("bug",), ("Post-Mortem", "needs-class"), id="all of them"),
        pytest.param(("post-mortem", "bug"), ("POST-MORTEM",), (), id="none that the policy names, whatever the case"),
    ],
)
def test_labels_of_the_policy_that_an_item_lost(
    before: tuple[str, ...], now: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    """Whether somebody took them off, or they are gone from the tracker, is not known from the item."""
    one, other = replace(snapshot(), labels=before), replace(snapshot(), labels=now)
    assert words_lost(one, other, policy()) == lost
    assert words_lost(one, replace(other, here=False), policy()) == ()
