"""What files say, to be found by it; and every message there is goes into the index, in slices.

Revision: 0005, after 0004.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.ids import uuid7

revision = "0005"
down_revision = "0004"
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
FILL = "messages.fill_index"


def upgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("text_state", sa.String(length=20), nullable=True))
    op.create_index(
        "ix_search_documents_at",
        "search_documents",
        ["at"],
        sqlite_where=sa.text("at IS NOT NULL"),
        postgresql_where=sa.text("at IS NOT NULL"),
    )
    if op.get_bind().execute(sa.text("SELECT 1 FROM messages LIMIT 1")).first():
        now = datetime.now(UTC)
        row = {"id": uuid7(), "kind": FILL, "payload": {}, "attempts": 0}
        op.bulk_insert(OUTBOX, [{**row, "created_at": now, "run_after": now}])


def downgrade() -> None:
    op.execute(
        sa.text("DELETE FROM outbox WHERE kind IN ('messages.fill_index', 'files.read_text')")
    )
    op.execute(sa.text("DELETE FROM search_documents WHERE kind IN ('message', 'file')"))
    op.drop_index("ix_search_documents_at", "search_documents")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_column("text_state")
        batch_op.drop_column("text")
