"""The whole file as one pydantic model, joined from our parts and what the connectors' manifests add.

A connector's `board`, `epic` and `source` models say themselves which keys they refuse (`extra="forbid"`).
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from app.policy_file import shape
from app.policy_file.shape import Part
from app.policy_file.words import Text, Version, one_of
from app.ports import Manifest

MESSENGERS = ("slack", "teams", "email")
"""Ways to reach people that a policy may name, whether or not this version has a connector for them."""

_ID_SYSTEMS = ("linear", "jira", "slack", "teams", "pagerduty", "incident_io")


def policy_model(manifests: Mapping[str, Manifest]) -> type[BaseModel]:
    """Return the model of a file for these connectors, by name."""
    trackers = {name: manifest for name, manifest in manifests.items() if manifest.tracker is not None}
    watch = create_model(
        "Watch",
        __base__=Part,
        __doc__="Say which tickets of a tracker are action items.",
        tracker=(one_of(tuple(trackers)), Field(description="Where the tickets are.", examples=list(trackers))),
        label=(Text, Field(description="The label of action items.", examples=["post-mortem"])),
        teams=_texts("Team keys; without it: all that can be seen.", "ENG"),
        projects=_texts("Project keys; without it: all that can be seen.", "PM"),
        issue_types=_texts("Without it: all but epics and sub-tasks.", "Task", "Bug"),
    )
    ids: dict[str, Any] = {
        system: (Text | None, Field(None, description=f"Their id in {system}."))
        for system in dict.fromkeys((*trackers, *_ID_SYSTEMS))
    }
    messages = _messages()
    return create_model(
        "Policy",
        __base__=Part,
        __doc__="Say what Followthrough watches, and what it does with it.",
        version=(Version, Field(description="The version of this format.", examples=[1])),
        watch=(
            list[watch],
            Field(
                description="Which tickets are action items.",
                examples=[[{"tracker": "linear", "label": "post-mortem"}]],
                min_length=1,
            ),
        ),
        postmortem=_list(shape.Origin, "How an item names its post-mortem; the first that yields one wins."),
        classes=(shape.Classes, shape.Classes()),
        size=(shape.Size, shape.Size()),
        urgency=(shape.Urgency, shape.Urgency()),
        people=_list(create_model("Person", __base__=shape.Person, __doc__=shape.Person.__doc__, **ids), "Who is who."),
        mandate_roles=_texts("Roles that may have a mandate.", "staff_engineer"),
        goals=_list(shape.Goal, "The business goals that a business case may name."),
        on_call=_rotas(manifests),
        routes=_list(_route(trackers), "The first whose `when` holds; one without `when` is the default."),
        stale=(shape.Stale, shape.Stale()),
        activity=(shape.Activity, shape.Activity()),
        messages=(messages, messages()),
        limits=(shape.Limits, shape.Limits()),
    )


def _messages() -> type[BaseModel]:
    send = create_model(
        "Send",
        __base__=Part,
        __doc__="Name a way to reach people.",
        via=(one_of(MESSENGERS), Field(examples=["slack"])),
    )
    return create_model(
        "Messages",
        __base__=shape.Messages,
        __doc__=shape.Messages.__doc__,
        send=_list(send, "The first that can reach the person; without it: a comment on the item."),
    )


def _texts(description: str, *example: str) -> Any:
    return (list[Text], Field([], description=description, examples=[list(example)]))


def _list(entry: Any, description: str) -> Any:
    return (list[entry], Field([], description=description))


def _rotas(manifests: Mapping[str, Manifest]) -> Any:
    """Return the field of all rotas: chains of sources, told apart by `source`."""
    models = {name: manifest.source for name, manifest in manifests.items() if manifest.source is not None}
    named = [_named_source(name, model) for name, model in models.items()] or [_no_source()]
    source: Any = reduce(or_, named)
    if len(named) > 1:
        source = Annotated[source, Field(discriminator="source")]
    chain: Any = list[source]
    chain = Annotated[chain, Field(min_length=1)]
    return (
        dict[Text, chain],
        Field({}, description="Named rotas; each is a chain, the first source that answers wins."),
    )


def _no_source() -> Any:
    """Return the model of a source where no connector has any: whatever it names is not known."""
    return create_model("source", __base__=Part, __doc__="Name a source.", source=(one_of(()), Field()))


def _named_source(name: str, model: type[Any]) -> Any:
    word: Any = Literal[name]
    field = Field(description="Who can tell who is on call.", examples=[name])
    return create_model(f"{name}_source", __base__=model, __doc__=model.__doc__, source=(word, field))


def _route(trackers: Mapping[str, Manifest]) -> type[BaseModel]:
    boards: dict[str, Any] = {
        name: (manifest.board | None, Field(None, description=f"The board in {manifest.title}."))
        for name, manifest in trackers.items()
        if manifest.board is not None
    }
    epics: dict[str, Any] = {
        name: (manifest.epic | None, Field(None, description=f"The epic in {manifest.title}."))
        for name, manifest in trackers.items()
        if manifest.epic is not None
    }
    operational = create_model(
        "Operational",
        __base__=Part,
        __doc__="Say where small fixes go, by tracker, and who is on call for them.",
        on_call=(Text | None, Field(None, description="A rota defined under on_call.")),
        **boards,
    )
    strategic = create_model(
        "Strategic", __base__=Part, __doc__="Say under which epic long-term changes go, by tracker.", **epics
    )
    return create_model(
        "Route",
        __base__=Part,
        __doc__="Say whose an item is.",
        name=(Text, Field(description="How reports call the route.", examples=["payments"])),
        area=(Text | None, Field(None, description="The mandate that a strategic owner needs.", examples=["payments"])),
        when=(shape.When | None, Field(None, description="Without it: the default route.")),
        operational=(operational, operational()),
        strategic=(strategic, strategic()),
    )
