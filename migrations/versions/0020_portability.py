"""Packages that were asked for, and agencies that leave.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, both empty."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "package_orders",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("agreed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("agreed_at", instant),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("made_at", instant),
        sa.Column("expires_at", instant),
        sa.Column("downloaded_at", instant),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("key", sa.String(80)),
    )
    for columns in (
        ["agency_id", "asked_at"],
        ["asked_by_id", "asked_at"],
        ["expires_at"],
        ["agreed_by_id"],
    ):
        op.create_index(f"ix_package_orders_{'_'.join(columns)}", "package_orders", columns)
    op.create_table(
        "agency_leavings",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("agreed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("due_at", instant),
        sa.Column("left_at", instant),
    )
    for column in ("due_at", "asked_by_id", "agreed_by_id"):
        op.create_index(f"ix_agency_leavings_{column}", "agency_leavings", [column])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("agency_leavings")
    op.drop_table("package_orders")
