"""Functions of posts together with level, kind, size and place, as tags.

Revision: 0031, after 0030. On PostgreSQL, which asks by these tags, they are there at once, and
the directory is written anew for what the program before may still write meanwhile.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.ids import uuid7

revision = "0031"
down_revision = "0030"
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
FILL = "directory.fill"
WHEN_ALL_ARE_NEW = timedelta(minutes=10)
TAGGED = """
    UPDATE search_documents SET tags = (
        SELECT string_agg(tag, ' ' ORDER BY tag COLLATE "C") FROM (
            SELECT unnest(string_to_array(tags, ' ')) AS tag
            UNION SELECT 'xy' || substr(done, 3) || substr(trait, 2)
                FROM unnest(string_to_array(tags, ' ')) AS done,
                    unnest(string_to_array(tags, ' ')) AS trait
                WHERE done LIKE 'xf%' AND trait ~ '^x[ltzp]'
        ) AS every
    )
    WHERE kind = 'post' AND tags LIKE '%xf%'
"""
UNTAGGED = """
    UPDATE search_documents SET tags = (
        SELECT string_agg(tag, ' ' ORDER BY tag COLLATE "C")
        FROM unnest(string_to_array(tags, ' ')) AS tag WHERE tag !~ '^xy'
    )
    WHERE kind = 'post' AND tags LIKE '%xy%'
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(TAGGED)
    if op.get_bind().execute(sa.text("SELECT 1 FROM agencies LIMIT 1")).first():
        now = datetime.now(UTC)
        row = {"id": uuid7(), "kind": FILL, "payload": {}, "attempts": 0, "created_at": now}
        op.bulk_insert(OUTBOX, [{**row, "run_after": now + WHEN_ALL_ARE_NEW}])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(UNTAGGED)
