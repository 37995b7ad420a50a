"""Sensitive changes of accounts with four eyes, and direct messages that they close.

Revision: 0006, after 0005. New addresses that wait become sensitive changes; links on paper that
wait are withdrawn, and have to be asked for again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and move the addresses that wait."""
    instant = sa.DateTime(timezone=True)
    changes = op.create_table(
        "sensitive_changes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("approved", sa.String(20)),
        sa.Column("approved_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("holds_at", instant),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("code_ends_at", instant),
        sa.Column("code_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("decided_at", instant),
    )
    for name in ("asked_by_id", "approved_by_id", "code_by_id"):
        op.create_index(f"ix_sensitive_changes_{name}", "sensitive_changes", [name])
    for names in (["account_id", "state"], ["state", "asked_at"]):
        op.create_index(f"ix_sensitive_changes_{'_'.join(names)}", "sensitive_changes", names)
    op.create_table(
        "talks_cuts",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("cut_at", instant, nullable=False),
        sa.Column("proofs", sa.JSON(), nullable=False),
    )
    op.add_column("participants", sa.Column("cut_at", instant))
    before = sa.table(
        "address_changes",
        *(sa.column(name, sa.Uuid()) for name in ("id", "account_id", "asked_by_id")),
        sa.column("email", sa.String()),
        sa.column("asked_at", instant),
    )
    rows = op.get_bind().execute(sa.select(before)).mappings().all()
    if rows:
        op.bulk_insert(
            changes,
            [
                {
                    **{name: row[name] for name in ("id", "account_id", "asked_by_id", "asked_at")},
                    "kind": "address",
                    "detail": {"email": row["email"]},
                    "state": "waiting",
                }
                for row in rows
            ],
        )
    op.drop_table("address_changes")
    op.execute(
        "UPDATE one_time_links SET used_at = CURRENT_TIMESTAMP"
        " WHERE used_at IS NULL AND (opens_at IS NOT NULL OR purpose = 'address')"
    )
    op.execute("UPDATE one_time_links SET purpose = 'changes' WHERE purpose = 'address'")
    op.drop_column("one_time_links", "opens_at")


def downgrade() -> None:
    """Drop the tables; what waits has to be asked for again."""
    instant = sa.DateTime(timezone=True)
    op.add_column("one_time_links", sa.Column("opens_at", instant))
    op.execute("UPDATE one_time_links SET purpose = 'address' WHERE purpose = 'changes'")
    op.create_table(
        "address_changes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False, unique=True
        ),
        sa.Column("email", sa.String(254)),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("holds_at", instant, nullable=False),
    )
    for name in ("asked_by_id", "holds_at"):
        op.create_index(f"ix_address_changes_{name}", "address_changes", [name])
    op.drop_column("participants", "cut_at")
    op.drop_table("talks_cuts")
    op.drop_table("sensitive_changes")
