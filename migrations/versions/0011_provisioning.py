"""Accounts that a directory keeps, its comparisons, and their lines.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "provisioned_accounts",
        sa.Column(
            "identity_id",
            sa.Uuid(),
            sa.ForeignKey("external_identities.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), sa.ForeignKey("appointments.id")),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("ended_at", instant),
    )
    op.create_index(
        "ix_provisioned_accounts_appointment_id", "provisioned_accounts", ["appointment_id"]
    )
    op.create_table(
        "provisioning_runs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("provider_id", sa.Uuid(), sa.ForeignKey("identity_providers.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("provider_version", sa.Integer(), nullable=False),
        sa.Column("began_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("agreed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("began_at", instant, nullable=False),
        sa.Column("moved_at", instant, nullable=False),
        sa.Column("ended_at", instant),
    )
    op.create_index(
        "ix_provisioning_runs_provider_id", "provisioning_runs", ["provider_id", "began_at"]
    )
    for column in ("began_by_id", "agreed_by_id", "began_at"):
        op.create_index(f"ix_provisioning_runs_{column}", "provisioning_runs", [column])
    op.create_table(
        "provisioning_lines",
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("provisioning_runs.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("done_at", instant),
    )
    op.create_index(
        "ix_provisioning_lines_place", "provisioning_lines", ["run_id", "place", "number"]
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("provisioning_lines", "provisioning_runs", "provisioned_accounts"):
        op.drop_table(table)
