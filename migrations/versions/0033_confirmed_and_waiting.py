"""When a sign-in was confirmed, which links open later, which addresses wait to hold.

Revision: 0033, after 0032. Sign-ins and tokens are also found by when they ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "one_time_links", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_sign_ins_ended_at", "sign_ins", ["ended_at"])
    op.create_index("ix_tokens_revoked_at", "tokens", ["revoked_at"])
    op.create_table(
        "address_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holds_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_address_changes_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_address_changes_asked_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_changes")),
        sa.UniqueConstraint("account_id", name=op.f("uq_address_changes_account_id")),
    )
    op.create_index(op.f("ix_address_changes_asked_by_id"), "address_changes", ["asked_by_id"])
    op.create_index(op.f("ix_address_changes_holds_at"), "address_changes", ["holds_at"])


def downgrade() -> None:
    op.drop_table("address_changes")
    op.drop_index("ix_tokens_revoked_at", table_name="tokens")
    op.drop_index("ix_sign_ins_ended_at", table_name="sign_ins")
    with op.batch_alter_table("one_time_links") as table:
        table.drop_column("opens_at")
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("confirmed_at")
