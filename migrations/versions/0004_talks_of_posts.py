"""Talks that belong to a post, fallbacks that ask another agency, absences as instants.

Revision: 0004, after 0003.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

USUAL_ZONE = "Europe/Madrid"


def upgrade() -> None:
    op.create_table(
        "told_speakers",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_told_speakers_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_told_speakers_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_told_speakers")),
    )
    op.create_index(op.f("ix_told_speakers_person_id"), "told_speakers", ["person_id"])
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_conversations_post_id_posts"), "posts", ["post_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_conversations_post_id"), ["post_id"], unique=False)
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fallback_asked_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_posts_fallback_asked_id_posts"), "posts", ["fallback_asked_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_posts_fallback_asked_id"), ["fallback_asked_id"], unique=False
        )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    reckon_absences()
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.alter_column("since", nullable=False)
        batch_op.alter_column("until", nullable=False)
        batch_op.create_index("ix_absences_since", ["since"], unique=False)
        batch_op.create_index("ix_absences_until", ["until"], unique=False)


def reckon_absences() -> None:
    """Give each absence the instants of its days, in the zone of the person's oldest post."""
    connection = op.get_bind()
    day, instant, key = sa.Date(), sa.DateTime(timezone=True), sa.Uuid()
    absences = sa.table(
        "absences",
        *(sa.column("id", key), sa.column("person_id", key)),
        *(sa.column("starts_on", day), sa.column("ends_on", day)),
        *(sa.column("since", instant), sa.column("until", instant)),
    )
    appointments = sa.table(
        "appointments",
        *(sa.column("person_id", key), sa.column("post_id", key), sa.column("since", instant)),
    )
    posts = sa.table("posts", sa.column("id", key), sa.column("agency_id", key))
    agencies = sa.table("agencies", sa.column("id", key), sa.column("time_zone", sa.String()))
    zones = {
        row.person_id: row.time_zone
        for row in connection.execute(
            sa.select(appointments.c.person_id, agencies.c.time_zone)
            .join(posts, posts.c.id == appointments.c.post_id)
            .join(agencies, agencies.c.id == posts.c.agency_id)
            .where(appointments.c.person_id.in_(sa.select(absences.c.person_id)))
            .order_by(appointments.c.since.desc())
        )
    }
    for row in connection.execute(sa.select(absences)).all():
        zone = ZoneInfo(zones.get(row.person_id, USUAL_ZONE))
        connection.execute(
            sa.update(absences)
            .where(absences.c.id == row.id)
            .values(
                since=begin_of(row.starts_on, zone),
                until=begin_of(row.ends_on + timedelta(days=1), zone),
            )
        )


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def downgrade() -> None:
    # A post's talk is none of an older version's: it goes, with what was said in it.
    connection = op.get_bind()
    talks = "(SELECT id FROM conversations WHERE kind = 'post')"
    said = f"(SELECT id FROM messages WHERE conversation_id IN {talks})"  # noqa: S608 - our words
    for table in ("message_versions", "reactions", "mentions", "message_files"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE message_id IN {said}")  # noqa: S608 - our words
    connection.exec_driver_sql(
        f"DELETE FROM messages WHERE conversation_id IN {talks} AND parent_id IS NOT NULL"  # noqa: S608 - our words
    )
    for table in ("messages", "participants", "places"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE conversation_id IN {talks}")  # noqa: S608 - our words
    connection.exec_driver_sql("DELETE FROM conversations WHERE kind = 'post'")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_until")
        batch_op.drop_index("ix_absences_since")
        batch_op.drop_column("until")
        batch_op.drop_column("since")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_fallback_asked_id"))
        batch_op.drop_constraint(batch_op.f("fk_posts_fallback_asked_id_posts"), type_="foreignkey")
        batch_op.drop_column("fallback_asked_id")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_post_id"))
        batch_op.drop_constraint(batch_op.f("fk_conversations_post_id_posts"), type_="foreignkey")
        batch_op.drop_column("post_id")
    op.drop_index(op.f("ix_told_speakers_person_id"), table_name="told_speakers")
    op.drop_table("told_speakers")
