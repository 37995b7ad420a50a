"""Hand-overs of posts, and groups lent to a head during a vacancy.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty, and the column of lent groups."""
    instant = sa.DateTime(timezone=True)

    def appointment(*, is_key: bool = True) -> "sa.Column[object]":
        target = sa.ForeignKey("appointments.id")
        return sa.Column("appointment_id", sa.Uuid(), target, primary_key=is_key, nullable=False)

    op.create_table(
        "hand_overs",
        appointment(),
        sa.Column("words", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("edition", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("written_at", instant),
        sa.Column("settled_at", instant),
    )
    op.create_table(
        "hand_over_checks",
        sa.Column("id", sa.Uuid(), primary_key=True),
        appointment(is_key=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
    )
    op.create_index("ix_hand_over_checks_appointment_id", "hand_over_checks", ["appointment_id"])
    op.create_table(
        "hand_over_lines",
        appointment(),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("thing_id", sa.Uuid(), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.Column("offered_at", instant),
        sa.Column("accepted_at", instant),
        sa.Column("accepted_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_hand_over_lines_accepted_by_id", "hand_over_lines", ["accepted_by_id"])
    op.create_table(
        "hand_over_notices",
        appointment(),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("told_at", instant, nullable=False),
    )
    op.create_index("ix_hand_over_notices_person_id", "hand_over_notices", ["person_id"])
    with op.batch_alter_table("groups") as groups:
        groups.add_column(sa.Column("lent_by_id", sa.Uuid()))
        groups.create_foreign_key("fk_groups_lent_by_id_posts", "posts", ["lent_by_id"], ["id"])
        groups.create_index("ix_groups_lent_by_id", ["lent_by_id"])


def downgrade() -> None:
    """Drop the tables and the column."""
    with op.batch_alter_table("groups") as groups:
        groups.drop_index("ix_groups_lent_by_id")
        groups.drop_constraint("fk_groups_lent_by_id_posts", type_="foreignkey")
        groups.drop_column("lent_by_id")
    for table in ("hand_over_notices", "hand_over_lines", "hand_over_checks", "hand_overs"):
        op.drop_table(table)
