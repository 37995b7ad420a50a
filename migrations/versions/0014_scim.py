"""People whom an agency's program describes by SCIM, its tokens, and the brake on ends.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty."""
    instant = sa.DateTime(timezone=True)

    def provider() -> "sa.Column[object]":
        target = sa.ForeignKey("identity_providers.id")
        return sa.Column("provider_id", sa.Uuid(), target, nullable=False)

    op.create_table(
        "scim_users",
        sa.Column("id", sa.Uuid(), primary_key=True),
        provider(),
        sa.Column("identity_id", sa.Uuid(), sa.ForeignKey("external_identities.id")),
        sa.Column("resource", sa.JSON(), nullable=False),
        sa.Column("user_name_key", sa.String(255), nullable=False),
        sa.Column("external_id", sa.String(255)),
        sa.Column("display_name_key", sa.String(255)),
        sa.Column("family_name_key", sa.String(255)),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.UniqueConstraint("provider_id", "user_name_key"),
    )
    op.create_index("ix_scim_users_identity_id", "scim_users", ["identity_id"])
    op.create_index(
        "ix_scim_users_provider_id_external_id", "scim_users", ["provider_id", "external_id"]
    )
    op.create_table(
        "scim_emails",
        sa.Column(
            "user_id",
            sa.Uuid(),
            sa.ForeignKey("scim_users.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("value_key", sa.String(255)),
        sa.Column("type_key", sa.String(255)),
        sa.Column("is_primary", sa.Boolean()),
    )
    op.create_index("ix_scim_emails_value_key", "scim_emails", ["value_key"])
    op.create_table(
        "scim_tokens",
        sa.Column("id", sa.Uuid(), primary_key=True),
        provider(),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("made_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("last_used_at", instant),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant),
        sa.Column("warned_at", instant),
    )
    for column in ("provider_id", "made_by_id"):
        op.create_index(f"ix_scim_tokens_{column}", "scim_tokens", [column])
    op.create_table(
        "scim_ends",
        sa.Column("id", sa.Uuid(), primary_key=True),
        provider(),
        sa.Column("at", instant, nullable=False),
    )
    op.create_index("ix_scim_ends_provider_id", "scim_ends", ["provider_id", "at"])
    op.create_table(
        "scim_stops",
        sa.Column("id", sa.Uuid(), primary_key=True),
        provider(),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("began_at", instant, nullable=False),
        sa.Column("agreed_at", instant),
        sa.Column("agreed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_scim_stops_provider_id", "scim_stops", ["provider_id", "began_at"])
    op.create_index("ix_scim_stops_agreed_by_id", "scim_stops", ["agreed_by_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("scim_stops", "scim_ends", "scim_tokens", "scim_emails", "scim_users"):
        op.drop_table(table)
