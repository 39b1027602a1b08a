"""Where an item came from: the first of the policy's ways that yields a post-mortem."""

import pytest

from app.core.memory import Memory
from app.core.policy import Origin
from app.core.postmortem import PostMortem, hung_under, postmortem_of
from app.core.snapshot import Snapshot
from tests.builders import OTHER, OUTAGE, memory, policy, snapshot

LABEL, LINK, PARENT = Origin("label", "pm/"), Origin("link", "https://wiki.acme.test/pm/*"), Origin("parent")
HANGS = {"epics": (OTHER, OUTAGE)}


@pytest.mark.parametrize(
    ("origins", "item", "parent"),
    [
        pytest.param((PARENT,), snapshot(**HANGS), "e-outage", id="parent"),
        pytest.param((PARENT,), snapshot(), None, id="no parent"),
        pytest.param((PARENT,), snapshot(epics=(OTHER,)), None, id="a project is no parent"),
        pytest.param((), snapshot(**HANGS), None, id="not looked for"),
        pytest.param((LABEL, PARENT), snapshot("pm/42", **HANGS), None, id="a label names it first"),
        pytest.param((LABEL, PARENT), snapshot("PM/42", **HANGS), None, id="a label in another case"),
        pytest.param((LABEL, PARENT), snapshot("xpm/42", **HANGS), "e-outage", id="a label that only holds it"),
        pytest.param((PARENT, LABEL), snapshot("pm/42", **HANGS), "e-outage", id="the parent names it first"),
        pytest.param((PARENT, LABEL), snapshot("pm/42"), None, id="no parent, so the label"),
        pytest.param((LINK, PARENT), snapshot(links=("https://wiki.acme.test/pm/1",), **HANGS), None, id="a link"),
        pytest.param((LINK, PARENT), snapshot(links=("https://x.test",), **HANGS), "e-outage", id="another link"),
        pytest.param(
            (LINK, PARENT),
            snapshot(description="See [it](https://wiki.acme.test/pm/1).", **HANGS),
            None,
            id="a link in the description",
        ),
        pytest.param(
            (LINK, PARENT),
            snapshot(description="not https://wiki.acme.test/other (pm/1)", **HANGS),
            "e-outage",
            id="another link in the description",
        ),
        pytest.param((LABEL, LINK, PARENT), snapshot(**HANGS), "e-outage", id="the last way"),
    ],
)
def test_parent_that_is_the_post_mortem(origins: tuple[Origin, ...], item: Snapshot, parent: str | None) -> None:
    """The parent is the post-mortem if the policy looks there and nothing before it names one."""
    assert hung_under(item, policy(postmortem=origins)) == parent


WIKI = "https://wiki.acme.test/pm/1"
TICKET = PostMortem(OUTAGE.key, OUTAGE.url)


@pytest.mark.parametrize(
    ("origins", "item", "known", "named"),
    [
        pytest.param((LABEL,), snapshot("pm/42"), memory(), PostMortem("pm/42"), id="a label"),
        pytest.param((LINK,), snapshot(links=(WIKI,)), memory(), PostMortem(WIKI, WIKI), id="a link"),
        pytest.param((PARENT,), snapshot(**HANGS), memory(hung_under="e-outage"), TICKET, id="the parent of then"),
        pytest.param((PARENT,), snapshot(), memory(hung_under="e-outage"), None, id="moved away from it"),
        pytest.param((PARENT,), snapshot(epics=(OUTAGE,)), memory(), None, id="a parent of later"),
        pytest.param((PARENT, LABEL), snapshot("pm/42"), memory(), PostMortem("pm/42"), id="no parent, so the label"),
        pytest.param((LABEL, LINK, PARENT), snapshot(), memory(), None, id="nothing names one"),
    ],
)
def test_post_mortem_has_a_name(
    origins: tuple[Origin, ...], item: Snapshot, known: Memory, named: PostMortem | None
) -> None:
    """A label, an address, or the key of the ticket that the item hung under at first, with where to open it."""
    assert postmortem_of(item, known, policy(postmortem=origins)) == named
