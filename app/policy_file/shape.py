"""The parts of `followthrough.yaml` that no connector has a say in. Key names are a contract.

Required are only the keys without a default. What is left out means what the core's values of the same names say.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.core import policy as core
from app.policy_file.words import Clock, Day, Duration, Email, Hours, Share, Text, Texts, Zone, lower

_CLASSES, _STALE, _MESSAGES, _LIMITS = core.Classes(), core.Stale(), core.Messages(), core.Limits()


class Part(BaseModel):
    """Refuse keys that are not known, and values of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LabelOrigin(Part):
    """Take the post-mortem's name from a label that begins with `prefix`."""

    source: Literal["label"] = Field(alias="from")
    prefix: Text = Field(description="What such labels begin with.", examples=["pm/"])


class LinkOrigin(Part):
    """Take the post-mortem's address from an attachment, a remote link or a link in the description."""

    source: Literal["link"] = Field(alias="from")
    matches: Text = Field(
        description="The address; * stands for anything.", examples=["https://wiki.acme.test/postmortems/*"]
    )


class ParentOrigin(Part):
    """Take the ticket that the item hung under when it was first seen."""

    source: Literal["parent"] = Field(alias="from")


Origin: TypeAlias = Annotated[LabelOrigin | LinkOrigin | ParentOrigin, Field(discriminator="source")]


class ByUrgency(Part):
    """Give one duration for urgent items and one for the others; what is left out is not asked for."""

    default: Duration | None = Field(None, description="For items that are not urgent.", examples=["30d"])
    urgent: Duration | None = Field(None, description="For urgent items; without it the default.", examples=["7d"])


class StrategicClass(Part):
    """Name a class's label and the other spellings that are replaced by it."""

    label: Text = Field(description="The label of the class.", examples=["strategic"])
    aliases: list[Text] = Field([], description="Labels that are replaced by it.", examples=[["long-term"]])


class OperationalClass(StrategicClass):
    """Name the label of small fixes and when they are due."""

    label: Text = Field(description="The label of the class.", examples=["operational"])
    due: ByUrgency = Field(ByUrgency(), description="Due date of an item without one, from its creation.")


class RiskClass(Part):
    """Name the label of stated risks."""

    label: Text = Field(description="The label of risks.", examples=["risk"])


class Classes(Part):
    """Name the class labels; exactly one of operational and strategic belongs on every item."""

    operational: OperationalClass = OperationalClass(label=_CLASSES.operational.label)
    strategic: StrategicClass = StrategicClass(label=_CLASSES.strategic.label)
    risk: RiskClass | None = Field(None, description="Large and urgent: a stated risk that somebody decides on.")
    needs_class: Text | None = Field(
        None, description="Label that marks an unclassified item.", examples=["needs-class"]
    )
    grace: Duration = Field(_CLASSES.grace, description="How long an item may stay unclassified.", examples=["10m"])
    on_conflict: Literal["wait", "latest"] = Field(
        _CLASSES.on_conflict, description="Ask a person, or let the last person's choice win."
    )


class Size(Part):
    """Say when an item is large; any of these."""

    estimate_at_least: float | None = Field(None, gt=0, description="Linear estimate, Jira story points.", examples=[8])
    labels: list[Text] = Field([], description="Labels of large items.", examples=[["size/l"]])


class Urgency(Part):
    """Say when an item is urgent; any of these."""

    priorities: list[Text] = Field([], description="The tracker's words for it.", examples=[["Urgent", "Highest"]])
    labels: list[Text] = Field([], description="Labels of urgent items.", examples=[["sev1"]])


class Mandate(Part):
    """Give the right to put work on the roadmap."""

    areas: list[Text] = Field([], description="Without it: every area.", examples=[["payments"]])
    until: Day | None = Field(None, description="The last day; without it: no end.", examples=["2027-06-30"])


class Person(Part):
    """Say who somebody is. Ids are looked up by e-mail where the tracker shows e-mails."""

    name: Text = Field(description="The name that people know.", examples=["Ada Admin"])
    email: Email = Field(description="The address that trackers and rotas know.", examples=["ada@acme.test"])
    role: Text | None = Field(None, description="One word, see mandate_roles.", examples=["staff_engineer"])
    mandate: Mandate | None = Field(None, description="Their right to put work on the roadmap.", examples=[{}])


class Goal(Part):
    """Name a business goal that a business case may serve."""

    key: Text = Field(description="The word people type.", examples=["retention"])
    text: Text = Field(description="The goal in a sentence.", examples=["Customers can always pay"])


class When(Part):
    """Say when a route holds: all that are given must hold, each by any of its words."""

    labels: Texts | None = Field(None, description="Labels of the item.", examples=[["team/payments"]])
    teams: Texts | None = Field(None, description="Linear team keys, Jira project keys.", examples=[["PAY"]])
    projects: Texts | None = Field(None, description="Linear project names, Jira project keys.", examples=[["Billing"]])
    components: Texts | None = Field(None, description="Jira components.", examples=[["checkout"]])
    title_words: Texts | None = Field(None, description="Words in the title.", examples=[["payment"]])


class Rung(Part):
    """Say whom to tell how long after an item went stale."""

    after: Duration = Field(description="How long after it went stale.", examples=["7d"])
    tell: Literal["owner", "on_call", "mandate"] = Field(description="Whom to tell.", examples=["owner"])


class Snooze(Part):
    """Bound how often and how long people may put an item off."""

    longest: Duration = Field(_STALE.longest_snooze, description="The longest snooze.", examples=["30d"])
    at_most: int = Field(_STALE.snoozes, ge=0, description="How often in a row.", examples=[2])


class Stale(Part):
    """Say how long each class may stay quiet; a class without a window never goes stale."""

    operational: ByUrgency = ByUrgency()
    strategic: ByUrgency = ByUrgency()
    unclassified: ByUrgency = ByUrgency()
    ladder: list[Rung] = Field([], description="Whom to tell, in ascending order of `after`.")
    snooze: Snooze = Snooze()
    tell_old: bool = Field(_STALE.tell_old, description="Tell people also of what was quiet before it was first seen.")


class Activity(Part):
    """Say whose doings count."""

    bots: list[Text] = Field(
        [], description="E-mails of accounts that are never a person's.", examples=[["codebot@acme.test"]]
    )
    relays: list[Text] = Field([], description="E-mails of accounts that pass on what people wrote.", examples=[[]])


Weekday: TypeAlias = Annotated[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], BeforeValidator(lower)]


class Quiet(Part):
    """Say when nobody is written to."""

    days: list[Weekday] = Field([], description="Days without messages.", examples=[["sat", "sun"]])
    hours: Hours | None = Field(None, description="Hours without messages.", examples=["18:00-08:00"])


class Messages(Part):
    """Say when, how often and by what way people are written to."""

    digest_at: Clock = Field(_MESSAGES.digest_at, description="When the day's message goes out.")
    timezone: Zone = Field(_MESSAGES.timezone, description="An IANA name.", examples=["Europe/Berlin"])
    quiet: Quiet = Quiet()
    at_most_per_person_per_day: int = Field(_MESSAGES.per_person_per_day, ge=1, examples=[1])


class Limits(Part):
    """Bound what is written."""

    writes_per_hour: int = Field(_LIMITS.writes_per_hour, ge=1, description="For each tracker.", examples=[600])
    largest_change: Share = Field(
        _LIMITS.largest_change, description="Share of the open items beyond which we wait.", examples=["20%"]
    )
    flips: int = Field(_LIMITS.flips, ge=1, description="Reversals in 24 h that end our writing.", examples=[3])
