"""Let time pass for one ticket, by moving its past."""

from datetime import datetime, timedelta

from connectors.linear.sandbox.world import Row, World, iso

BELONGS = ("Comment", "IssueHistory", "Attachment", "IssueRelation")
FUTURE = frozenset({"slaBreachesAt", "snoozedUntilAt"})


def make_older(world: World, issue: Row, span: timedelta) -> None:
    """Move the times of an issue and of all that belongs to it into the past by that much."""
    rows = [row for table in BELONGS for row in world.rows(table) if row["issueId"] == issue["id"]]
    for row in (issue, *rows):
        for name, value in row.items():
            if name.endswith("At") and name not in FUTURE and isinstance(value, str):
                row[name] = iso(datetime.fromisoformat(value) - span)
