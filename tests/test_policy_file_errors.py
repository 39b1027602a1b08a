"""Policies whose parts are wrong in themselves: the place, what is wrong, and how to mend it."""

import pytest

from tests.policies import MINIMAL, refusal

DUTY = MINIMAL + "people: [{name: Ada, email: ada@acme.test}]\non_call:\n  x:\n    - {source: static, "
SHIFT = "people: [ada@acme.test], starts: 2026-11-02T09:00:00+01:00"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("watch: [{tracker: linear, label: pm}]", "1:1: 'version' is missing; add `version: 1`"),
        ("version: 2\nwatch: [{tracker: linear, label: pm}]", "1:10: version: 2 is not known; this version of"),
        ("version: true\nwatch: [{tracker: linear, label: pm}]", "1:10: version: true is not a whole number"),
        ("version: 1.0\nwatch: [{tracker: linear, label: pm}]", "1:10: version: 1.0 is not a whole number"),
        ('version: "1"\nwatch: [{tracker: linear, label: pm}]', "1:10: version: '1' is not a whole number"),
        ("version: 1", "1:1: 'watch' is missing; add `watch: [{label: post-mortem, tracker: linear}]`"),
        ("version: 1\nwatch: []", "2:8: watch: this is empty; name at least one"),
        ("version: 1\nwatch:\n", "2:7: 'watch' is empty; write a value, or remove the key"),
        ("version: 1\nwatch: pm", "2:8: watch: a list is wanted; write [pm]"),
        ("version: 1\nwatch: {tracker: linear}", "2:8: watch: a mapping (`key: value` lines) stands where a list"),
        ("version: 1\nwatch: [pm]", "2:9: watch: 'pm' stands where keys are wanted; write `key: value` lines"),
        ("version: 1\nwatch:\n  - tracker: linear\n", "3:5: 'label' is missing in watch[]; add `label: post-mortem`"),
        ("version: 1\nwatch:\n  - {tracker: liner, label: pm}", "3:15: tracker: 'liner' is not known; did you mean 'l"),
        ("version: 1\nwatch:\n  - {tracker: static, label: pm}", "3:15: tracker: 'static' is not known; known here: "),
        ("version: 1\nwatch:\n  - {tracker: linear, label: ''}", "3:30: label: there is nothing in these quotes"),
        ("version: 1\nwatch:\n  - {tracker: linear, label: 5}", '3:30: label: 5 is not text; put it in quotes: "5"'),
        ("version: 1\nwatch:\n  - {tracker: linear, label: [a]}", "3:30: label: a list stands where one text is wan"),
        (MINIMAL + "sizes: {}", "3:1: unknown key 'sizes'; did you mean 'size'?"),
        (MINIMAL + "zebra: {}", "3:1: unknown key 'zebra'; known here: version, watch, postmortem, classes, size"),
        (MINIMAL + "grace: 10m", "3:1: unknown key 'grace'; 'grace' belongs in classes"),
        (MINIMAL + "size:\n  label: [a]", "4:3: unknown key 'label' in size; did you mean 'labels'? 'label' belongs i"),
        (MINIMAL + "zebra: X", "3:1: unknown key 'zebra'; known here"),
        (MINIMAL + "schedule: X", "3:1: unknown key 'schedule'; 'schedule' belongs in on_call.<name>[] with `sou"),
        (MINIMAL + "source: static", "3:1: unknown key 'source'; 'source' belongs in on_call.<name>[] with `source:"),
        (MINIMAL + "size: [a]", "3:7: size: a list stands where keys are wanted; write `key: value` lines without `-`"),
        (MINIMAL + "size: {estimate_at_least: many}", "3:27: estimate_at_least: 'many' is not a number; write it lik"),
        (MINIMAL + "size: {estimate_at_least: 0}", "3:27: estimate_at_least: 0 is out of range; write more than 0"),
        (MINIMAL + "size: {estimate_at_least: [1]}", "3:27: estimate_at_least: a list stands where a number is want"),
        (MINIMAL + "size:\n  labels:\n    -\n", "5:6: this list entry is empty; write a value, or remove the `-`"),
        (MINIMAL + "postmortem: [{from: label}]", "3:14: 'prefix' is missing in postmortem[]; add `prefix: pm/`"),
        (MINIMAL + "postmortem: [{from: link}]", "3:14: 'matches' is missing in postmortem[]; add `matches: https:"),
        (MINIMAL + "postmortem: [{from: parent, prefix: a}]", "3:29: unknown key 'prefix' in postmortem[]; 'prefix' "),
        (
            MINIMAL + "postmortem: [{from: label, prefix: a, matches: b}]",
            "3:39: unknown key 'matches' in postmortem[]; 'matches' belongs in postmortem[] with `from: link`",
        ),
        (MINIMAL + "postmortem: [{from: lnk}]", "3:21: 'lnk' is not known in postmortem[].from; did you mean 'link'?"),
        (
            MINIMAL + "postmortem: [{form: link}]",
            "3:14: 'from' is missing in postmortem[], one of label, link, parent; did you mean it by 'form'?",
        ),
        (
            MINIMAL + "postmortem: [{prefix: x}]",
            "3:14: 'from' is missing in postmortem[], one of label, link, parent; add `from: …`",
        ),
        (MINIMAL + "postmortem: [link]", "3:14: postmortem: 'link' stands where keys are wanted"),
        (MINIMAL + "classes: {on_conflict: wiat}", "3:24: 'wiat' is not known in classes.on_conflict; did you mean '"),
        (MINIMAL + "classes: {grace: soon}", "3:18: grace: 'soon' is not a duration; write numbers with w, d, h, m o"),
        (MINIMAL + "classes: {grace: 10}", "3:18: grace: '10' has no unit; write 10d for days"),
        (MINIMAL + "classes: {grace: -10m}", "3:18: grace: '-10m' is negative; write how long, such as 10m"),
        (MINIMAL + "classes: {grace: 1.5}", "3:18: grace: 1.5 is not a duration"),
        (MINIMAL + "classes: {risk: {}}", "3:17: 'label' is missing in classes.risk; add `label: risk`"),
        (
            MINIMAL + "classes: {operational: {}}",
            "3:24: 'label' is missing in classes.operational; add `label: operational`",
        ),
        (MINIMAL + "people: [{name: Ada}]", "3:10: 'email' is missing in people[]; add `email: ada@acme.test`"),
        (MINIMAL + "people: [{name: Ada, email: ada}]", "3:29: email: 'ada' is not an e-mail address; write it like"),
        (MINIMAL + "people: [{name: Ada, email: a@b, mandate: {until: soon}}]", "3:51: until: 'soon' is not a date"),
        (MINIMAL + "people: [{name: Ada, email: a@b, mandate: {until: 2027-02-30}}]", "3:51: until: there is no day "),
        (MINIMAL + "people: [{name: Ada, email: a@b, mandate: {until: 20270630}}]", "3:51: until: 20270630 is not a "),
        (MINIMAL + "people:\n  - {name: Ada, email: a@b, mandate:}", "4:37: 'mandate' is empty; write a value"),
        (
            MINIMAL + "people: [{name: Ada, email: a@b, slak: U1}]",
            "3:34: unknown key 'slak' in people[]; did you mean '",
        ),
        (MINIMAL + "on_call: {x: []}", "3:14: x: this is empty; name at least one, or remove the key"),
        (MINIMAL + "on_call: {x: {source: static}}", "3:14: x: a mapping (`key: value` lines) stands where a list is"),
        (MINIMAL + "on_call: {'': [{source: ical, calendar: a}]}", "there is nothing in these quotes"),
        (MINIMAL + "on_call: {x: [{source: pagrduty}]}", "3:24: 'pagrduty' is not known in on_call.x[].source; did "),
        (MINIMAL + "on_call: {x: [{source: jira}]}", "3:24: 'jira' is not known in on_call.x[].source"),
        (MINIMAL + "on_call: {x: [{team: OPS}]}", "3:15: 'source' is missing in on_call.x[], one of linear, static"),
        (
            MINIMAL + "on_call: {x: [{source: linear, team: A, tem: B}]}",
            "3:41: unknown key 'tem' in on_call.x[]; did you mea",
        ),
        (MINIMAL + "on_call: {x: [{source: linear}]}", "3:15: 'team' is missing in on_call.x[]; add `team: …`"),
        (MINIMAL + "routes: [{name: x, operational: {liner: {team: A}}}]", "3:34: unknown key 'liner' in routes[].ope"),
        (
            MINIMAL + "routes: [{name: x, operational: {linear: {}}}]",
            "3:42: 'team' is missing in routes[].operational.",
        ),
        (MINIMAL + "routes: [{name: x, operational: {jira: {board: A}}}]", "3:48: board: 'A' is not a whole number"),
        (
            MINIMAL + "routes: [{name: x, strategic: {linear: {}}}]",
            "3:40: linear: write exactly one of project and par",
        ),
        (
            MINIMAL + "routes: [{name: x, strategic: {linear: {project: A, parent: B}}}]",
            "3:40: linear: write exactly one of project and parent",
        ),
        (MINIMAL + "routes: [{name: x, when: {labels: []}}]", "3:35: labels: this is empty; name at least one, or re"),
        (MINIMAL + "routes: [{name: x, when: {title: [a]}}]", "3:27: unknown key 'title' in routes[].when; did you m"),
        (
            MINIMAL + "stale: {ladder: [{after: 7d, tell: boss}]}",
            "3:36: 'boss' is not known in stale.ladder[].tell; kn",
        ),
        (MINIMAL + "stale: {snooze: {at_most: -1}}", "3:27: at_most: -1 is out of range; write at least 0"),
        (MINIMAL + "messages: {timezone: Berlin}", "3:22: timezone: there is no time zone 'Berlin'; did you mean 'Eu"),
        (MINIMAL + "messages: {digest_at: 9:00}", "3:23: digest_at: '9:00' is not a time of day; write hours and mi"),
        (MINIMAL + "messages: {digest_at: 24:00}", "3:23: digest_at: '24:00' is not a time of day"),
        (MINIMAL + "messages: {quiet: {days: [funday]}}", "3:27: 'funday' is not known in messages.quiet.days[]; kno"),
        (MINIMAL + "messages: {quiet: {hours: 8-9}}", "3:27: hours: '8-9' is not a span of hours; write from and unti"),
        (MINIMAL + "messages: {quiet: {hours: 08:00-08:00}}", "3:27: hours: '08:00-08:00' has no length"),
        (MINIMAL + "messages: {send: [{via: slak}]}", "3:25: via: 'slak' is not known; did you mean 'slack'?"),
        (MINIMAL + "messages: {at_most_per_person_per_day: 0}", "3:40: at_most_per_person_per_day: 0 is out of range"),
        (MINIMAL + "limits: {largest_change: 120%}", "3:26: largest_change: '120%' is not a share; write 20% or 0.2"),
        (MINIMAL + "limits: {largest_change: 20}", "3:26: largest_change: 20 is not a share; write 20% or 0.2"),
        (MINIMAL + "limits: {largest_change: true}", "3:26: largest_change: true is not a share"),
        (MINIMAL + "limits: {writes_per_hour: 1.5}", "3:27: writes_per_hour: 1.5 is not a whole number; write it li"),
        (MINIMAL + "limits: {flips: {}}", "3:17: flips: a mapping (`key: value` lines) stands where a whole number"),
        (DUTY + "people: [ada@acme.test]}", "6:7: 'starts' is missing in on_call.x[]; add `starts: '2026-11-02T09:0"),
        (DUTY + "people: [adda@acme.test], starts: 2026-11-02T09:00:00Z}", "6:33: people: 'adda@acme.test' is nobod"),
        (DUTY + SHIFT + ", every: 30m}", "every: '30m' is too short for a shift; write at least 1h"),
        (DUTY + SHIFT + ", timezone: Europe/Berln}", "there is no time zone 'Europe/Berln'; did you mean 'Europe/Berl"),
    ],
)
def test_a_wrong_part_is_refused_at_its_place(text: str, line: str) -> None:
    """Unknown keys are shown at the key, wrong values at the value, missing keys at the part that lacks them."""
    lines = refusal(text)
    assert any(f":{line}" in each or line in each for each in lines), lines
    assert len(lines) == 1, lines


def test_every_mistake_is_told_in_reading_order() -> None:
    """One run shows everything that is wrong, whether it is in a part, between parts or in the YAML."""
    lines = refusal(
        "version: 1\n"
        "watch:\n"
        "  - {tracker: linear}\n"
        "classes: {grace: soon, needs_class: strategic}\n"
        "size:\n"
        "  label: [a]\n"
        "size: {}\n"
        "routes:\n"
        "  - {name: a, operational: {on_call: nobody}}\n"
        "  - {name: A}\n"
        "people:\n"
    )
    places = [line.split(" ", 1)[0].removeprefix("f.yaml:") for line in lines]
    assert places == ["3:5:", "4:18:", "4:37:", "6:3:", "7:1:", "9:38:", "10:5:", "10:12:", "11:8:"]
