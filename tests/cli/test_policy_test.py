"""`policy test`: a team's own examples, held against its policy."""

import re
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.house import ROOT

POLICY = """
version: 1
watch: [{tracker: linear, teams: [ENG], label: post-mortem}]
classes: {operational: {label: operational}, strategic: {label: strategic, aliases: [long-term]}, risk: {label: risk}}
size: {estimate_at_least: 8}
people:
  - {name: Ada Admin, email: ada@acme.test, role: staff_engineer, mandate: {areas: [payments]}}
  - {name: Grace Hopper, email: grace@acme.test, role: engineer}
mandate_roles: [staff_engineer]
on_call: {ops: [{source: linear, team: OPS}]}
routes:
  - name: payments
    area: payments
    when: {labels: [team/payments]}
    operational: {on_call: ops, linear: {team: OPS}}
    strategic: {linear: {project: Q4}}
"""
ITEM = "tracker: linear, team: ENG, age: 2d"


@pytest.fixture(autouse=True)
def policy(tmp_path: Path) -> None:
    """Write the policy."""
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")


def held(tmp_path: Path, item: str, expect: str) -> tuple[int, list[str]]:
    """Return the exit status and the lines for one example."""
    text = f"cases:\n  - name: an example\n    item: {{{ITEM}, {item}}}\n    expect: {{{expect}}}\n"
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "one.yaml").write_text(text, encoding="utf-8")
    ended = run("policy", "test", "cases")
    return ended.status, ended.lines or ended.err.splitlines()


@pytest.mark.parametrize(
    ("item", "expect"),
    [
        ("labels: [post-mortem, operational, team/payments]", "class: operational, route: payments, findings: []"),
        ("labels: [post-mortem, long-term, team/payments]", "class: strategic, findings: [], asks: []"),
        ("labels: [post-mortem], creator: grace@acme.test", "findings: [class.missing], asks: [Grace Hopper]"),
        ("labels: [operational]", "watched: false"),
        ("labels: [post-mortem, operational]", "route: none, findings: [route.none]"),
        ("labels: [post-mortem, operational, team/payments], estimate: 13", "findings: [size.too_large]"),
        ("labels: [post-mortem, operational, team/payments], on_call: nobody", "findings: [on_call.nobody]"),
        (
            "labels: [post-mortem, strategic, team/payments], epic: {owner: grace@acme.test}",
            "findings: [epic.owner_without_mandate]",
        ),
        ("labels: [post-mortem], comments: [{by: ada@acme.test, body: /strategic}]", "class: strategic"),
    ],
)
def test_examples_are_judged_by_the_rules(tmp_path: Path, item: str, expect: str) -> None:
    """Without any tracker; what is expected is what is."""
    assert held(tmp_path, item, expect) == (0, ["1 example, 0 judged otherwise."])


def test_what_is_judged_otherwise_is_told(tmp_path: Path) -> None:
    """Each thing with what it should be and what it is; the exit status is 1."""
    expect = "class: strategic, route: payments, findings: [], asks: [Ada Admin], watched: false"
    assert held(tmp_path, "labels: [post-mortem], creator: grace@acme.test", expect) == (
        1,
        [
            "cases/one.yaml: an example",
            "  watched: should be false, is true",
            "  class: should be strategic, is missing",
            "  route: should be payments, is none",
            "  findings: should be none, is class.missing",
            "  asks: should be Ada Admin, is Grace Hopper",
            "1 example, 1 judged otherwise.",
        ],
    )


@pytest.mark.parametrize(
    ("item", "expect", "line"),
    [
        ("label: [x]", "class: missing", "3:49: unknown key 'label' in cases[].item; did you mean 'labels'?"),
        ("labels: [x]", "class: large", "4:21: 'large' is not known in cases[].expect.class; known here: "),
        ("age: 3d", "class: missing", "3:49: "),
    ],
)
def test_mistakes_in_examples_are_told_with_their_place(tmp_path: Path, item: str, expect: str, line: str) -> None:
    """They are no disagreement: the exit status is 2."""
    status, lines = held(tmp_path, item, expect)
    assert status == 2
    assert lines[0].startswith(f"cases/one.yaml:{line}")


def test_a_tracker_that_is_none_is_told(tmp_path: Path) -> None:
    """With the nearest that is one."""
    text = "cases: [{name: x, item: {tracker: linaer}, expect: {}}]"
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    ended = run("policy", "test", "one.yaml")
    assert (ended.status, ended.err) == (2, "one.yaml: there is no tracker 'linaer'; did you mean 'linear'?\n")


def test_the_readmes_examples_hold_for_the_readmes_policy(tmp_path: Path) -> None:
    """What a newcomer copies works."""
    blocks = re.findall(
        r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "p.yaml").write_text(next(b for b in blocks if b.startswith("version:")), encoding="utf-8")
    (tmp_path / "c.yaml").write_text(next(b for b in blocks if b.startswith("cases:")), encoding="utf-8")
    ended = run("policy", "test", "c.yaml", "--policy", "p.yaml")
    assert (ended.status, ended.lines) == (0, ["2 examples, 0 judged otherwise."])


def test_a_folder_without_examples_is_wrong_use(tmp_path: Path) -> None:
    """A pipeline that tests nothing should not be green."""
    (tmp_path / "empty").mkdir()
    ended = run("policy", "test", "empty")
    assert (ended.status, ended.out) == (2, "")
    assert run("policy", "test", "nowhere").status == 2


def test_a_route_that_the_policy_lacks_is_a_slip_and_no_judgement(tmp_path: Path) -> None:
    """It is told as such, with the name that was meant; the rest is compared all the same."""
    status, lines = held(tmp_path, "labels: [post-mortem, operational]", "route: paymnts, class: strategic")
    assert status == 1
    assert lines[1:3] == [
        "  route: there is no route 'paymnts'; did you mean 'payments'?",
        "  class: should be strategic, is operational",
    ]
