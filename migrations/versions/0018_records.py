"""Legal holds, and what they keep of deleted content.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, all empty."""
    _create_holds()


def downgrade() -> None:
    """Forget them."""
    for table in ("held_files", "held_under", "held_items", "hold_targets", "legal_holds"):
        op.drop_table(table)


def _to(name: str, target: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(target), nullable=nullable)


def _part(name: str, target: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(target), primary_key=True)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("agency_id", "agencies.id"),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        _to("placed_by_id", "people.id"),
        sa.Column("placed_at", INSTANT, nullable=False),
        _to("ended_by_id", "people.id", nullable=True),
        sa.Column("ended_at", INSTANT),
        sa.Column("end_reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("erases_at", INSTANT),
        sa.Column("erased_at", INSTANT),
    )
    op.create_index("ix_legal_holds_agency_id_placed_at", "legal_holds", ["agency_id", "placed_at"])
    op.create_index(
        "ix_legal_holds_running",
        "legal_holds",
        ["agency_id"],
        sqlite_where=sa.text("erased_at IS NULL"),
        postgresql_where=sa.text("erased_at IS NULL"),
    )
    _index("legal_holds", "placed_by_id", "ended_by_id")
    op.create_table(
        "hold_targets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("hold_id", "legal_holds.id"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("word", sa.String(80), server_default=sa.text("''"), nullable=False),
    )
    _index("hold_targets", "hold_id", "subject_id")
    op.create_table(
        "held_items",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        _to("author_id", "people.id", nullable=True),
        _to("conversation_id", "conversations.id", nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=False),
        _to("removed_by_id", "people.id", nullable=True),
    )
    _index("held_items", "subject_id", "author_id", "conversation_id", "removed_by_id")
    op.create_table(
        "held_under", _part("hold_id", "legal_holds.id"), _part("item_id", "held_items.id")
    )
    _index("held_under", "item_id")
    op.create_table("held_files", _part("item_id", "held_items.id"), _part("file_id", "files.id"))
    _index("held_files", "file_id")
