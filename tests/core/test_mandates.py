"""Mandates: whom the policy lets plan what, and until when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.core.mandates import are_declared, end_of, holders, lacking, member_of, named, next_end, today_at
from app.core.person import Person
from app.core.policy import Mandate, Member, Messages, Policy

TODAY = date(2026, 11, 23)
ADA = Member("Ada Admin", "ada@acme.test", "Staff_Engineer", Mandate(("payments", "platform"), date(2026, 11, 23)))
GRACE = Member("Grace Hopper", "grace@acme.test", "director", Mandate(), {"jira": "acc-1"})
LINUS = Member("Linus Duty", "linus@acme.test", "engineer", Mandate())
POLICY = Policy(
    (),
    people=(ADA, GRACE, LINUS),
    mandate_roles=("staff_engineer", "director"),
    messages=Messages(timezone="Europe/Berlin"),
)


@pytest.mark.parametrize(
    ("member", "area", "wanted"),
    [
        (ADA, "Payments", None),
        (ADA, None, None),
        (GRACE, "anything", None),
        (None, "payments", "is not among the people of the policy"),
        (LINUS, "payments", "has the role engineer, and only staff engineer or director can have a mandate"),
        (replace(LINUS, role=""), "x", "has no role, and only staff engineer or director can have a mandate"),
        (replace(GRACE, mandate=None), "x", "has no mandate in the policy"),
        (ADA, "search", "has a mandate for payments, platform, not for search"),
    ],
)
def test_says_what_a_mandate_lacks(member: Member | None, area: str | None, wanted: str | None) -> None:
    """A mandate fails by person, role, declaration or area, and which of them is said."""
    assert lacking(member, area, POLICY, TODAY) == wanted


def test_mandate_holds_on_its_last_day_and_not_on_the_next() -> None:
    """The day a mandate ends on still belongs to it."""
    assert lacking(ADA, "payments", POLICY, date(2026, 11, 23)) is None
    ended = "had a mandate, which ended on 2026-11-23"
    assert lacking(ADA, "payments", POLICY, date(2026, 11, 24)) == ended


def test_role_does_not_matter_where_the_policy_names_none() -> None:
    """Without mandate roles a declared mandate is enough."""
    assert lacking(LINUS, "payments", replace(POLICY, mandate_roles=()), TODAY) is None


def test_person_is_known_by_id_before_e_mail() -> None:
    """The tracker's id says who it is, the e-mail in any case where there is no id, and a stranger is nobody."""
    assert member_of(Person("acc-1", "G", "ada@acme.test"), "jira", POLICY) is GRACE
    assert member_of(Person("acc-1", "G", "ADA@acme.test"), "linear", POLICY) is ADA
    assert member_of(Person("acc-2", "G"), "jira", POLICY) is None


def test_person_is_known_by_user_name() -> None:
    """Data Center's user name is as good as its key: the policy's people may be named by either, and no other name."""
    named = replace(POLICY, people=(replace(ADA, ids={"jira": "ada"}), replace(GRACE, ids={"jira": "JIRAUSER10200"})))
    ada, grace = named.people
    assert member_of(Person("JIRAUSER10100", "Ada Admin", mention="Ada"), "jira", named) is ada
    assert member_of(Person("JIRAUSER10200", "G", mention="hopper"), "jira", named) is grace
    assert (
        member_of(Person("JIRAUSER10300", "Ada", mention="https://linear.app/acme/profiles/ada"), "jira", named) is None
    )


def test_mandate_ends_at_midnight_where_the_policy_lives() -> None:
    """The end is the first moment of the next day in the policy's time zone, and today is reckoned there too."""
    assert end_of(ADA, POLICY) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert end_of(GRACE, POLICY) is None
    assert end_of(replace(ADA, mandate=None), POLICY) is None
    assert end_of(replace(ADA, mandate=Mandate((), date.max)), POLICY) is None
    assert today_at(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), POLICY) == date(2026, 11, 24)


def test_next_end_is_the_first_that_is_still_to_come() -> None:
    """Of several mandates the first end counts, and one that is over never does."""
    before, after = datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert next_end((GRACE, ADA), before, POLICY) == after
    assert next_end((GRACE, ADA), after, POLICY) is None


def test_holders_are_named_in_a_sentence() -> None:
    """Whoever holds a mandate is named in the policy's order; nobody is said to be nobody."""
    assert holders("payments", POLICY, TODAY) == (ADA, GRACE)
    assert named("payments", (ADA, GRACE)) == "The mandate for payments is held by Ada Admin or Grace Hopper."
    assert named(None, (ADA,)) == "A mandate is held by Ada Admin."
    assert named("payments", ()) == "The mandate for payments is held by nobody in the policy."


def test_policy_may_be_silent_about_mandates() -> None:
    """Only a policy that names roles or mandates can find one lacking."""
    assert are_declared(POLICY)
    assert are_declared(replace(POLICY, mandate_roles=()))
    assert not are_declared(Policy((), people=(Member("A", "a@acme.test"),)))
