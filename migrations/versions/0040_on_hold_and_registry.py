"""Appointments on hold for want of a second factor, and the post that keeps the registry.

Revision: 0040, after 0039. The program that runs then marks those that are there, from the outbox.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.ids import uuid7

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("payload", sa.JSON()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("run_after", sa.DateTime(timezone=True)),
    sa.column("attempts", sa.Integer()),
)
MARK = "accounts.hold"


def upgrade() -> None:
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("on_hold", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("keeps_registry", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute("UPDATE messages SET sent_hash = '' WHERE deleted_at IS NOT NULL")
    op.execute("UPDATE publication_versions SET sha256 = '' WHERE removed_at IS NOT NULL")
    if op.get_bind().execute(sa.text("SELECT 1 FROM agencies LIMIT 1")).first():
        now = datetime.now(UTC)
        row = {"id": uuid7(), "kind": MARK, "payload": {}, "attempts": 0}
        op.bulk_insert(OUTBOX, [{**row, "created_at": now, "run_after": now}])


def downgrade() -> None:
    op.execute(OUTBOX.delete().where(OUTBOX.c.kind == MARK))
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_column("on_hold")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_column("keeps_registry")
