"""Whether a package of a request for access was made while direct messages were read.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a package of a request with an agreement may have such messages."""
    op.add_column(
        "access_packages",
        sa.Column("with_private", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    packages = sa.table("access_packages", sa.column("request_id"), sa.column("with_private"))
    requests = sa.table("access_requests", sa.column("id"), sa.column("private_until"))
    agreed = sa.select(requests.c.id).where(requests.c.private_until.is_not(None))
    op.execute(
        packages.update().where(packages.c.request_id.in_(agreed)).values(with_private=sa.true())
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("access_packages", "with_private")
