"""Look around on a tracker: what a first policy could name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from app.core.person import Person
from app.core.policy import Target


@dataclass(frozen=True, slots=True)
class Offer:
    """Hold a board, an epic or a rota source in the tracker's own words, and what it is in people's."""

    target: Target
    about: str
    owner: Person | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Hold what stands on a tracker; of everything the likeliest comes first.

    `account` says where we are and as whom. `watch` are further words of what could be watched, such as teams. `free`:
    a label needs not be made before it is put on a ticket, so `labels` may lack it.
    """

    account: str
    watch: Mapping[str, Any] = field(default_factory=dict)
    labels: Sequence[str] = ()
    free: bool = False
    boards: Sequence[Offer] = ()
    epics: Sequence[Offer] = ()
    rotas: Sequence[Offer] = ()
    people: Sequence[Person] = ()


@runtime_checkable
class Offers(Protocol):
    """Tell which rotas there are, for a first policy; a source of rotas offers it beside its other promises."""

    async def offers(self) -> Sequence[Offer]:
        """Return its rotas in the policy's words, in the order of its list; raise Transient, Denied or NotFound."""
        ...


@runtime_checkable
class Surveyor(Protocol):
    """Look around, for a first policy; trackers offer it beside their other promises."""

    async def survey(self, label: str) -> Survey:
        """Return what stands there; items will carry that label."""
        ...
