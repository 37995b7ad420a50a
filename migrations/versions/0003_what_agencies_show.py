"""An agency may leave the directory of the network, and keep contact details to itself.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FLAGS = ("in_directory", "contact_outside")


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        for name in FLAGS:
            column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true())
            batch_op.add_column(column)
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        for name in FLAGS:
            batch_op.alter_column(name, existing_type=sa.Boolean(), server_default=None)
    op.create_index(
        "ix_agencies_hidden",
        "agencies",
        ["id"],
        sqlite_where=sa.text("in_directory = 0"),
        postgresql_where=sa.text("NOT in_directory"),
    )


def downgrade() -> None:
    op.drop_index("ix_agencies_hidden", "agencies")
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        for name in reversed(FLAGS):
            batch_op.drop_column(name)
