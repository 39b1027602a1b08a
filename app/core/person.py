"""People as a tracker shows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Name somebody by the tracker's own id.

    `email` is None where the tracker hides it. `bot` is true for apps, integrations and service accounts.
    `mention` is what the tracker's comment renderer needs to notify them (a profile URL, a user name); None: the id.
    """

    id: str
    name: str
    email: str | None = None
    active: bool = True
    bot: bool = False
    mention: str | None = None
