"""A status with an end beside a name, and messages that carry the words of another one.

Revision: 0044, after 0043. Both are new: nothing that is there changes.
"""

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.types import UTCDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REFERENCES = {
    "message_id": "messages",
    "origin_id": "messages",
    "conversation_id": "conversations",
    "author_id": "people",
}


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("status_emoji", sa.String(40), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(
            sa.Column("status_text", sa.String(80), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(sa.Column("status_until", UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_people_status_until",
            ["status_until"],
            sqlite_where=sa.text("status_until IS NOT NULL"),
            postgresql_where=sa.text("status_until IS NOT NULL"),
        )
    op.create_table(
        "message_forwards",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(120), nullable=False),
        sa.Column("caption", sa.String(400), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("has_files", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_message_forwards_{column}_{table}"),
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_forwards")),
    )
    with op.batch_alter_table("message_forwards", schema=None) as batch_op:
        for column in ("origin_id", "conversation_id", "author_id"):
            batch_op.create_index(batch_op.f(f"ix_message_forwards_{column}"), [column])


def downgrade() -> None:
    op.drop_table("message_forwards")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_status_until")
        batch_op.drop_column("status_until")
        batch_op.drop_column("status_text")
        batch_op.drop_column("status_emoji")
