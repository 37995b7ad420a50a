"""Events, their times and answers; calendars at secret addresses; case files of conversations.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_keys",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("has_places", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calendar_keys_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_calendar_keys_key_hash")),
    )
    op.create_table(
        "case_files",
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seqs", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_case_files_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_case_files_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_case_files_file_id_files")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_case_files_made_by_id_people")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_case_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_case_files_file_id")),
    )
    op.create_index(op.f("ix_case_files_agency_id"), "case_files", ["agency_id"], unique=False)
    op.create_index(
        op.f("ix_case_files_conversation_id"), "case_files", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_case_files_made_at"), "case_files", ["made_at"], unique=False)
    op.create_index(op.f("ix_case_files_made_by_id"), "case_files", ["made_by_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("change_note", sa.String(length=300), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=300), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["people.id"], name=op.f("fk_events_cancelled_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_events_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_cancelled_by_id"), "events", ["cancelled_by_id"], unique=False)
    op.create_index(op.f("ix_events_reckoned_at"), "events", ["reckoned_at"], unique=False)
    op.create_table(
        "event_answers",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("recurrence", sa.String(length=15), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_event_answers_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_event_answers_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_event_answers_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["events.publication_id"],
            name=op.f("fk_event_answers_publication_id_events"),
        ),
        sa.PrimaryKeyConstraint(
            "publication_id", "recurrence", "person_id", name=op.f("pk_event_answers")
        ),
    )
    op.create_index(
        op.f("ix_event_answers_agency_id"), "event_answers", ["agency_id"], unique=False
    )
    op.create_index(
        "ix_event_answers_person_id",
        "event_answers",
        ["person_id", "answer", "publication_id"],
        unique=False,
    )
    op.create_index(op.f("ix_event_answers_post_id"), "event_answers", ["post_id"], unique=False)
    op.create_index(
        "ix_event_answers_waiting",
        "event_answers",
        ["publication_id", "recurrence", "waiting"],
        unique=False,
        sqlite_where=sa.text("waiting IS NOT NULL"),
        postgresql_where=sa.text("waiting IS NOT NULL"),
    )
    op.create_table(
        "event_exceptions",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("recurrence", sa.String(length=15), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=True),
        sa.Column("ends", sa.DateTime(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["events.publication_id"],
            name=op.f("fk_event_exceptions_publication_id_events"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "recurrence", name=op.f("pk_event_exceptions")),
    )
    op.create_table(
        "event_minutes",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("recurrence", sa.String(length=15), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["events.publication_id"],
            name=op.f("fk_event_minutes_publication_id_events"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["people.id"], name=op.f("fk_event_minutes_written_by_id_people")
        ),
        sa.PrimaryKeyConstraint("publication_id", "recurrence", name=op.f("pk_event_minutes")),
    )
    op.create_index(
        op.f("ix_event_minutes_written_by_id"), "event_minutes", ["written_by_id"], unique=False
    )
    op.create_table(
        "event_occurrences",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("recurrence", sa.String(length=15), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["events.publication_id"],
            name=op.f("fk_event_occurrences_publication_id_events"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "recurrence", name=op.f("pk_event_occurrences")),
    )
    op.create_index(
        "ix_event_occurrences_not_reminded",
        "event_occurrences",
        ["starts_at"],
        unique=False,
        sqlite_where=sa.text("reminded_at IS NULL"),
        postgresql_where=sa.text("reminded_at IS NULL"),
    )
    op.create_index(
        "ix_event_occurrences_starts_at",
        "event_occurrences",
        ["starts_at", "publication_id", "ends_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_event_occurrences_starts_at", table_name="event_occurrences")
    op.drop_index(
        "ix_event_occurrences_not_reminded",
        table_name="event_occurrences",
        sqlite_where=sa.text("reminded_at IS NULL"),
        postgresql_where=sa.text("reminded_at IS NULL"),
    )
    op.drop_table("event_occurrences")
    op.drop_index(op.f("ix_event_minutes_written_by_id"), table_name="event_minutes")
    op.drop_table("event_minutes")
    op.drop_table("event_exceptions")
    op.drop_index(
        "ix_event_answers_waiting",
        table_name="event_answers",
        sqlite_where=sa.text("waiting IS NOT NULL"),
        postgresql_where=sa.text("waiting IS NOT NULL"),
    )
    op.drop_index(op.f("ix_event_answers_post_id"), table_name="event_answers")
    op.drop_index("ix_event_answers_person_id", table_name="event_answers")
    op.drop_index(op.f("ix_event_answers_agency_id"), table_name="event_answers")
    op.drop_table("event_answers")
    op.drop_index(op.f("ix_events_reckoned_at"), table_name="events")
    op.drop_index(op.f("ix_events_cancelled_by_id"), table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_case_files_made_by_id"), table_name="case_files")
    op.drop_index(op.f("ix_case_files_made_at"), table_name="case_files")
    op.drop_index(op.f("ix_case_files_conversation_id"), table_name="case_files")
    op.drop_index(op.f("ix_case_files_agency_id"), table_name="case_files")
    op.drop_table("case_files")
    op.drop_table("calendar_keys")
