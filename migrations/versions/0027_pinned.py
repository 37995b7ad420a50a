"""What is kept on top is found without looking at all that was ever published.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PINNED = sa.text("pinned_until IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_publications_pinned_until",
        "publications",
        ["pinned_until"],
        sqlite_where=PINNED,
        postgresql_where=PINNED,
    )


def downgrade() -> None:
    op.drop_index("ix_publications_pinned_until", table_name="publications")
