"""Bring the tables of the last version before 0.1.0 (its revision 0047) to those of revision 0001.

`intranet.platform.core.schema` runs this once, in the transaction that also writes the revision.
"""

import sqlalchemy as sa
from alembic import op

OF_ANNOUNCEMENTS = (
    *("audience", "due_on", "counts_newcomers", "is_urgent", "urgent_reason", "is_only_here"),
    "confirmed_version",
)
OF_EMPLOYEES_ARTICLES = ("submitted_at", "review_note", "approved_by_id")


def upgrade() -> None:
    """Give announcements and employees' articles tables of their own."""
    op.create_table(
        "announcements",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("audience", sa.JSON()),
        sa.Column("due_on", sa.Date()),
        sa.Column("counts_newcomers", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(300), nullable=False),
        sa.Column("is_only_here", sa.Boolean(), nullable=False),
        sa.Column("confirmed_version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "employee_articles",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("review_note", sa.String(300), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    _copy("announcements", OF_ANNOUNCEMENTS, "kind = 'announcement'")
    _copy("employee_articles", OF_EMPLOYEES_ARTICLES, "by_employee")
    for table, column in (("announcements", "due_on"), ("employee_articles", "submitted_at")):
        is_set = sa.text(f"{column} IS NOT NULL")
        name = f"ix_{table}_{column}"
        op.create_index(name, table, [column], sqlite_where=is_set, postgresql_where=is_set)
    op.create_index("ix_employee_articles_approved_by_id", "employee_articles", ["approved_by_id"])
    with op.batch_alter_table("publications") as batch_op:
        for name in ("due_on", "submitted_at", "approved_by_id"):
            batch_op.drop_index(f"ix_publications_{name}")
        batch_op.drop_constraint("fk_publications_approved_by_id_people", type_="foreignkey")
        for name in (*OF_ANNOUNCEMENTS, "by_employee", *OF_EMPLOYEES_ARTICLES):
            batch_op.drop_column(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE announcements, employee_articles")


def _copy(table: str, columns: tuple[str, ...], condition: str) -> None:
    names = ", ".join(columns)
    op.execute(
        f"INSERT INTO {table} (publication_id, {names}) "  # noqa: S608 - our names
        f"SELECT id, {names} FROM publications WHERE {condition}"
    )
