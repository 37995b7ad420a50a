"""What people keep for themselves: threads they follow, saved messages, drafts, favourites.

Revision: 0045, after 0044. Who wrote in a thread, or began it, follows it from then on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

FOLLOW = """
INSERT INTO thread_places (
    person_id, parent_id, conversation_id, state, read_seq, unread, mentioned, last_at
)
SELECT wrote.person_id, wrote.parent_id, replied.conversation_id, 'followed',
       replied.last_seq, 0, 0, replied.last_at
FROM (
    SELECT author_id AS person_id, parent_id FROM messages WHERE parent_id IS NOT NULL
    UNION
    SELECT author_id AS person_id, id AS parent_id FROM messages WHERE reply_count > 0
) AS wrote
JOIN (
    SELECT parent_id, conversation_id, MAX(seq) AS last_seq, MAX(created_at) AS last_at
    FROM messages WHERE parent_id IS NOT NULL GROUP BY parent_id, conversation_id
) AS replied ON replied.parent_id = wrote.parent_id
"""


def upgrade() -> None:
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_favourite", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_index("ix_mentions_newest", "mentions", ["person_id", "message_id"])
    op.create_table(
        "thread_places",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("mentioned", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_thread_places_list", "thread_places", ["person_id", "state", "last_at", "parent_id"]
    )
    op.create_index(
        "ix_thread_places_unread",
        "thread_places",
        ["person_id"],
        sqlite_where=sa.text("unread > 0"),
        postgresql_where=sa.text("unread > 0"),
    )
    op.create_index("ix_thread_places_parent_id", "thread_places", ["parent_id"])
    op.create_index(
        "ix_thread_places_conversation_id", "thread_places", ["conversation_id", "person_id"]
    )
    op.execute(FOLLOW)
    op.create_table(
        "saved_messages",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("remind_at", sa.DateTime(timezone=True)),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "ix_saved_messages_list",
        "saved_messages",
        ["person_id", "done_at", "saved_at", "message_id"],
    )
    op.create_index("ix_saved_messages_message_id", "saved_messages", ["message_id"])
    op.create_index("ix_saved_messages_remind_at", "saved_messages", ["remind_at"])
    op.create_table(
        "message_drafts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("place", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "place"),
    )
    op.create_index("ix_message_drafts_list", "message_drafts", ["person_id", "updated_at"])
    op.create_index("ix_message_drafts_conversation_id", "message_drafts", ["conversation_id"])
    op.create_index("ix_message_drafts_parent_id", "message_drafts", ["parent_id"])


def downgrade() -> None:
    op.drop_table("message_drafts")
    op.drop_table("saved_messages")
    op.drop_table("thread_places")
    op.drop_index("ix_mentions_newest", table_name="mentions")
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_column("is_favourite")
