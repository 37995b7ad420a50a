"""Files of own data.

Revision: 0021, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "own_data_files",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", instant),
        sa.Column("sha256", sa.String(64)),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), unique=True),
    )
    op.create_index("ix_own_data_files_made_at", "own_data_files", ["made_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("own_data_files")
