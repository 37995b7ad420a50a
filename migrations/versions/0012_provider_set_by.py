"""The person who last changed the settings of a provider of identity, and the time.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty: what is in use stays so."""
    with op.batch_alter_table("identity_providers") as table:
        table.add_column(
            sa.Column("set_by_id", sa.Uuid(), sa.ForeignKey("people.id", name="set_by"))
        )
        table.add_column(sa.Column("set_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("identity_providers") as table:
        table.drop_column("set_at")
        table.drop_column("set_by_id")
