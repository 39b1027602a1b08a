"""What Linear does that nobody expects: label scopes and groups, moves, triage, tokens, teams out of sight."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story.emulators import World, world
from tests.story.stage import ADA, GRACE, LINUS, policy, stage
from tests.story.stage import seed as default_seed


@pytest.fixture(scope="module")
def linear() -> Iterator[World]:
    """Start one emulator for the module."""
    with world("linear") as one:
        yield one


@pytest.fixture
def seed(linear: World) -> dict[str, Any]:
    """Return the emulator's default workspace without its issues, to be changed."""
    return {**default_seed(linear), "issues": []}


def labels(seed: dict[str, Any], *wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what resets the emulator to a workspace with these labels and no others."""
    return {"seed": {**seed, "labels": list(wanted)}}


def team(seed: dict[str, Any], key: str, **more: Any) -> dict[str, Any]:
    """Return what resets the emulator to a workspace in which a team is otherwise."""
    return {"seed": {**seed, "teams": [{**one, **more} if one["key"] == key else one for one in seed["teams"]]}}


async def test_labels_of_teams_are_exchanged_on_the_way(linear: World, seed: dict[str, Any], tmp_path: Path) -> None:
    """Where every team has labels of its own, an item that moves has those of its new team and is watched still."""
    own = [
        {"name": name, "team": key} for name in ("operational", "strategic", "needs-class") for key in ("ENG", "OPS")
    ]
    wanted = [*own, {"name": "post-mortem", "team": "ENG"}, {"name": "backend", "team": "ENG"}]
    async with stage(linear, tmp_path, reset=labels(seed, *wanted)) as one:
        item = await one.create("Fix it", "operational", "needs-class", "backend")
        await one.shows(item, on_board=True, labels=["operational", "post-mortem"], no_labels="needs-class", ours=0)
        await one.comment(item, "/strategic")
        await one.shows(item, labels=["strategic", "post-mortem"], no_labels="operational", epic="Q4 Reliability")
        await one.fair()


@pytest.mark.parametrize("atomic", [True, False])
async def test_labels_of_a_group_that_allows_one_are_swapped(
    linear: World, seed: dict[str, Any], tmp_path: Path, *, atomic: bool
) -> None:
    """Class labels in one exclusive group are swapped, in one call or in two, and never found wanting."""
    group = [{"name": "Class", "isGroup": True}]
    inside = [{"name": name, "group": "Class"} for name in ("operational", "strategic", "ops", "needs-class")]
    reset = {**labels(seed, *group, *inside, {"name": "post-mortem"}), "settings": {"group_swap_atomic": atomic}}
    async with stage(linear, tmp_path, reset=reset) as one:
        asked = await one.create("What is it")
        await one.shows(asked, labels="needs-class", ours=1)
        alias = await one.create("Fix it", "ops")
        await one.shows(alias, labels="operational", no_labels="ops", on_board=True)
        await one.comment(alias, "/strategic")
        await one.comment(asked, "/operational")
        await one.shows(alias, labels="strategic", no_labels="operational", epic="Q4 Reliability", ours=0)
        await one.shows(asked, labels="operational", no_labels="needs-class", on_board=True, ours=1, says="Nothing")
        assert await one.findings(alias) == await one.findings(asked) == []
        await one.fair(rejected=lambda refusal: not atomic and "Only one label in a group" in refusal["message"])


@pytest.mark.parametrize(
    ("label", "alias"), [("operational", "Class/operational"), ("Class/operational", "operational")]
)
async def test_label_that_the_policy_names_twice_stays(
    linear: World, seed: dict[str, Any], tmp_path: Path, label: str, alias: str
) -> None:
    """A label in a group that the policy means by both of its names is one label, and nobody takes it off."""
    inside = [{"name": name, "group": "Class"} for name in ("Operational", "strategic")]
    reset = labels(seed, {"name": "Class", "isGroup": True}, *inside, {"name": "post-mortem"})
    wanted = policy(linear)
    wanted["classes"]["operational"] |= {"label": label, "aliases": [alias]}
    async with stage(linear, tmp_path, wanted, reset=reset) as one:
        item = await one.create("Fix it", "Operational")
        await one.shows(item, on_board=True, labels="Operational", ours=0)
        await one.comment(item, "/strategic")
        await one.shows(item, labels="strategic", no_labels="Operational", epic="Q4 Reliability")
        await one.fair()


async def test_label_of_another_case_is_the_label(linear: World, seed: dict[str, Any], tmp_path: Path) -> None:
    """Only `Operational` is there and the policy says `operational`: that is the label, and nobody makes another."""
    reset = labels(seed, {"name": "Operational"}, {"name": "Strategic"}, {"name": "Post-Mortem"})
    async with stage(linear, tmp_path, reset=reset) as one:
        made = await one.play("create", "ENG", title="Fix it", labels=["Post-Mortem", "Operational"], as_=GRACE)
        item = str(made["id"])
        await one.shows(item, on_board=True, labels="Operational", ours=0)
        await one.comment(item, "/strategic")
        await one.shows(item, labels="Strategic", no_labels="Operational")
        names = sorted(label["name"] for label in await one.play("state", "IssueLabel"))
        assert names == ["Operational", "Post-Mortem", "Strategic"]
        await one.fair()


async def test_missing_label_is_made_for_the_whole_workspace(linear: World, tmp_path: Path) -> None:
    """The mark that is not there yet is made once for all teams, however many items want it at a time."""
    async with stage(linear, tmp_path) as one:
        items = [await one.create(f"What is it {number}", where=key) for number in range(3) for key in ("ENG", "OPS")]
        for item in items:
            await one.shows(item, labels="needs-class", ours=1)
        made = [label for label in await one.play("state", "IssueLabel") if label["name"] == "needs-class"]
        assert [label["teamId"] for label in made] == [None]
        await one.fair()


AS_APP = {"LINEAR_API_KEY": "", "LINEAR_CLIENT_ID": "enforcer-client", "LINEAR_CLIENT_SECRET": "enforcer-secret"}
"""The settings of an OAuth app in place of a personal key."""


async def test_app_that_may_not_make_labels_does_the_rest(linear: World, tmp_path: Path) -> None:
    """An app without the right to make the mark asks its question all the same and says what it could not do."""
    async with stage(linear, tmp_path, settings=AS_APP) as one:
        asked, routed = await one.create("What is it"), await one.create("Fix it", "operational")
        await one.shows(asked, ours=1, says="needs-class", no_labels="needs-class")
        await one.shows(routed, on_board=True, assignee=LINUS, ours=0)
        assert await one.findings(asked) == ["class.missing", "write.refused"]
        problems = [problem.message for problem in await one.service.readiness()]
        assert any("needs-class" in message for message in problems), problems
        await one.fair(rejected=lambda refusal: refusal["code"] == "FORBIDDEN")


async def test_token_that_ran_out_is_minted_anew(linear: World, tmp_path: Path) -> None:
    """When all tokens end in the middle of work, one more is minted and nobody notices."""
    async with stage(linear, tmp_path, settings=AS_APP) as one:
        first = await one.create("Fix it", "operational")
        await one.shows(first, on_board=True)
        await one.play("expire_keys")
        items = [await one.create(f"Fix it {number}", "operational") for number in range(5)]
        for item in items:
            await one.shows(item, on_board=True, assignee=LINUS, ours=0)
        calls = (await one.play("calls"))["by_op"]
        assert calls["oauth token"] == 2
        await one.fair(rejected=lambda refusal: refusal["op"] == "mutation issueLabelCreate")


async def test_item_made_in_triage_of_the_board_leaves_it(linear: World, tmp_path: Path) -> None:
    """An item that a stranger made in the on-call team lands in its triage; on the board it is not there any more."""
    async with stage(linear, tmp_path) as one:
        item = await one.create("Fix it", "operational", where="OPS", by=GRACE)
        assert (await one.get(item))["raw"]["number"] == 2
        now = await one.shows(item, on_board=True, assignee=LINUS, ours=0)
        assert now["raw"]["stateType"] != "triage"
        assert len(await one.writes(item)) == 1
        await one.update(item, state="In Progress")
        now = await one.shows(item, state="In Progress")
        assert len(await one.writes(item)) == 1
        await one.fair()


async def test_triage_that_wants_a_priority_first(linear: World, seed: dict[str, Any], tmp_path: Path) -> None:
    """Where nothing leaves triage without a priority, the rest is done, it is said, and the priority mends it."""
    async with stage(linear, tmp_path, reset=team(seed, "OPS", requirePriorityToLeaveTriage=True)) as one:
        item = await one.create("Fix it", "operational", where="OPS", by=GRACE)
        await one.shows(item, assignee=LINUS, due=True, ours=1, says="priority")
        assert await one.findings(item) == ["write.refused"]
        await one.update(item, priority=2)
        await one.comment(item, "/check")
        now = await one.shows(item, on_board=True, ours=1, says="Nothing is open")
        assert now["raw"]["stateType"] != "triage"
        await one.fair(rejected=lambda refusal: "priority is required" in refusal["message"])


async def test_cycle_is_set_where_there_is_one(linear: World, seed: dict[str, Any], tmp_path: Path) -> None:
    """A board that asks for the running cycle gets it where cycles are on, and no complaint where they are off."""
    rules = policy(linear)
    rules["routes"][-1]["operational"]["linear"] = {"team": "OPS", "state": "Todo", "cycle": "active"}
    rules["routes"][0] = {
        "name": "engineering",
        "when": {"title_words": ["engineering"]},
        "operational": {"on_call": "ops", "linear": {"team": "ENG", "state": "Todo", "cycle": "active"}},
    }
    async with stage(linear, tmp_path, rules, reset={"seed": seed}) as one:
        off = await one.create("Fix it", "operational")
        on = await one.create("Fix it in engineering", "operational")
        await one.shows(off, on_board=True, state="Todo", assignee=LINUS, ours=0)
        now = await one.shows(on, on_board=False, state="Todo", assignee=LINUS, ours=0)
        assert now["raw"]["cycleId"]
        await one.update(on, cycle=None)
        now = await one.shows(on, state="Todo", ours=0)
        assert now["raw"]["cycleId"] is None
        await one.fair()


async def test_item_is_found_by_every_key_it_had(linear: World, tmp_path: Path) -> None:
    """The key from before the move still finds the item."""
    async with stage(linear, tmp_path) as one:
        item = await one.create("Fix it", "operational")
        before = (await one.get(item))["key"]
        now = await one.shows(item, on_board=True)
        assert now["key"] != before
        for key in (before, now["key"], before.lower(), item):
            stored = await one.service.store.find("linear", key)
            assert stored is not None, key
            assert stored.id == item


@pytest.mark.parametrize("epic", [{"project": "Q4 Reliability"}, {"parent": "ENG-2"}])
async def test_sub_issue_of_the_post_mortem(linear: World, tmp_path: Path, epic: dict[str, str]) -> None:
    """What hangs under its post-mortem is no epic's yet; put back there by a person it stays."""
    rules = policy(linear)
    rules["routes"][-1]["strategic"] = {"linear": epic}
    async with stage(linear, tmp_path, rules) as one:
        await one.update("ENG-2", assignee=ADA)
        mortem = await one.play("create", "ENG", title="Post-mortem of the outage", assignee=ADA, as_=ADA)
        item = await one.create("Shard it", "strategic", parent=mortem["identifier"])
        by_parent = "parent" in epic
        under = {"parent": "ENG-2"} if by_parent else {"parent": mortem["identifier"], "epic": "Q4 Reliability"}
        await one.shows(item, **under, ours=0)
        writes = len(await one.writes(item))
        await one.update(item, parent=mortem["identifier"])
        await one.shows(item, parent=mortem["identifier"], ours=0)
        assert len(await one.writes(item)) == writes == 1
        await one.fair()


async def test_key_that_sees_one_team_only(linear: World, seed: dict[str, Any], tmp_path: Path) -> None:
    """A key limited to a team cannot move items out of sight: it says so, does the rest, and loses no item."""
    keys = [{**seed["keys"][0], "teams": ["ENG"]}]
    async with stage(linear, tmp_path, reset={"seed": {**seed, "keys": keys}}) as one:
        item = await one.create("Fix it", "operational")
        await one.shows(item, on_board=False, assignee=LINUS, due=True, ours=1, says="no team OPS")
        problems = [problem.message for problem in await one.service.readiness()]
        assert any("no team OPS" in message for message in problems), problems
        await one.update(item, team="OPS")
        await one.rest()
        await one.update(item, team="ENG")
        await one.shows(item, on_board=False, ours=1, says="no team OPS")
        await one.fair()


async def test_private_team_is_watched_where_the_key_sees_it(
    linear: World, seed: dict[str, Any], tmp_path: Path
) -> None:
    """Items of a private team come by reconcile alone, because its events go to no webhook of all teams."""
    rules = policy(linear)
    rules["watch"] = [{"tracker": "linear", "label": "post-mortem"}]
    teams = [
        {**one, "members": [ADA, GRACE, "enforcer@acme.test"]} if one["key"] == "SEC" else one for one in seed["teams"]
    ]
    async with stage(
        linear, tmp_path, rules, reset={"seed": {**seed, "teams": teams}}, settings={"RECONCILE_EVERY": "1s"}
    ) as one:
        item = await one.create("Hidden thing", "operational", where="SEC")
        await one.shows(item, on_board=True, assignee=LINUS, ours=0)
        await one.fair()
