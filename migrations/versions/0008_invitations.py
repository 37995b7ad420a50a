"""Invitations to many, and accounts that end.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, with a row for each link that is waiting to be followed."""
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("import_id", sa.Uuid()))
        table.add_column(sa.Column("expires_on", sa.Date()))
        table.add_column(sa.Column("expires_at", TIME))
        table.add_column(sa.Column("warned_days", sa.Integer()))
        table.create_index("ix_accounts_expires_at", ["expires_at"])
    op.create_table(
        "invitation_runs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("paused_at", TIME),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("passed_domains", sa.JSON(), nullable=False),
    )
    op.create_index("ix_invitation_runs_created_by_id", "invitation_runs", ["created_by_id"])
    op.create_index(
        "ix_invitation_runs_agency_id_starts_at", "invitation_runs", ["agency_id", "starts_at"]
    )
    op.create_table(
        "invitations",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("invitation_runs.id")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(254), nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("is_filed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("opened_at", TIME),
        sa.Column("handed_at", TIME),
        sa.Column("expires_at", TIME),
    )
    op.create_index("ix_invitations_agency_id_state", "invitations", ["agency_id", "state"])
    op.create_index("ix_invitations_run_id_domain", "invitations", ["run_id", "domain"])
    op.create_table(
        "invitation_rules",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("letters_per_minute", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.JSON(), nullable=False),
        sa.Column("released_at", TIME),
    )
    op.execute(
        sa.text(
            "INSERT INTO invitations (account_id, agency_id, state, round, domain, queued_at,"
            " sent_at, is_filed, reason, words, expires_at)"
            " SELECT accounts.id, accounts.home_agency_id,"
            " CASE WHEN accounts.email IS NULL THEN 'printed' ELSE 'sent' END, 1, '',"
            " MAX(one_time_links.created_at), MAX(one_time_links.created_at), :no, '', '',"
            " MAX(one_time_links.expires_at)"
            " FROM one_time_links JOIN accounts ON accounts.id = one_time_links.account_id"
            " WHERE one_time_links.purpose = 'invitation' AND one_time_links.used_at IS NULL"
            " AND accounts.state = 'invited'"
            " GROUP BY accounts.id, accounts.home_agency_id, accounts.email"
        ).bindparams(sa.bindparam("no", value=False, type_=sa.Boolean()))
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DELETE FROM one_time_links WHERE purpose = 'code'")
    for table in ("invitation_rules", "invitations", "invitation_runs"):
        op.drop_table(table)
    with op.batch_alter_table("accounts") as table:
        table.drop_index("ix_accounts_expires_at")
        for column in ("warned_days", "expires_at", "expires_on", "import_id"):
            table.drop_column(column)
