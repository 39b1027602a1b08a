"""Say what a connector offers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from app.core.policy import Policy
from app.ports.abilities import Ability
from app.ports.messenger import Messenger
from app.ports.on_call import OnCall
from app.ports.tracker import Door, Tracker


class Sandbox(Protocol):
    """Play a tracker in memory behind a real socket, for the demo and the tests.

    People act by e-mail; items are named by id. `view` shows plain words: key, title, labels, team (or project), board
    (the names of the boards that show it), state, assignee (e-mail), epic (title), due, comments [{by, body}].
    """

    url: str

    async def start(self) -> None:
        """Listen on a free loopback port."""
        ...

    async def aclose(self) -> None:
        """Stop listening; webhooks under way are dropped."""
        ...

    def environment(self) -> Mapping[str, str]:
        """Return the settings that point the service at this sandbox, by their full names, webhook secret included."""
        ...

    def policy(self, grace: str = "3s") -> str:
        """Return a `followthrough.yaml` that fits what stands in the sandbox."""
        ...

    def send_webhooks_to(self, url: str) -> None:
        """Sign and send every later event there."""
        ...

    async def create(self, by: str, title: str, labels: Sequence[str] = (), **fields: Any) -> str:
        """Create a ticket as a person would; return its id."""
        ...

    async def update(self, item: str, by: str, **fields: Any) -> None:
        """Edit a ticket as a person would: labels, assignee, state, due, epic, title, team."""
        ...

    async def comment(self, item: str, by: str, body: str) -> None:
        """Comment as a person would."""
        ...

    def age(self, item: str, span: timedelta) -> None:
        """Let everything about a ticket have happened that much earlier: creation, edits, comments.

        No webhook tells of it, and the ticket's past keeps its order. What is done to it afterwards happens now.
        """
        ...

    async def hand_over(self, epic: str, by: str, owner: str | None) -> None:
        """Give an epic, by its title, to somebody else or nobody, as a person would."""
        ...

    async def redeliver(self) -> None:
        """Send the latest webhook once more, byte for byte."""
        ...

    async def drain(self) -> None:
        """Wait until every webhook was received or given up."""
        ...

    def view(self, item: str) -> Mapping[str, Any]:
        """Show a ticket."""
        ...

    def calls(self) -> Sequence[str]:
        """Return the names of the API calls that the service made, in order, such as `PUT issue`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Say what a connector offers; found as `MANIFEST` in its package.

    `settings` is a pydantic-settings class. `configured` tells whether its credentials are set; `missing` names what is
    wrong or lacking, a line each. `board`, `epic` and `source` are pydantic models of the policy's words for it.
    `abilities` are those of its kind that it has; its README says of the others why not.
    """

    name: str
    title: str
    settings: type[Any]
    abilities: frozenset[Ability] = frozenset()
    configured: Callable[[Any], bool] = lambda _settings: True
    missing: Callable[[Any], Sequence[str]] = lambda _settings: ()
    tracker: Callable[[Any, Policy], Tracker] | None = None
    door: Callable[[], Door] | None = None
    secrets: Callable[[Any], Sequence[str]] = lambda _settings: ()
    on_call: Callable[[Any, Policy, Mapping[str, Tracker]], OnCall] | None = None
    messenger: Callable[[Any], Messenger] | None = None
    sandbox: Callable[[], Sandbox] | None = None
    board: type[Any] | None = None
    epic: type[Any] | None = None
    source: type[Any] | None = None
