"""Versions keep what was said of their pictures when they were published.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "publication_versions",
        sa.Column("described", sa.JSON(), nullable=False, server_default="{}"),
    )
    with op.batch_alter_table("publication_versions") as table:
        table.alter_column("described", server_default=None)


def downgrade() -> None:
    op.drop_column("publication_versions", "described")
