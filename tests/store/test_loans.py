"""Who claimed items knows by its own clocks until when they are lent to it."""

from app.ports import LOAN, Claim, Loan
from app.store import SqlStore
from tests.store.examples import LEASE, NOW, claim, claim_one, touch


def loan_of(held: Claim) -> Loan:
    """Return the loan that a claim stands on."""
    assert held.loan is not None
    return held.loan


def slept(loan: Loan, seconds: float) -> None:
    """Let so many seconds pass."""
    steady, wall = loan.began
    loan.began = (steady - seconds, wall - seconds)


async def test_what_is_claimed_together_stands_on_one_loan(store: SqlStore) -> None:
    """The claims of a batch share their loan, and what their caller starts from then on finds it."""
    for id_ in ("i1", "i2"):
        await touch(store, id_)
    first, second = await claim(store)
    assert loan_of(first) is loan_of(second) is LOAN.get()
    assert not loan_of(first).over
    slept(loan_of(first), LEASE.total_seconds())
    assert loan_of(first).over


async def test_loan_lasts_as_long_as_the_lease_is_moved(store: SqlStore) -> None:
    """Each extension counts from when it was asked for."""
    await touch(store, "i1")
    held = await claim_one(store)
    for _ in range(3):
        slept(loan_of(held), LEASE.total_seconds() - 1)
        await store.extend([held], NOW + LEASE)
    assert not loan_of(held).over


async def test_what_was_slept_through_is_not_held_on_to(store: SqlStore) -> None:
    """A lease that ran out unnoticed is not moved, though nobody has taken the item yet: what was read of it is old."""
    await touch(store, "i1")
    held = await claim_one(store)
    slept(loan_of(held), LEASE.total_seconds())
    await store.extend([held], NOW + 9 * LEASE)
    assert loan_of(held).over
    assert (await claim_one(store, NOW + LEASE)).id == "i1"


def test_answer_that_comes_too_late_renews_nothing() -> None:
    """Who hears that a lease was moved only after its former end cannot know whether it was moved in time."""
    loan = Loan(LEASE.total_seconds())
    asked = loan.began
    slept(loan, LEASE.total_seconds())
    loan.renew(asked)
    assert loan.over
