"""People are found by what they want to be asked about.

Revision: 0038, after 0037. The directory is written anew, in slices and from the outbox.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from intranet.platform.core.ids import uuid7

revision = "0038"
down_revision = "0037"
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


def upgrade() -> None:
    _write_anew()


def downgrade() -> None:
    _write_anew()


def _write_anew() -> None:
    """Have the program that runs then write the documents of everybody as it makes them."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM agencies LIMIT 1")).first():
        now = datetime.now(UTC)
        row = {"id": uuid7(), "kind": FILL, "payload": {}, "attempts": 0, "created_at": now}
        op.bulk_insert(OUTBOX, [{**row, "run_after": now + WHEN_ALL_ARE_NEW}])
