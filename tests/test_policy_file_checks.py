"""Policies whose parts are right in themselves and do not fit together."""

import pytest

from tests.policies import MINIMAL, parse, refusal

ROUTES = (
    MINIMAL + "on_call: {payments: [{source: ical, calendar: a}], platform: [{source: ical, calendar: b}]}\nroutes:\n"
)
LADDER = MINIMAL + "stale:\n  ladder:\n"


def _classes(operational: str, strategic: str, more: str = "") -> str:
    return f"{MINIMAL}classes:\n  operational: {{{operational}}}\n  strategic: {{{strategic}}}\n{more}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            _classes("label: ops, aliases: [small, Ops]", "label: big"),
            "4:46: alias 'Ops' is the label of operational itself; remove the alias",
        ),
        (
            _classes("label: ops", "label: OPS"),
            "5:22: the label of strategic cannot be 'OPS': that is the label of operational; choose another word",
        ),
        (
            _classes("label: ops, aliases: [quick]", "label: big, aliases: [Quick]"),
            "5:37: an alias of strategic cannot be 'Quick': that is an alias of operational; choose another word",
        ),
        (
            _classes("label: ops, aliases: [big]", "label: big"),
            "4:39: an alias of operational cannot be 'big': that is the label of strategic; choose another word",
        ),
        (
            _classes("label: ops", "label: big", "  risk: {label: Big}\n"),
            "6:17: the label of risk cannot be 'Big': that is the label of strategic; choose another word",
        ),
        (
            _classes("label: ops", "label: big", "  needs_class: ops\n"),
            "6:16: needs_class cannot be 'ops': that is the label of operational; choose another word",
        ),
        (
            _classes("label: ops, aliases: [quick]", "label: big", "  needs_class: quick\n"),
            "6:16: needs_class cannot be 'quick': that is an alias of operational; choose another word",
        ),
        (
            _classes("label: ops", "label: big", "  needs_class: PM\n"),
            "6:16: needs_class cannot be 'PM': that is the label that is watched; choose another word",
        ),
        (
            _classes("label: pm", "label: big"),
            "4:24: the label of operational cannot be 'pm': that is the label that is watched; choose another word",
        ),
        (
            MINIMAL + "classes: {operational: {label: strategic}}",
            "3:32: the label of operational cannot be 'strategic': that is the label of strategic; choose another word",
        ),
        (
            MINIMAL + "people:\n  - {name: A, email: ada@acme.test}\n  - {name: B, email: Ada@acme.test}\n",
            "5:22: two people cannot share the e-mail 'Ada@acme.test', see line 4; change or remove one",
        ),
        (
            MINIMAL + "people:\n  - {name: A, email: a@b, slack: U1}\n  - {name: B, email: c@d, slack: U1}\n",
            "5:34: two people cannot share the slack id 'U1', see line 4; change or remove one",
        ),
        (
            MINIMAL + "goals:\n  - {key: speed, text: a}\n  - {key: Speed, text: b}\n",
            "5:11: two goals cannot share the key 'Speed', see line 4; change or remove one",
        ),
        (
            MINIMAL + "on_call:\n  duty: [{source: ical, calendar: a}]\n  Duty: [{source: ical, calendar: a}]\n",
            "5:3: two rotas cannot share the name 'Duty', see line 4; change or remove one",
        ),
        (
            ROUTES + "  - {name: a, operational: {on_call: paymnts}}\n",
            "5:38: there is no rota 'paymnts' under on_call; did you mean 'payments'?",
        ),
        (
            ROUTES + "  - {name: a, operational: {on_call: zebra}}\n",
            "5:38: there is no rota 'zebra' under on_call; known here: payments, platform",
        ),
        (
            MINIMAL + "routes: [{name: a, operational: {on_call: x}}]",
            "3:43: there is no rota 'x' under on_call; define it under on_call",
        ),
        (
            ROUTES + "  - name: a\n  - name: b\n",
            "6:5: this is a second route without `when`: the default route in line 5 takes everything; add `when`",
        ),
        (
            ROUTES + "  - {name: a, when: {labels: [x]}}\n  - {name: A}\n",
            "6:12: two routes cannot share the name 'A', see line 5; change or remove one",
        ),
        (
            ROUTES + "  - name: a\n  - {name: b, when: {labels: [x]}}\n",
            "6:5: this is never reached: the default route in line 5 takes everything; move that one to the end",
        ),
        (
            ROUTES + "  - {name: a, when: {}}\n",
            "5:21: `when` is empty; name what must hold (labels, teams, …), or remove it to make this the default",
        ),
        (ROUTES + "  - a\n  - name: b\n", "5:5: routes: 'a' stands where keys are wanted; write `key: value` lines"),
        (ROUTES + "  - {name: a, when: }\n  - name: b\n", "5:20: 'when' is empty; write a value, or remove the key"),
        (
            LADDER + "    - {after: 7d, tell: owner}\n    - {after: 36h, tell: mandate}\n",
            "6:15: after: 36h is less than on the rung before; write ascending rungs",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused_at_the_later_place(text: str, line: str) -> None:
    """The line names both sides and says which change ends the contradiction."""
    lines = refusal(text)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"f.yaml:{line}")


def test_checks_between_parts_run_although_a_part_is_broken() -> None:
    """A broken route does not hide that another one leads to a rota that is not there."""
    lines = refusal(ROUTES + "  - {nam: a, when: {labels: [x]}}\n  - {name: b, operational: {on_call: paymets}}\n")
    assert [line.partition(" ")[0] for line in lines] == ["f.yaml:5:5:", "f.yaml:5:6:", "f.yaml:6:38:"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nwatch:\n  - {tracker: linear, label: pm}\n  - {tracker: linear, label: PM, teams: [OPS]}\n",
        LADDER + "    - {after: 7d, tell: owner}\n    - {after: 1w, tell: mandate}\n",
        _classes("label: ops, aliases: [small, Small]", "label: big"),
        ROUTES + "  - {name: a, when: {labels: [x]}, operational: {on_call: Payments}}\n  - {name: b}\n",
    ],
)
def test_what_looks_odd_and_does_no_harm_is_accepted(text: str) -> None:
    """A tracker may be watched twice, two rungs may come at once, and an alias may be named twice."""
    assert parse(text).watch[0].label == "pm"
