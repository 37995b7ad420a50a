"""Readings of private content that a legal hold keeps, each agreed to by a second person.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "hold_readings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("hold_id", sa.Uuid(), sa.ForeignKey("legal_holds.id"), nullable=False),
        sa.Column("reader_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("answered_at", instant),
        sa.Column("until", instant),
    )
    op.create_index("ix_hold_readings_hold_id_reader_id", "hold_readings", ["hold_id", "reader_id"])
    for name in ("reader_id", "answered_by_id"):
        op.create_index(f"ix_hold_readings_{name}", "hold_readings", [name])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("hold_readings")
