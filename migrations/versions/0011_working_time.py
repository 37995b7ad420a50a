"""When agencies work, their calendars, who is on duty, what people chose for themselves.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "working_times",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("is_quiet_outside", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_working_times_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_working_times")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("is_holiday", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_calendar_days_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "own_hours",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_always", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=True),
        sa.Column("closes", sa.String(length=5), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_own_hours_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_own_hours")),
    )
    op.create_table(
        "duties",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_duties_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_duties_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint(
            "agency_id", "person_id", "since", name=op.f("uq_duties_agency_id_person_id_since")
        ),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index("ix_duties_person_id_until", ["person_id", "until"], unique=False)
        batch_op.create_index("ix_duties_agency_id_since", ["agency_id", "since"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index("ix_duties_agency_id_since")
        batch_op.drop_index("ix_duties_person_id_until")

    op.drop_table("duties")
    op.drop_table("own_hours")
    op.drop_table("calendar_days")
    op.drop_table("working_times")
