"""What people say of what they do, posts they keep, and how a talk with a counterpart began.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW = (
    ("post_functions", "strength", sa.Double(), sa.text("1")),
    ("people", "open_to_questions", sa.Boolean(), sa.false()),
    ("people", "is_suggested", sa.Boolean(), sa.true()),
)


def upgrade() -> None:
    for table, name, kind, default in NEW:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opening", sa.JSON(), nullable=True))
    _kept_posts()
    _mailed_messages()


def downgrade() -> None:
    op.drop_table("mailed_messages")
    op.drop_table("kept_posts")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("opening")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("confirmed_on")
    for table, name, _kind, _default in reversed(NEW):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)


def _kept_posts() -> None:
    op.create_table(
        "kept_posts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("list_name", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_kept_posts_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_kept_posts_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_posts")),
        sa.UniqueConstraint("person_id", "post_id", name=op.f("uq_kept_posts_person_id_post_id")),
    )
    op.create_index(op.f("ix_kept_posts_post_id"), "kept_posts", ["post_id"])


def _mailed_messages() -> None:
    op.create_table(
        "mailed_messages",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_mailed_messages_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mailed_messages_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_messages")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_messages_token_hash")),
    )
    op.create_index(op.f("ix_mailed_messages_message_id"), "mailed_messages", ["message_id"])
    op.create_index(
        "ix_mailed_messages_person_id_created_at", "mailed_messages", ["person_id", "created_at"]
    )
