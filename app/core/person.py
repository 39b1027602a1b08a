"""People as a tracker shows them."""

from dataclasses import dataclass

from app.core.naming import same


@dataclass(frozen=True, slots=True)
class Person:
    """Name somebody by the tracker's own id.

    `email` is None where the tracker hides it. `bot` is true for apps, integrations and service accounts, `outside` for
    who writes without an account of the team's: a customer in a portal, somebody in a chat that is joined to it.
    `mention` is what the tracker's comment renderer needs to notify them (a profile URL, a user name); None: the id.
    """

    id: str
    name: str
    email: str | None = None
    active: bool = True
    bot: bool = False
    mention: str | None = None
    outside: bool = False

    def goes_by(self, id_: str | None) -> bool:
        """Tell whether an id of the policy means them: the tracker's own, or the user name on Jira Data Center."""
        return same(id_, self.id) or same(id_, self.mention)
