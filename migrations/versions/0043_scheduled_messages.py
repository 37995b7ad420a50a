"""Messages that wait for their time, and the files that go with them.

Revision: 0043, after 0042.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_messages",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_scheduled_messages_author_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_scheduled_messages_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["messages.id"], name=op.f("fk_scheduled_messages_parent_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_scheduled_messages_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_messages")),
        sa.UniqueConstraint(
            "author_id", "client_id", name=op.f("uq_scheduled_messages_author_id_client_id")
        ),
    )
    with op.batch_alter_table("scheduled_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_scheduled_messages_author_id_send_at", ["author_id", "send_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scheduled_messages_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scheduled_messages_parent_id"), ["parent_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scheduled_messages_post_id"), ["post_id"], unique=False
        )
        batch_op.create_index(
            "ix_scheduled_messages_send_at", ["send_at", "failed_at"], unique=False
        )

    op.create_table(
        "scheduled_files",
        sa.Column("scheduled_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_scheduled_files_file_id_files")
        ),
        sa.ForeignKeyConstraint(
            ["scheduled_id"],
            ["scheduled_messages.id"],
            name=op.f("fk_scheduled_files_scheduled_id_scheduled_messages"),
        ),
        sa.PrimaryKeyConstraint("scheduled_id", "file_id", name=op.f("pk_scheduled_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_scheduled_files_file_id")),
    )


def downgrade() -> None:
    op.drop_table("scheduled_files")
    with op.batch_alter_table("scheduled_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_scheduled_messages_send_at")
        batch_op.drop_index(batch_op.f("ix_scheduled_messages_post_id"))
        batch_op.drop_index(batch_op.f("ix_scheduled_messages_parent_id"))
        batch_op.drop_index(batch_op.f("ix_scheduled_messages_conversation_id"))
        batch_op.drop_index("ix_scheduled_messages_author_id_send_at")

    op.drop_table("scheduled_messages")
