"""The meaning of each column of a file, and an agency's code within its scheme.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a person chose for a file, what is remembered of it, and codes within schemes."""
    op.add_column(
        "imports",
        sa.Column("header_number", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    for name in ("roles", "names", "survey"):
        op.add_column("imports", sa.Column(name, sa.JSON()))
    op.add_column("imports", sa.Column("name_order", sa.String(10)))
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("headings", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("agency_id", "kind", "headings"),
    )
    op.add_column("agencies", sa.Column("register_code", sa.String(40)))
    op.execute("UPDATE agencies SET register_code = code")
    with op.batch_alter_table("agencies") as agencies:
        agencies.create_unique_constraint(
            "uq_agencies_code_scheme_register_code", ["code_scheme", "register_code"]
        )


def downgrade() -> None:
    """Forget them again."""
    with op.batch_alter_table("agencies") as agencies:
        agencies.drop_constraint("uq_agencies_code_scheme_register_code", type_="unique")
        agencies.drop_column("register_code")
    op.drop_table("import_mappings")
    for name in ("name_order", "survey", "names", "roles", "header_number"):
        op.drop_column("imports", name)
