"""Proofs say whose people they name, so that nobody takes one of people who are theirs no more.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proofs", sa.Column("unit_paths", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("proofs", "unit_paths")
