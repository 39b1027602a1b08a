"""Make the outbox: what people should hear, and the people."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Moment, Name, Number, Words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("number", Number),
        sa.Column("tracker", Name, nullable=False),
        sa.Column("item", Name, nullable=False),
        sa.Column("purpose", Name, nullable=False),
        sa.Column("person", Name, nullable=False),
        sa.Column("state", Name, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("done_at", Moment),
        sa.Column("letter", Name),
        sa.Column("channel", Name),
        sa.Column("key", Words, nullable=False),
        sa.Column("title", Words, nullable=False),
        sa.Column("url", Words, nullable=False),
        sa.Column("sentence", Words, nullable=False),
        sa.PrimaryKeyConstraint("number", name="messages_pk"),
        sa.UniqueConstraint("tracker", "item", "purpose", "person", name="messages_tracker_item_purpose_person"),
        sqlite_autoincrement=True,
    )
    _index_where("messages_open", "messages", ["person", "number"], "done_at IS NULL")
    _index_where("messages_sent", "messages", ["person", "sent_at"], "sent_at IS NOT NULL")
    op.create_table(
        "recipients",
        sa.Column("person", Name),
        sa.Column("name", Words, nullable=False),
        sa.Column("email", Words),
        sa.Column("tracker", Name, nullable=False),
        sa.Column("id", Name, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("lease_until", Moment),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", name="recipients_pk"),
    )
    _index_where("recipients_due", "recipients", ["due_at"], "due_at IS NOT NULL")


def downgrade() -> None:
    op.drop_table("recipients")
    op.drop_table("messages")


def _index_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
