"""Requests for access: who read what on which day, an end of agreements, and files searched whole.

An agreement to read direct messages that was given before has no end, so it is asked for anew.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table, all empty."""
    op.add_column("access_requests", sa.Column("private_until", INSTANT))
    op.add_column("access_findings", sa.Column("reach", sa.String(20)))
    op.create_table(
        "access_readings",
        sa.Column("finding_id", sa.Uuid(), sa.ForeignKey("access_findings.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("read_on", sa.Date(), primary_key=True),
    )
    op.create_index("ix_access_readings_person_id", "access_readings", ["person_id"])


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("access_readings")
    op.drop_column("access_findings", "reach")
    op.drop_column("access_requests", "private_until")
