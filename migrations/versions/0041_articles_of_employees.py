"""Articles of every employee, and their approval.

Revision: 0041, after 0040.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

IS_SUBMITTED = sa.text("submitted_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("articles", sa.String(length=20), nullable=False, server_default="off")
        )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("by_employee", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True)))
        batch_op.add_column(
            sa.Column("review_note", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("approved_by_id", sa.Uuid()))
        batch_op.create_foreign_key(
            "fk_publications_approved_by_id_people", "people", ["approved_by_id"], ["id"]
        )
        batch_op.create_index("ix_publications_approved_by_id", ["approved_by_id"])
        batch_op.create_index(
            "ix_publications_submitted_at",
            ["submitted_at"],
            sqlite_where=IS_SUBMITTED,
            postgresql_where=IS_SUBMITTED,
        )
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.alter_column("articles", server_default=None)
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.alter_column("by_employee", server_default=None)
        batch_op.alter_column("review_note", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_index("ix_publications_submitted_at")
        batch_op.drop_index("ix_publications_approved_by_id")
        batch_op.drop_constraint("fk_publications_approved_by_id_people", type_="foreignkey")
        for name in ("approved_by_id", "review_note", "submitted_at", "by_employee"):
            batch_op.drop_column(name)
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.drop_column("articles")
