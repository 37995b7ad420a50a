"""Roles beside that of the administrator, with dates and a deputy.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: who has administered until now is an administrator, without a deputy."""
    with op.batch_alter_table("administrations") as table:
        table.add_column(
            sa.Column("role", sa.String(20), server_default="administrator", nullable=False)
        )
        table.add_column(sa.Column("since", sa.DateTime(timezone=True)))
        table.add_column(
            sa.Column("deputy_post_id", sa.Uuid(), sa.ForeignKey("posts.id", name="deputy_post"))
        )
        table.create_index("ix_administrations_deputy_post_id", ["deputy_post_id"])
    op.add_column(
        "appointments",
        sa.Column("keeps_role", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Drop the columns, and the roles that the old version would take for administrators."""
    op.execute("DELETE FROM administrations WHERE role <> 'administrator'")
    op.drop_column("appointments", "keeps_role")
    with op.batch_alter_table("administrations") as table:
        table.drop_index("ix_administrations_deputy_post_id")
        table.drop_column("deputy_post_id")
        table.drop_column("since")
        table.drop_column("role")
