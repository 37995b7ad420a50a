"""Notifications name who acted, on which thing, and when.

Revision: 0042, after 0041. For rows that are there the actor is known where a message or a
publication names it; the others go on without.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

# UUIDs are text without hyphens on SQLite, and get them with PostgreSQL's cast.
THING = """
    UPDATE notifications SET acted_at = created_at, thing = CASE
        WHEN publication_id IS NOT NULL
            THEN 'p' || replace(CAST(publication_id AS TEXT), '-', '')
        WHEN conversation_id IS NOT NULL THEN coalesce(
            (SELECT 'p' || replace(CAST(publications.id AS TEXT), '-', '') FROM publications
             WHERE publications.conversation_id = notifications.conversation_id),
            'c' || replace(CAST(conversation_id AS TEXT), '-', ''))
        WHEN space_id IS NOT NULL THEN 'g' || replace(CAST(space_id AS TEXT), '-', '')
        ELSE key
    END
"""
AUTHORS = """
    UPDATE notifications SET actor_id = (
        SELECT messages.author_id FROM messages WHERE messages.id = notifications.message_id)
    WHERE message_id IS NOT NULL
"""
PUBLISHERS = """
    UPDATE notifications SET actor_id = (
        SELECT publications.published_by_id FROM publications
        WHERE publications.id = notifications.publication_id)
    WHERE publication_id IS NOT NULL AND why IN
        ('addressed', 'corrected', 'follow', 'event_invited', 'poll_open', 'idea_new', 'asked')
"""
INDEXES = {
    "ix_notifications_person_id_acted_at": ["person_id", "acted_at"],
    "ix_notifications_person_id_thing": ["person_id", "thing", "acted_at"],
    "ix_notifications_actor_id": ["actor_id"],
    "ix_notifications_actor_post_id": ["actor_post_id"],
}


def upgrade() -> None:
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("thing", sa.String(length=80), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(sa.Column("actor_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("actor_post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "acted_at",
                sa.DateTime(timezone=True),
                nullable=False,
                server_default=sa.func.now(),
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_actor_id_people"), "people", ["actor_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_actor_post_id_posts"), "posts", ["actor_post_id"], ["id"]
        )
    for statement in (THING, AUTHORS, PUBLISHERS):
        op.execute(statement)
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("ix_notifications_person_id_created_at")
        batch_op.drop_index("ix_notifications_unseen")
        for name, columns in INDEXES.items():
            batch_op.create_index(name, columns, unique=False)
        _unseen(batch_op, ["person_id", "thing"])


def downgrade() -> None:
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("ix_notifications_unseen")
        for name in INDEXES:
            batch_op.drop_index(name)
        batch_op.drop_constraint(batch_op.f("fk_notifications_actor_id_people"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_notifications_actor_post_id_posts"), type_="foreignkey"
        )
        for column in ("acted_at", "actor_post_id", "actor_id", "thing"):
            batch_op.drop_column(column)
        batch_op.create_index(
            "ix_notifications_person_id_created_at", ["person_id", "created_at"], unique=False
        )
        _unseen(batch_op, ["person_id"])


def _unseen(batch_op: BatchOperations, columns: list[str]) -> None:
    batch_op.create_index(
        "ix_notifications_unseen",
        columns,
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
