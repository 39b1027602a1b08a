"""What a policy file means."""

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import connectors
from app.core import policy as core
from app.policy_file import parse_policy, policy_schema
from app.policy_file.document import read_yaml
from app.ports import Manifest
from tests.contracts import need_shared
from tests.policies import MANIFESTS, MINIMAL, parse


def _example() -> str:
    return need_shared("followthrough.example.yaml").read_text(encoding="utf-8")


def _real_manifests() -> Mapping[str, Manifest]:
    """Return the manifests of all connectors that there are; made-up ones stand in for trackers that are not."""
    modules = (
        importlib.import_module(found.name) for found in pkgutil.iter_modules(connectors.__path__, "connectors.")
    )
    found = (getattr(module, "MANIFEST", None) for module in modules)
    return {**MANIFESTS, **{manifest.name: manifest for manifest in found if manifest is not None}}


def _plain(text: str) -> Any:
    return read_yaml(text)[0].plain()


def test_the_example_is_read_whole_with_the_connectors_that_there_are() -> None:
    """Every key of the contract is known, every rota source included."""
    manifests = _real_manifests()
    policy = parse_policy(_example(), "followthrough.yaml", manifests)
    assert {source.connector for chain in policy.on_call.values() for source in chain} <= set(manifests)
    assert [route.name for route in policy.routes] == ["payments", "everything else"]
    assert policy.routes[0].boards["linear"]["team"] == "OPS"
    assert policy.routes[0].epics["jira"]["parent"] == "PLAT-7"


def test_every_connectors_part_refuses_unknown_keys() -> None:
    """The reader promises it for the whole file, and only the connectors' models can keep it for theirs."""
    manifests = _real_manifests().values()
    models = {model for manifest in manifests for model in (manifest.board, manifest.epic, manifest.source)}
    assert {model for model in models if model and model.model_config.get("extra") != "forbid"} == set()


def test_the_example_means_what_it_says() -> None:
    """Each part of the example arrives in the core's words."""
    policy = parse(_example())
    assert policy.watch[1] == core.Watch("jira", "post-mortem", (), ("PM",), ("Task", "Story", "Bug"))
    assert policy.postmortem == (
        core.Origin("label", "pm/"),
        core.Origin("link", "https://wiki.acme.test/postmortems/*"),
        core.Origin("parent"),
    )
    assert policy.classes == core.Classes(
        operational=core.ClassLabel("operational", ("ops", "quick-fix")),
        strategic=core.ClassLabel("strategic", ("strategical", "long-term")),
        due=core.ByUrgency(timedelta(days=30), timedelta(days=7)),
        risk="risk",
        needs_class="needs-class",
    )
    assert policy.size == core.Size(8, ("size/l", "size/xl"))
    assert policy.urgency == core.Urgency(("Urgent", "Highest", "Blocker"), ("sev1",))
    mandate = core.Mandate(("payments", "platform"), date(2027, 6, 30))
    assert policy.people[0] == core.Member("Ada Admin", "ada@acme.test", "staff_engineer", mandate)
    assert policy.people[1].mandate == core.Mandate()
    assert policy.people[2].mandate is None
    assert policy.goals[0] == core.Goal("retention", "Customers can always pay")
    assert policy.bots == ("codebot@acme.test",)
    assert policy.limits == core.Limits()


def test_the_example_says_when_people_hear_of_it() -> None:
    """Windows, ladder and hours of messages arrive in the core's words."""
    policy = parse(_example())
    assert policy.stale == core.Stale(
        operational=core.ByUrgency(timedelta(days=7), timedelta(days=2)),
        strategic=core.ByUrgency(timedelta(days=30), timedelta(days=14)),
        unclassified=core.ByUrgency(timedelta(days=3)),
        ladder=(
            core.Rung(timedelta(0), "owner"),
            core.Rung(timedelta(days=7), "on_call"),
            core.Rung(timedelta(days=14), "mandate"),
        ),
    )
    assert policy.messages == core.Messages(
        timezone="Europe/Berlin",
        quiet_days=("sat", "sun"),
        quiet_from=time(18),
        quiet_until=time(8),
        channels=("slack", "email"),
    )


def test_the_example_says_whose_an_item_is() -> None:
    """Routes and rotas keep the connectors' words as plain values; what is not written is None."""
    policy = parse(_example())
    payments, rest = policy.routes
    assert payments.when == core.When(labels=("team/payments",))
    assert rest.when is None
    assert payments.boards == {
        "linear": {"team": "OPS", "state": "Todo", "cycle": "active"},
        "jira": {"board": 42, "set": {"labels": ["team-ops"]}},
    }
    assert rest.epics == {"linear": {"project": None, "parent": "ENG-12"}, "jira": {"parent": "PLAT-7"}}
    pagerduty, static = policy.on_call["payments"]
    assert pagerduty == core.Source("pagerduty", {"schedule": "PI7DH85", "escalation_policy": None, "service": None})
    assert static.connector == "static"
    assert static.settings["starts"] == "2026-11-02T09:00:00+01:00"
    assert static.settings["every"] == "7d"


def test_two_lines_are_a_policy_with_the_defaults_of_the_core() -> None:
    """What is left out means what the core's values say."""
    policy = parse(MINIMAL)
    assert policy == core.Policy((core.Watch("linear", "pm"),), digest=policy.digest, where="f.yaml")


def test_a_rota_is_found_in_any_case_and_named_as_it_is_defined() -> None:
    """Names compare without case, so the core may look rotas up as they are spelled."""
    policy = parse(
        MINIMAL + "on_call: {Duty: [{source: ical, calendar: a}]}\nroutes: [{name: a, operational: {on_call: duty}}]"
    )
    assert policy.routes[0].on_call == "Duty"


def test_ids_of_people_are_kept_by_system() -> None:
    """A person may have an id in each tracker and messenger."""
    policy = parse(MINIMAL + "people: [{name: Ada, email: ada@acme.test, linear: 4f-1, jira: 'acc:1', slack: U1}]")
    assert policy.people[0].ids == {"linear": "4f-1", "jira": "acc:1", "slack": "U1"}


@pytest.mark.parametrize(("text", "share"), [("20%", 0.2), ("0.2", 0.2), ("12.5 %", 0.125), ("100%", 1), ("0", 0)])
def test_a_share_is_written_in_percent_or_as_a_number(text: str, share: float) -> None:
    """`20%` and `0.2` mean the same."""
    assert parse(f"{MINIMAL}limits: {{largest_change: {text}}}").limits.largest_change == pytest.approx(share)


def test_days_are_read_in_any_case() -> None:
    """`Sat` and `sat` are the same day."""
    assert parse(MINIMAL + "messages: {quiet: {days: [Sat, SUN]}}").messages.quiet_days == ("sat", "sun")


@pytest.mark.parametrize(
    "other",
    [
        "# a comment\nwatch:\n- label: pm\n  tracker: 'linear'\nversion: 1\n",
        MINIMAL + "classes: {grace: 600s, operational: {label: operational}}\n",
        MINIMAL + "limits: {flips: 3, largest_change: 0.2}\npeople: []\n",
    ],
)
def test_the_digest_stays_when_the_meaning_stays(other: str) -> None:
    """Comments, order of keys, spelling of durations and written defaults change nothing; nor does the name."""
    assert parse(other).digest == parse_policy(MINIMAL, "other.yaml", MANIFESTS).digest


@pytest.mark.parametrize(
    "more",
    [
        "classes: {grace: 11m}",
        "routes: [{name: a}]",
        "routes: [{name: a, operational: {linear: {team: OPS}}}]",
        "people: [{name: Ada, email: a@b}]",
        "messages: {digest_at: 09:01}",
        "stale: {strategic: {default: 30d}}",
        "on_call: {x: [{source: ical, calendar: a}]}",
    ],
)
def test_the_digest_changes_with_the_meaning(more: str) -> None:
    """Whatever changes what is decided is another policy."""
    assert parse(MINIMAL + more).digest != parse(MINIMAL).digest


def test_the_digest_is_the_same_in_every_process() -> None:
    """It is compared across restarts and replicas, so it is pinned here for one policy."""
    assert parse(MINIMAL).digest == "47bbecaa64b92dcc3ce85b7ac3680dd2281794283dd4a55330b9ed525aa277a6"


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    """Editors and the reader agree about the example and about two lines."""
    schema = policy_schema(MANIFESTS)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert not list(validator.iter_errors(_plain(MINIMAL)))
    assert not list(validator.iter_errors(_plain(_example())))


@pytest.mark.parametrize(
    "more",
    [
        "sizes: {}",
        "classes: {grace: soon}",
        "size: {labels: }",
        "on_call: {x: [{source: pagrduty}]}",
        "postmortem: [{from: label}]",
        "routes: [{name: a, operational: {linear: {}}}]",
        "limits: {largest_change: 20}",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(more: str) -> None:
    """Unknown keys, wrong words and connectors' parts are marked in the editor already."""
    assert list(Draft202012Validator(policy_schema(MANIFESTS)).iter_errors(_plain(MINIMAL + more)))


def test_defaults_in_the_schema_are_written_as_in_the_file() -> None:
    """An editor that fills in a default writes what the reader accepts."""
    classes = policy_schema(MANIFESTS)["$defs"]["Classes"]["properties"]
    assert classes["grace"]["default"] == "10m"
    assert policy_schema(MANIFESTS)["$defs"]["Messages"]["properties"]["digest_at"]["default"] == "09:00"


def test_a_source_without_its_connector_is_not_known() -> None:
    """A rota is read by its connector's own words, and by nobody else's."""
    without = {name: manifest for name, manifest in MANIFESTS.items() if name != "ical"}
    with pytest.raises(Exception, match="'ical' is not known in on_call"):
        parse_policy(MINIMAL + "on_call: {x: [{source: ical, calendar: a}]}", "f.yaml", without)
    with pytest.raises(Exception, match="'calendar' is missing in on_call"):
        parse(MINIMAL + "on_call: {x: [{source: ical}]}")


def test_without_connectors_nothing_can_be_watched() -> None:
    """A policy read without any tracker is refused at its first watch, not with a traceback."""
    with pytest.raises(Exception, match="tracker: 'linear' is not known; nothing can stand here"):
        parse_policy(MINIMAL, "f.yaml", {})


@pytest.mark.parametrize("names", [("linear",), ("jira",)])
def test_one_source_or_none_is_enough(names: tuple[str, ...]) -> None:
    """A policy is read with whichever connectors there are; a source of none of them is not known."""
    few = {name: MANIFESTS[name] for name in names}
    policy = parse_policy(MINIMAL.replace("linear", names[0]), "f.yaml", few)
    assert policy.on_call == {}
    with pytest.raises(Exception, match=r"'ical'.* is not known"):
        parse_policy(MINIMAL.replace("linear", names[0]) + "on_call: {x: [{source: ical}]}", "f.yaml", few)
