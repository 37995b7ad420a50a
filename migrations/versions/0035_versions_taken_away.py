"""What an earlier version said can be taken away for good; that it was, and by whom, stays.

Revision: 0035, after 0034.
"""

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.types import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("message_versions", "publication_versions")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("removed_at", UTCDateTime(), nullable=True))
            batch_op.add_column(sa.Column("removed_by_id", sa.Uuid(), nullable=True))
            batch_op.create_index(
                batch_op.f(f"ix_{table}_removed_by_id"), ["removed_by_id"], unique=False
            )
            batch_op.create_foreign_key(
                batch_op.f(f"fk_{table}_removed_by_id_people"), "people", ["removed_by_id"], ["id"]
            )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(
                batch_op.f(f"fk_{table}_removed_by_id_people"), type_="foreignkey"
            )
            batch_op.drop_index(batch_op.f(f"ix_{table}_removed_by_id"))
            batch_op.drop_column("removed_by_id")
            batch_op.drop_column("removed_at")
