"""Notifications: what people are told, where it went, what they chose; what may leave by mail.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rhythm", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_digest_choices_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_choices")),
    )
    op.create_table(
        "feed_keys",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_feed_keys_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feed_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_feed_keys_key_hash")),
    )
    op.create_table(
        "first_steps_ends",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_first_steps_ends_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_first_steps_ends")),
    )
    op.create_table(
        "notification_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mail", sa.String(length=20), nullable=False),
        sa.Column("push", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notification_choices_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notification_choices")),
    )
    op.create_table(
        "notifications",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("rings_always", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_notifications_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_notifications_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notifications_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_notifications_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notifications_person_id_key")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notifications_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index("ix_notifications_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notifications_message_id"), ["message_id"], unique=False
        )
        batch_op.create_index(
            "ix_notifications_person_id_created_at", ["person_id", "created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_notifications_publication_id"), ["publication_id"], unique=False
        )
        batch_op.create_index(
            "ix_notifications_unseen",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )

    op.create_table(
        "deliveries",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("because", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_deliveries_notification_id_notifications"),
        ),
        sa.PrimaryKeyConstraint("notification_id", "channel", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_settled_at", ["settled_at"], unique=False)
        batch_op.create_index("ix_deliveries_state_due_at", ["state", "due_at"], unique=False)

    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("mail_content", sa.String(length=20), nullable=False, server_default="title")
        )
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.alter_column(
            "mail_content", existing_type=sa.String(length=20), server_default=None
        )

    op.create_table(
        "conversation_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("telling", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_choices_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_conversation_choices_person_id_people")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "conversation_id", name=op.f("pk_conversation_choices")
        ),
    )
    with op.batch_alter_table("conversation_choices", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversation_choices_conversation_id",
            ["conversation_id", "telling"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("conversation_choices", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_choices_conversation_id")

    op.drop_table("conversation_choices")
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.drop_column("mail_content")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_state_due_at")
        batch_op.drop_index("ix_deliveries_settled_at")

    op.drop_table("deliveries")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notifications_unseen",
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_notifications_publication_id"))
        batch_op.drop_index("ix_notifications_person_id_created_at")
        batch_op.drop_index(batch_op.f("ix_notifications_message_id"))
        batch_op.drop_index("ix_notifications_created_at")
        batch_op.drop_index(batch_op.f("ix_notifications_conversation_id"))

    op.drop_table("notifications")
    op.drop_table("notification_choices")
    op.drop_table("first_steps_ends")
    op.drop_table("feed_keys")
    op.drop_table("digest_choices")
