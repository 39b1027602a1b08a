"""Whether people can be written to in the ways that the policy names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from app.core.errors import Transient
from app.core.policy import Messages, Policy
from app.flow.ways import examine_ways
from app.ports import Problem

POLICY = Policy((), messages=Messages(channels=("slack", "email")))


@dataclass
class Way:
    """Find wrong with itself what it was told to."""

    says: Sequence[Problem] | Exception = ()

    async def check(self) -> Sequence[Problem]:
        """Return it, or fail."""
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.mark.parametrize(
    ("ways", "ids"),
    [
        ({"slack": Way(), "email": Way()}, []),
        ({"email": Way()}, ["slack.off"]),
        ({"slack": Way([Problem("slack.token", "refused", "see it")]), "email": Way()}, ["slack.token"]),
        ({"slack": Way(), "email": Way(Transient("down"))}, ["email.unreachable"]),
        ({"slack": Way(), "email": Way(), "teams": Way(Transient("down"))}, []),
    ],
)
async def test_each_way_that_the_policy_names_is_looked_at(ways: dict[str, Way], ids: list[str]) -> None:
    """Whether it is set up, and what it says itself; one that nobody is written to by does not matter."""
    assert [one.id for one in await examine_ways(POLICY, cast("Any", ways))] == ids
