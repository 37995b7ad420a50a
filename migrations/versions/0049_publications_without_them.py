"""What announcements and articles of employees have leaves the table of publications.

Revision: 0049, after 0048.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

SENT = (
    *("audience", "due_on", "counts_newcomers", "is_urgent", "urgent_reason", "is_only_here"),
    "confirmed_version",
)
OWN = ("submitted_at", "review_note", "approved_by_id")


def upgrade() -> None:
    with op.batch_alter_table("publications", schema=None) as batch_op:
        for name in ("due_on", "submitted_at", "approved_by_id"):
            batch_op.drop_index(f"ix_publications_{name}")
        batch_op.drop_constraint("fk_publications_approved_by_id_people", type_="foreignkey")
        for name in (*SENT, "by_employee", *OWN):
            batch_op.drop_column(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE announcements, employee_articles")


def downgrade() -> None:
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("audience", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        for name in ("counts_newcomers", "is_urgent", "is_only_here", "by_employee"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        for name in ("urgent_reason", "review_note"):
            batch_op.add_column(
                sa.Column(name, sa.String(length=300), nullable=False, server_default="")
            )
        batch_op.add_column(
            sa.Column("confirmed_version", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("approved_by_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            "fk_publications_approved_by_id_people", "people", ["approved_by_id"], ["id"]
        )
        batch_op.create_index("ix_publications_approved_by_id", ["approved_by_id"])
        for name in ("due_on", "submitted_at"):
            is_set = sa.text(f"{name} IS NOT NULL")
            batch_op.create_index(
                f"ix_publications_{name}", [name], sqlite_where=is_set, postgresql_where=is_set
            )
    _copy_back("announcements", SENT)
    _copy_back("employee_articles", OWN)
    op.execute(
        "UPDATE publications SET by_employee = true "
        "WHERE id IN (SELECT publication_id FROM employee_articles)"
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        for name in ("counts_newcomers", "is_urgent", "is_only_here", "by_employee"):
            batch_op.alter_column(name, server_default=None)
        for name in ("urgent_reason", "review_note", "confirmed_version"):
            batch_op.alter_column(name, server_default=None)


def _copy_back(table: str, names: tuple[str, ...]) -> None:
    told = ", ".join(
        f"{name} = (SELECT {name} FROM {table} WHERE publication_id = publications.id)"  # noqa: S608 - our names
        for name in names
    )
    op.execute(
        f"UPDATE publications SET {told} "  # noqa: S608 - our names
        f"WHERE id IN (SELECT publication_id FROM {table})"
    )
