"""What was imported is found a moment later: a list of what is still to be written into the index.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_owed",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_search_owed")),
    )


def downgrade() -> None:
    op.drop_table("search_owed")
