"""Policies are remembered by their digests: the one last in force, those that wait, and those that were approved."""

from dataclasses import replace
from datetime import timedelta

from app.ports.policy_book import Waiting
from app.store import SqlStore
from tests.store.examples import NOW, SECOND

B = Waiting("b", "followthrough.yaml", 61, 100, 0.2, NOW, 3)
C = replace(B, digest="c", since=NOW + SECOND)


async def test_only_the_last_one_in_force_goes_on(store: SqlStore) -> None:
    """Nothing is let that was never in force, nor what was in force before; going back counts as a change, too."""
    book = store.policies
    assert (await book.lets("a"), await book.in_force()) == (False, None)
    await book.put_in_force("a", "f.yaml", NOW)
    assert await book.lets("a")
    await book.put_in_force("b", "f.yaml", NOW + SECOND)
    assert (await book.lets("a"), await book.lets("b")) == (False, True)
    await book.put_in_force("a", "f.yaml", NOW + 2 * SECOND)
    assert (await book.lets("a"), await book.lets("b")) == (True, False)
    assert await book.in_force() == "a"


async def test_what_waits_is_told_until_another_is_in_force(store: SqlStore) -> None:
    """The latest first, each since it first did and with its latest numbers."""
    book = store.policies
    await book.wait(B)
    await book.wait(C)
    await book.wait(replace(B, written=62, unsure=0, since=NOW + timedelta(hours=1)))
    assert list(await book.waiting()) == [C, replace(B, written=62, unsure=0)]
    assert not await book.lets("b")
    await book.put_in_force("a", "f.yaml", NOW)
    assert list(await book.waiting()) == []
    await book.wait(replace(B, since=NOW + SECOND))
    assert [one.since for one in await book.waiting()] == [NOW + SECOND]


async def test_an_approval_is_of_one_policy_and_for_good(store: SqlStore) -> None:
    """It is let whatever is in force, and a replica that still reckoned does not make it wait again."""
    book = store.policies
    assert not await book.approve("b", NOW)
    await book.wait(B)
    await book.wait(C)
    assert await book.approve("b", NOW)
    assert not await book.approve("b", NOW)
    await book.wait(B)
    await book.put_in_force("a", "f.yaml", NOW)
    assert (await book.lets("b"), await book.lets("c")) == (True, False)
    assert list(await book.waiting()) == []


async def test_approvals_are_there_after_a_restart_and_for_other_replicas(database_url: str, store: SqlStore) -> None:
    """They stand in the database, and nowhere else."""
    await store.policies.wait(B)
    other = SqlStore(database_url)
    await other.open()
    assert await other.policies.approve("b", NOW)
    await other.aclose()
    assert await store.policies.lets("b")
