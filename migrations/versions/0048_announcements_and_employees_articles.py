"""What announcements and articles of employees have stands in tables of their own.

Revision: 0048, after 0047.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

SENT = (
    "audience, due_on, counts_newcomers, is_urgent, urgent_reason, is_only_here, confirmed_version"
)
OWN = "submitted_at, review_note, approved_by_id"


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("counts_newcomers", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(length=300), nullable=False),
        sa.Column("is_only_here", sa.Boolean(), nullable=False),
        sa.Column("confirmed_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_announcements_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_announcements")),
    )
    op.create_table(
        "employee_articles",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.String(length=300), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["people.id"],
            name=op.f("fk_employee_articles_approved_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_employee_articles_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_employee_articles")),
    )
    op.execute(
        f"INSERT INTO announcements (publication_id, {SENT}) "  # noqa: S608 - our names
        f"SELECT id, {SENT} FROM publications WHERE kind = 'announcement'"
    )
    op.execute(
        f"INSERT INTO employee_articles (publication_id, {OWN}) "  # noqa: S608 - our names
        f"SELECT id, {OWN} FROM publications WHERE by_employee"
    )
    _index("announcements", "due_on")
    _index("employee_articles", "submitted_at")
    op.create_index("ix_employee_articles_approved_by_id", "employee_articles", ["approved_by_id"])


def downgrade() -> None:
    op.drop_table("employee_articles")
    op.drop_table("announcements")


def _index(table: str, column: str) -> None:
    is_set = sa.text(f"{column} IS NOT NULL")
    op.create_index(
        f"ix_{table}_{column}", table, [column], sqlite_where=is_set, postgresql_where=is_set
    )
