"""What is written to a vacant post is read by the post to which it leads.

Revision: 0039, after 0038. The program that runs then reckons all agencies, from the outbox.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.ids import uuid7

revision = "0039"
down_revision = "0038"
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
FILL = "agencies.onward"
NAMED = sa.text("fallback_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("onward_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_posts_onward_id"), ["onward_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_posts_onward_id_posts"), "posts", ["onward_id"], ["id"]
        )
        batch_op.drop_index(batch_op.f("ix_posts_fallback_id"))
        batch_op.create_index(
            "ix_posts_fallback_id", ["fallback_id"], sqlite_where=NAMED, postgresql_where=NAMED
        )
    if op.get_bind().execute(sa.text("SELECT 1 FROM agencies LIMIT 1")).first():
        now = datetime.now(UTC)
        row = {"id": uuid7(), "kind": FILL, "payload": {}, "attempts": 0}
        op.bulk_insert(OUTBOX, [{**row, "created_at": now, "run_after": now}])


def downgrade() -> None:
    op.execute(OUTBOX.delete().where(OUTBOX.c.kind == FILL))
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_posts_onward_id_posts"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_posts_onward_id"))
        batch_op.drop_column("onward_id")
        batch_op.drop_index("ix_posts_fallback_id")
        batch_op.create_index(batch_op.f("ix_posts_fallback_id"), ["fallback_id"], unique=False)
