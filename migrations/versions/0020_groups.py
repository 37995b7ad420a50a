"""Groups: what they are about, how one joins, who was asked; people are told of them.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_policies",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("makers", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_group_policies_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_group_policies")),
    )
    op.create_table(
        "groups",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("joining", sa.String(length=20), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("welcome", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_groups_created_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_groups_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("space_id", name=op.f("pk_groups")),
    )
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_groups_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_groups_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "group_invitations",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("is_request", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_group_invitations_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["people.id"],
            name=op.f("fk_group_invitations_answered_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_group_invitations_asked_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_group_invitations_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["groups.space_id"], name=op.f("fk_group_invitations_space_id_groups")
        ),
        sa.PrimaryKeyConstraint("space_id", "person_id", name=op.f("pk_group_invitations")),
    )
    with op.batch_alter_table("group_invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_invitations_agency_id"), ["agency_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_group_invitations_answered_by_id"), ["answered_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_group_invitations_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_group_invitations_person_id_answered_at", ["person_id", "answered_at"], unique=False
        )
        batch_op.create_index(
            "ix_group_invitations_space_id_answered_at", ["space_id", "answered_at"], unique=False
        )

    op.create_table(
        "group_topics",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("function_code", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["function_code"],
            ["functions.code"],
            name=op.f("fk_group_topics_function_code_functions"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["groups.space_id"], name=op.f("fk_group_topics_space_id_groups")
        ),
        sa.PrimaryKeyConstraint("space_id", "function_code", name=op.f("pk_group_topics")),
    )
    with op.batch_alter_table("group_topics", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_topics_function_code"), ["function_code"], unique=False
        )

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("space_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_notifications_space_id"), ["space_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_space_id_spaces"), "spaces", ["space_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notifications_space_id_spaces"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notifications_space_id"))
        batch_op.drop_column("space_id")

    with op.batch_alter_table("group_topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_topics_function_code"))

    op.drop_table("group_topics")
    with op.batch_alter_table("group_invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_group_invitations_space_id_answered_at")
        batch_op.drop_index("ix_group_invitations_person_id_answered_at")
        batch_op.drop_index(batch_op.f("ix_group_invitations_asked_by_id"))
        batch_op.drop_index(batch_op.f("ix_group_invitations_answered_by_id"))
        batch_op.drop_index(batch_op.f("ix_group_invitations_agency_id"))

    op.drop_table("group_invitations")
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_groups_sort_key"))
        batch_op.drop_index(batch_op.f("ix_groups_created_by_id"))

    op.drop_table("groups")
    op.drop_table("group_policies")
