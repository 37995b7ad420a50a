"""Whether people may be told outside the hours of their agency by their own choice.

Revision: 0036, after 0035. Until an agency says so they may not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("working_times", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lets_loosen", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("working_times", schema=None) as batch_op:
        batch_op.drop_column("lets_loosen")
