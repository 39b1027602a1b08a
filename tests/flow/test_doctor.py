"""What `doctor` finds in the policy itself, among people and in rotas: each mistake by its id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from app.core.errors import Denied, Transient
from app.core.person import Person
from app.core.policy import Goal, Mandate, Member, Policy, Route, Source, Watch, When
from app.flow.doctor import by_itself, diagnose, set_up
from app.flow.on_call import Rotas
from app.ports import Caller, Tracker
from app.ports.examiner import Diagnosis

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROUTE = Route(
    "all",
    area="platform",
    on_call="ops",
    boards={"linear": {"team": "OPS"}},
    epics={"linear": {"project": "Q4"}},
)
ADA = Member("Ada", "ada@acme.test", "staff_engineer", Mandate(("platform",)))
SOUND = Policy(
    watch=(Watch("linear", "post-mortem"),),
    routes=(ROUTE,),
    people=(ADA,),
    mandate_roles=("staff_engineer",),
    on_call={"ops": (Source("duty", {"team": "OPS"}),)},
    goals=(Goal("retention", "Customers can always pay"),),
)


class Clock:
    """Tell one time."""

    def now(self) -> datetime:
        """Return it."""
        return NOW


@dataclass
class Known:
    """Know some people, and find with the set-up what it was told to."""

    people: Mapping[str, Person] = field(default_factory=dict)
    finds: Sequence[Diagnosis] = ()
    broken: Exception | None = None
    name: str = "linear"
    asked: list[Any] = field(default_factory=list)

    async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
        """Find somebody by e-mail."""
        if self.broken:
            raise self.broken
        return self.people.get(email or "")

    async def examine(self, policy: Policy, door: str | None) -> Sequence[Diagnosis]:
        """Return what was given."""
        self.asked.append(door)
        return self.finds


class Duty:
    """Name whom it was told to, or fail."""

    def __init__(self, *said: Caller | Exception) -> None:
        self.said = said

    async def who(self, settings: Any, at: datetime) -> Sequence[Caller]:
        """Return them."""
        for each in self.said:
            if isinstance(each, Exception):
                raise each
        return [each for each in self.said if isinstance(each, Caller)]


PEOPLE = {"ada@acme.test": Person("1", "Ada", "ada@acme.test")}
ON_DUTY = Duty(Caller("Ada", "ada@acme.test"))


async def found(
    policy: Policy = SOUND, tracker: Known | None = None, address: str | None = None, **sources: Any
) -> list[Diagnosis]:
    """Return what is found with one tracker and these sources."""
    known = tracker or Known(PEOPLE)
    rotas = Rotas(sources or {"duty": ON_DUTY}, Clock())
    trackers = {"linear": cast("Tracker", known)}
    return await diagnose(policy, trackers, rotas, Clock(), doors=["linear"], address=address)


async def test_a_sound_set_up_has_nothing_to_mend() -> None:
    """Neither in the policy, nor among people, nor in the rotas."""
    assert await found() == []


async def test_what_stands_in_the_policy_links_to_our_page_of_it() -> None:
    """Routes, people and rotas are mended there; without an address of ours there is no link."""
    wrong = replace(
        SOUND, people=(*SOUND.people, Member("Zoe", "zoe@acme.test")), routes=(replace(ROUTE, when=When()),)
    )
    silent = Duty()
    told = await found(wrong, duty=silent, address="https://ft.acme.test/")
    assert {one.id for one in told} == {"route.no_default", "people.unknown", "rota.nobody"}
    assert {one.link for one in told} == {"https://ft.acme.test/policy"}
    assert {one.link for one in await found(wrong, duty=silent)} == {None}


async def test_a_tracker_is_told_where_webhooks_are_to_lead() -> None:
    """The address that people reach us by, and the tracker's door there."""
    known = Known(PEOPLE)
    await found(tracker=known, address="https://ft.acme.test/")
    await found(tracker=known)
    assert known.asked == ["https://ft.acme.test/webhooks/linear", None]


@pytest.mark.parametrize(
    ("policy", "id_", "hint"),
    [
        (replace(SOUND, routes=(replace(ROUTE, boards={}, on_call=None),)), "route.no_board", "linear"),
        (replace(SOUND, routes=(replace(ROUTE, epics={}),)), "route.no_epic", "linear"),
        (replace(SOUND, routes=(replace(ROUTE, on_call=None),)), "route.no_rota", "on_call"),
        (replace(SOUND, people=(replace(ADA, mandate=None),)), "mandate.nobody", "people"),
        (
            replace(SOUND, people=(ADA, replace(ADA, email="g@acme.test", mandate=Mandate(until=date(2026, 11, 1))))),
            "mandate.ended",
            "later end",
        ),
        (
            replace(SOUND, people=(ADA, replace(ADA, email="g@acme.test", role="intern"))),
            "mandate.role",
            "mandate_roles",
        ),
        (replace(SOUND, people=(replace(ADA, mandate=Mandate(("platform", "sales"))),)), "mandate.area", "area"),
        (replace(SOUND, goals=(Goal("a", "Pay always"), Goal("b", "pay  ALWAYS"))), "goals.same", "one of them"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_policy_itself_lacks_is_found(policy: Policy, id_: str, hint: str) -> None:
    """Without asking anybody."""
    (one,) = by_itself(policy, NOW)
    assert one.id == id_
    assert hint in one.hint


def test_a_policy_without_a_default_route_is_told() -> None:
    """What fits no route would go nowhere."""
    assert [one.id for one in by_itself(Policy(watch=SOUND.watch), NOW)] == ["route.no_default"]


def test_trackers_without_credentials_or_secret_are_found() -> None:
    """The one cannot be asked, the other not be heard."""
    policy = replace(SOUND, watch=(*SOUND.watch, Watch("jira", "post-mortem")))
    assert [one.id for one in set_up(policy, ["linear"], [])] == ["linear.no_secret", "jira.off"]
    assert "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS" in next(iter(set_up(policy, ["linear"], []))).hint


@pytest.mark.parametrize(
    ("person", "id_"),
    [
        (None, "people.unknown"),
        (Person("1", "Ada", "ada@acme.test", active=False), "people.inactive"),
        (Person("1", "Ada", "ada@acme.test", bot=True), "people.bot"),
    ],
)
async def test_people_whom_the_tracker_does_not_know_are_found(person: Person | None, id_: str) -> None:
    """Unknown, deactivated, or a machine; whoever is on call by that name is found with the rota."""
    known = Known({"ada@acme.test": person} if person else {})
    first, *_ = await found(tracker=known)
    assert first.id == id_


async def test_a_machine_may_stand_among_people_for_its_ids() -> None:
    """That is how `activity.bots` finds it where the tracker hides e-mails."""
    known = Known({"ada@acme.test": Person("1", "Ada", "ada@acme.test", bot=True)})
    told = await found(replace(SOUND, bots=("ada@acme.test",)), tracker=known)
    assert "people.bot" not in [one.id for one in told]


async def test_whom_one_tracker_knows_may_be_unknown_to_another() -> None:
    """A warning is enough then: not everybody works in both."""
    trackers = {name: cast("Tracker", Known(people, name=name)) for name, people in (("linear", PEOPLE), ("jira", {}))}
    policy = replace(SOUND, watch=(*SOUND.watch, Watch("jira", "post-mortem")))
    rotas = Rotas({"duty": ON_DUTY}, Clock())
    told = await diagnose(policy, trackers, rotas, Clock(), doors=["linear", "jira"], address=None)
    assert [(one.id, one.level) for one in told if one.id.startswith("people")] == [("people.unknown", "warning")]
    assert [one.id for one in told if one.id.startswith("route")] == ["route.no_board", "route.no_epic"]


def test_a_route_for_certain_teams_may_be_for_one_tracker() -> None:
    """Teams and projects are one tracker's own words."""
    policy = replace(SOUND, watch=(*SOUND.watch, Watch("jira", "post-mortem")))
    narrow = replace(ROUTE, name="eng", when=When(teams=("ENG",)))
    rest = replace(
        ROUTE, boards={**ROUTE.boards, "jira": {"board": 1}}, epics={**ROUTE.epics, "jira": {"parent": "A-1"}}
    )
    assert list(by_itself(replace(policy, routes=(narrow, rest)), NOW)) == []


async def test_somebody_who_cannot_be_asked_for_is_told_as_that() -> None:
    """A search that the tracker refuses is no reason to stop."""
    first, *_ = await found(tracker=Known(broken=Denied("no right to browse users")))
    assert first.id == "people.unknown"


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        (Duty(), ["rota.nobody"]),
        (Duty(Caller("Zoe", "zoe@acme.test")), ["rota.unknown_person"]),
        (Duty(Transient("duty answered 500")), ["rota.source", "rota.nobody"]),
        (Duty(Denied("duty refused the question (401)")), ["rota.source", "rota.nobody"]),
    ],
)
async def test_a_rota_that_names_nobody_is_found(source: Duty, ids: list[str]) -> None:
    """Whichever way it fails to."""
    assert [one.id for one in await found(duty=source)] == ids


async def test_a_source_that_is_not_set_up_is_told_though_the_next_one_answers() -> None:
    """The chain holds, but not as it was meant."""
    chain = (Source("pager", {}), *SOUND.on_call["ops"], Source("empty", {}))
    policy = replace(SOUND, on_call={"ops": chain})
    (one,) = await found(policy, duty=ON_DUTY, empty=Duty())
    assert one.id == "rota.off"
    assert "pager" in one.message


async def test_a_tracker_that_cannot_be_reached_is_told_once() -> None:
    """Nobody is called unknown because nobody could be asked."""
    down = Diagnosis("linear.unreachable", "Linear did not answer", "look")
    assert await found(tracker=Known(finds=[down], broken=Transient("down"))) == [down]
