"""Files of own data, requests to erase a person, and words for statements.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PEOPLE = (
    ("person_id", "people.id", False),
    ("agency_id", "agencies.id", False),
    ("asked_by_id", "people.id", False),
    ("proposed_by_id", "people.id", True),
    ("approved_by_id", "people.id", True),
    ("ended_by_id", "people.id", True),
)


def upgrade() -> None:
    """Create the tables, all empty."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "own_data_files",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", instant),
        sa.Column("sha256", sa.String(64)),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), unique=True),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        *(
            sa.Column(name, sa.Uuid(), sa.ForeignKey(target), nullable=is_optional)
            for name, target, is_optional in PEOPLE
        ),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("approved_at", instant),
        sa.Column("ended_at", instant),
        sa.Column("erased_at", instant),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("traces", sa.JSON()),
    )
    for name, _target, _is_optional in PEOPLE:
        op.create_index(f"ix_erasure_requests_{name}", "erasure_requests", [name])
    op.create_table(
        "statement_texts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("statement", sa.String(20), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("written_at", instant, nullable=False),
        sa.UniqueConstraint("agency_id", "statement", "part", "number"),
    )
    op.create_index("ix_statement_texts_written_by_id", "statement_texts", ["written_by_id"])
    op.create_index("ix_own_data_files_made_at", "own_data_files", ["made_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("statement_texts")
    op.drop_table("erasure_requests")
    op.drop_table("own_data_files")
