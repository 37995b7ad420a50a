"""Providers of identity, proven domains, identities, and what may be used once.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty; a sign-in from before was by password, and its code if any."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "one_uses",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("payload", sa.JSON()),
        sa.Column("expires_at", instant, nullable=False),
    )
    op.create_index("ix_one_uses_expires_at", "one_uses", ["expires_at"])
    op.add_column(
        "sign_ins", sa.Column("by", sa.String(20), nullable=False, server_default="password")
    )
    op.create_table(
        "identity_providers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secret_sealed", sa.Text()),
        sa.Column("secret_set_at", instant),
        sa.Column("fetched", sa.JSON(), nullable=False),
        sa.Column("fetched_at", instant),
        sa.Column("is_only_way", sa.Boolean(), nullable=False),
        sa.Column("asks_second_factor", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON()),
        sa.Column("tested_version", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.UniqueConstraint("agency_id", "kind"),
    )
    op.create_table(
        "email_domains",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("domain", sa.String(253), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("proof", sa.String(20)),
        sa.Column("proven_at", instant),
        sa.Column("created_at", instant, nullable=False),
        sa.UniqueConstraint("agency_id", "domain"),
    )
    op.create_index(
        "ix_email_domains_proven",
        "email_domains",
        ["domain"],
        unique=True,
        sqlite_where=sa.text("proven_at IS NOT NULL"),
        postgresql_where=sa.text("proven_at IS NOT NULL"),
    )
    op.create_table(
        "external_identities",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("provider_id", sa.Uuid(), sa.ForeignKey("identity_providers.id"), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("tied_at", instant, nullable=False),
        sa.Column("last_used_at", instant),
        sa.UniqueConstraint("provider_id", "subject"),
        sa.UniqueConstraint("provider_id", "account_id"),
    )
    op.create_index("ix_external_identities_account_id", "external_identities", ["account_id"])
    op.create_table(
        "provider_sessions",
        sa.Column(
            "sign_in_id",
            sa.Uuid(),
            sa.ForeignKey("sign_ins.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "identity_id", sa.Uuid(), sa.ForeignKey("external_identities.id"), nullable=False
        ),
        sa.Column("session", sa.String(255), nullable=False),
    )
    op.create_index("ix_provider_sessions_session", "provider_sessions", ["identity_id", "session"])


def downgrade() -> None:
    """Drop the tables and the column."""
    for table in (
        "provider_sessions",
        "external_identities",
        "email_domains",
        "identity_providers",
        "one_uses",
    ):
        op.drop_table(table)
    op.drop_column("sign_ins", "by")
