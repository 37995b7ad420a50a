"""What finding people needs: words by their beginning, appointments by their first day.

Revision: 0008, after 0007. An installation from before writes its directory into the index.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.ids import uuid7

revision = "0008"
down_revision = "0007"
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
FILL, FOLLOW = "directory.fill", "directory.follow"


def upgrade() -> None:
    op.create_index("ix_appointments_starts_on", "appointments", ["starts_on"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE search_words ALTER COLUMN word TYPE varchar(40) COLLATE "C"')
    if op.get_bind().execute(sa.text("SELECT 1 FROM agencies LIMIT 1")).first():
        now = datetime.now(UTC)
        row = {"id": uuid7(), "kind": FILL, "payload": {}, "attempts": 0}
        op.bulk_insert(OUTBOX, [{**row, "created_at": now, "run_after": now}])


def downgrade() -> None:
    op.execute(sa.text(f"DELETE FROM outbox WHERE kind IN ('{FILL}', '{FOLLOW}')"))  # noqa: S608 - ours
    names = "('person', 'post', 'unit', 'agency')"
    op.execute(sa.text(f"DELETE FROM search_documents WHERE kind IN {names}"))  # noqa: S608 - ours
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE search_words ALTER COLUMN word TYPE varchar(40) COLLATE "default"')
    op.drop_index("ix_appointments_starts_on", "appointments")
