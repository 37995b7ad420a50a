"""Reports, decisions and appeals; who moderates, who is muted; the rules of a house.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OPEN = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "hidden_profiles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("photo_key", sa.String(length=80), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hidden_profiles_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidden_profiles")),
    )
    with op.batch_alter_table("hidden_profiles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hidden_profiles_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "agency_weeks",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=True),
        sa.Column("publications", sa.Integer(), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=True),
        sa.Column("hours_to_answer", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_agency_weeks_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "starts_on", name=op.f("pk_agency_weeks")),
    )
    op.create_table(
        "house_rules",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_house_rules_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["people.id"], name=op.f("fk_house_rules_changed_by_id_people")
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_house_rules")),
    )
    with op.batch_alter_table("house_rules", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_house_rules_changed_by_id"), ["changed_by_id"], unique=False
        )

    op.create_table(
        "space_moderators",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("named_by_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["people.id"], name=op.f("fk_space_moderators_named_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_space_moderators_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_space_moderators_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("space_id", "person_id", name=op.f("pk_space_moderators")),
    )
    with op.batch_alter_table("space_moderators", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_space_moderators_named_by_id"), ["named_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_space_moderators_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "space_mutes",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["muted_by_id"], ["people.id"], name=op.f("fk_space_mutes_muted_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_space_mutes_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_space_mutes_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space_mutes")),
    )
    with op.batch_alter_table("space_mutes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_space_mutes_muted_by_id"), ["muted_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_space_mutes_person_id_space_id", ["person_id", "space_id", "until"], unique=False
        )
        batch_op.create_index("ix_space_mutes_space_id", ["space_id"], unique=False)

    op.create_table(
        "hidden_messages",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("called", sa.JSON(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_hidden_messages_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_hidden_messages")),
    )
    op.create_table(
        "moderation_cases",
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("open_key", sa.String(length=60), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("mute_id", sa.Uuid(), nullable=True),
        sa.Column("hidden_profile_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_words", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_moderation_cases_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_moderation_cases_author_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_moderation_cases_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["spaces.id"], name=op.f("fk_moderation_cases_desk_id_spaces")
        ),
        sa.ForeignKeyConstraint(
            ["hidden_profile_id"],
            ["hidden_profiles.id"],
            name=op.f("fk_moderation_cases_hidden_profile_id_hidden_profiles"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_moderation_cases_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["mute_id"], ["space_mutes.id"], name=op.f("fk_moderation_cases_mute_id_space_mutes")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_moderation_cases_publication_id_publications"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_moderation_cases_space_id_spaces")
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"],
            ["people.id"],
            name=op.f("fk_moderation_cases_taken_back_by_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_cases")),
        sa.UniqueConstraint("open_key", name=op.f("uq_moderation_cases_open_key")),
    )
    with op.batch_alter_table("moderation_cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_moderation_cases_agency_id_opened_at", ["agency_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "ix_moderation_cases_author_id_decided_at", ["author_id", "decided_at"], unique=False
        )
        batch_op.create_index("ix_moderation_cases_decided_at", ["decided_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_moderation_cases_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_moderation_cases_desk_id_opened_at", ["desk_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_cases_hidden_profile_id"), ["hidden_profile_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_cases_message_id"), ["message_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_moderation_cases_mute_id"), ["mute_id"], unique=False)
        batch_op.create_index(
            "ix_moderation_cases_open",
            ["desk_id", "agency_id", "opened_at"],
            unique=False,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_cases_publication_id"), ["publication_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_cases_space_id"), ["space_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_cases_taken_back_by_id"), ["taken_back_by_id"], unique=False
        )

    op.create_table(
        "moderation_appeals",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_moderation_appeals_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_cases.id"],
            name=op.f("fk_moderation_appeals_case_id_moderation_cases"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["people.id"],
            name=op.f("fk_moderation_appeals_decided_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["spaces.id"], name=op.f("fk_moderation_appeals_desk_id_spaces")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_moderation_appeals")),
    )
    with op.batch_alter_table("moderation_appeals", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_appeals_agency_id", ["agency_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_moderation_appeals_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_moderation_appeals_open",
            ["desk_id", "agency_id"],
            unique=False,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )

    op.create_table(
        "moderation_reports",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_cases.id"],
            name=op.f("fk_moderation_reports_case_id_moderation_cases"),
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["people.id"], name=op.f("fk_moderation_reports_reporter_id_people")
        ),
        sa.PrimaryKeyConstraint("case_id", "reporter_id", name=op.f("pk_moderation_reports")),
    )
    with op.batch_alter_table("moderation_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_moderation_reports_reporter_id_reported_at",
            ["reporter_id", "reported_at"],
            unique=False,
        )

    op.add_column("messages", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("publications", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "notifications",
        sa.Column("path", sa.String(length=120), nullable=False, server_default=""),
    )
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.alter_column("path", server_default=None)


def downgrade() -> None:
    op.drop_column("publications", "hidden_at")
    op.drop_column("notifications", "path")
    op.drop_column("messages", "hidden_at")
    with op.batch_alter_table("moderation_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_reports_reporter_id_reported_at")

    op.drop_table("moderation_reports")
    with op.batch_alter_table("moderation_appeals", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_appeals_open")
        batch_op.drop_index("ix_moderation_appeals_decided_by_id")
        batch_op.drop_index("ix_moderation_appeals_agency_id")

    op.drop_table("moderation_appeals")
    with op.batch_alter_table("moderation_cases", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_cases_taken_back_by_id")
        batch_op.drop_index("ix_moderation_cases_space_id")
        batch_op.drop_index("ix_moderation_cases_publication_id")
        batch_op.drop_index("ix_moderation_cases_open")
        batch_op.drop_index("ix_moderation_cases_mute_id")
        batch_op.drop_index("ix_moderation_cases_message_id")
        batch_op.drop_index("ix_moderation_cases_hidden_profile_id")
        batch_op.drop_index("ix_moderation_cases_desk_id_opened_at")
        batch_op.drop_index("ix_moderation_cases_decided_by_id")
        batch_op.drop_index("ix_moderation_cases_decided_at")
        batch_op.drop_index("ix_moderation_cases_author_id_decided_at")
        batch_op.drop_index("ix_moderation_cases_agency_id_opened_at")

    op.drop_table("moderation_cases")
    op.drop_table("hidden_messages")
    with op.batch_alter_table("space_mutes", schema=None) as batch_op:
        batch_op.drop_index("ix_space_mutes_space_id")
        batch_op.drop_index("ix_space_mutes_person_id_space_id")
        batch_op.drop_index("ix_space_mutes_muted_by_id")

    op.drop_table("space_mutes")
    with op.batch_alter_table("space_moderators", schema=None) as batch_op:
        batch_op.drop_index("ix_space_moderators_person_id")
        batch_op.drop_index("ix_space_moderators_named_by_id")

    op.drop_table("space_moderators")
    with op.batch_alter_table("house_rules", schema=None) as batch_op:
        batch_op.drop_index("ix_house_rules_changed_by_id")

    op.drop_table("house_rules")
    with op.batch_alter_table("hidden_profiles", schema=None) as batch_op:
        batch_op.drop_index("ix_hidden_profiles_person_id")

    op.drop_table("hidden_profiles")
    op.drop_table("agency_weeks")
