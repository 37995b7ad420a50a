"""Plans of reorganisation, their changes, what an applied one changed, and the notes about it.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty."""
    instant = sa.DateTime(timezone=True)

    def refers(name: str, target: str, *, needed: bool = False) -> "sa.Column[object]":
        return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{target}.id"), nullable=not needed)

    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), primary_key=True),
        refers("agency_id", "agencies", needed=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("applies_at", instant),
        refers("made_by_id", "people"),
        sa.Column("made_at", instant, nullable=False),
        refers("changed_by_id", "people"),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("applied_at", instant),
        sa.Column("undone_at", instant),
        sa.Column("base", sa.JSON()),
        sa.Column("refused", sa.JSON()),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_plans_agency_id", "plans", ["agency_id", "state"])
    is_scheduled = sa.text("state = 'scheduled'")
    op.create_index(
        "ix_plans_applies_at",
        "plans",
        ["applies_at"],
        sqlite_where=is_scheduled,
        postgresql_where=is_scheduled,
    )
    for column in ("made_by_id", "changed_by_id"):
        op.create_index(f"ix_plans_{column}", "plans", [column])
    op.create_table(
        "plan_changes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        refers("plan_id", "plans", needed=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        refers("unit_id", "units"),
        refers("post_id", "posts"),
        sa.Column("values", sa.JSON(), nullable=False),
        refers("added_by_id", "people"),
        refers("changed_by_id", "people"),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_plan_changes_plan_id", "plan_changes", ["plan_id", "position"])
    for column in ("unit_id", "post_id", "added_by_id", "changed_by_id"):
        op.create_index(f"ix_plan_changes_{column}", "plan_changes", [column])
    op.create_table(
        "plan_images",
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("plans.id"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("rows", sa.JSON(), nullable=False),
    )
    op.create_table(
        "plan_notes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        refers("plan_id", "plans", needed=True),
        refers("person_id", "people", needed=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_at", instant, nullable=False),
    )
    op.create_index("ix_plan_notes_plan_id", "plan_notes", ["plan_id", "person_id"])
    op.create_index("ix_plan_notes_person_id", "plan_notes", ["person_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("plan_notes", "plan_images", "plan_changes", "plans"):
        op.drop_table(table)
