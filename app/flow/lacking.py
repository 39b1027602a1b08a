"""Say at the start what the policy names and what is not switched on."""

from collections.abc import Collection, Mapping
from typing import Any

from app.core.policy import Policy
from app.ports import Manifest


def lacking(
    known: Mapping[str, Manifest],
    own: Mapping[str, Any],
    policy: Policy,
    on: Collection[str],
) -> list[str]:
    """Return a line for each connector that the policy names and that is not `on`, and for what lacks of all it names.

    `own` are the connectors' settings.
    """
    watched = dict.fromkeys(watch.tracker for watch in policy.watch)
    asked = dict.fromkeys(source.connector for chain in policy.on_call.values() for source in chain)
    off = [f"{policy.where} watches {name}, but it is not set up" for name in watched if name not in on]
    off += [f"{policy.where} asks {name} who is on call, but it is not set up" for name in asked if name not in on]
    written = dict.fromkeys(policy.messages.channels)
    off += [f"{policy.where} writes to people by {name}, but it is not set up" for name in written if name not in on]
    used = [name for name in dict.fromkeys((*watched, *asked, *written)) if name in known]
    return [*off, *dict.fromkeys(line for name in used for line in known[name].missing(own[name]))]
