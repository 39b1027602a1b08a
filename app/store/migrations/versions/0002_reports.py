"""Make what reports stand on: the activity that webhooks tell, and a row of shown values for each item."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Moment, Name, Words

revision = "0002"
down_revision = "0001"

_FILTERED = ["stale_at", "tracker", "key", "id", "snoozed_until", "team", "item_class", "route", "last_activity_at"]


def upgrade() -> None:
    op.add_column("items", sa.Column("heard_at", Moment))
    op.add_column("items", sa.Column("heard", Words))
    op.add_column("items", sa.Column("passed_over", Words))
    _index_where("items_unseen", "items", ["tracker"], "snapshot IS NULL")
    _index_where("items_failing", "items", ["tracker"], "attempts > 0")
    _reported()
    op.create_table(
        "report_words",
        sa.Column("kind", Name),
        sa.Column("word", Name),
        sa.Column("value", Name),
        sa.PrimaryKeyConstraint("kind", "word", "value", name="report_words_pk"),
    )
    # Whatever is known is looked at once, also what is closed, so that it has its row in the reports.
    op.execute(
        "UPDATE items SET due_at = COALESCE(looked_at, 0), because = '\nthe reports are new\n'"
        " WHERE lease_until IS NULL AND snapshot IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("report_words")
    op.drop_table("reported")
    op.drop_index("items_failing", "items")
    op.drop_index("items_unseen", "items")
    op.drop_column("items", "passed_over")
    op.drop_column("items", "heard")
    op.drop_column("items", "heard_at")


def _reported() -> None:
    op.create_table(
        "reported",
        sa.Column("tracker", Name),
        sa.Column("id", Name),
        sa.Column("key", Name, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("team", Name),
        sa.Column("item_class", Name, nullable=False),
        sa.Column("route", Name),
        sa.Column("owner", Name),
        sa.Column("findings", Name, nullable=False),
        sa.Column("last_activity_at", Moment),
        sa.Column("stale_at", Moment),
        sa.Column("confirm_at", Moment),
        sa.Column("snoozed_until", Moment),
        sa.Column("postmortem", Name),
        sa.Column("postmortem_url", Words),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("left_at", Moment),
        sa.Column("left_how", Name),
        sa.Column("shown", Words, nullable=False),
        sa.PrimaryKeyConstraint("tracker", "id", name="reported_pk"),
        sa.ForeignKeyConstraint(["tracker", "id"], ["items.tracker", "items.id"], "reported_fk", ondelete="CASCADE"),
    )
    stale, named = "stale_at IS NOT NULL", "postmortem IS NOT NULL"
    _index_where("reported_stale", "reported", [*_FILTERED, "owner"], stale)
    _index_where("reported_owner", "reported", ["owner", *_FILTERED], stale)
    _index_where("reported_confirm", "reported", ["confirm_at", "tracker"], "confirm_at IS NOT NULL")
    shape = ["open", "tracker", "team", "item_class", "route", "findings", "stale_at", "snoozed_until"]
    op.create_index("reported_open", "reported", shape)
    counted = ["postmortem", "open", "left_how", "findings", "opened_at", "stale_at", "snoozed_until"]
    _index_where("reported_postmortem", "reported", counted, named)
    op.create_index("reported_opened", "reported", ["opened_at"])
    _index_where("reported_left", "reported", ["left_at"], "left_at IS NOT NULL")


def _index_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
