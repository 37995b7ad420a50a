"""People whom a provider knows and who were not let in.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty."""
    op.create_table(
        "refused_arrivals",
        sa.Column(
            "provider_id",
            sa.Uuid(),
            sa.ForeignKey("identity_providers.id"),
            primary_key=True,
        ),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_refused_arrivals_last_at", "refused_arrivals", ["last_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("refused_arrivals")
