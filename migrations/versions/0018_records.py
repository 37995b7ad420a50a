"""Legal holds with what they keep of deleted content, and rules of retention.

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
    """Create the tables, all empty, and mark content that retention removes."""
    _create_holds()
    _create_retention()
    # By statements of their own: no table of this size is copied for a column.
    op.add_column("messages", sa.Column("expired_under", sa.String(200)))
    op.add_column("publications", sa.Column("expired_at", INSTANT))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("publications", "expired_at")
    op.drop_column("messages", "expired_under")
    for table in (
        "retention_runs",
        "retention_halts",
        "retention_rules",
        "file_plan_classes",
        "file_plans",
    ):
        op.drop_table(table)
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


def _create_retention() -> None:
    op.create_table(
        "file_plans",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("agency_id", "agencies.id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        _to("imported_by_id", "people.id"),
        sa.Column("imported_at", INSTANT, nullable=False),
        _to("approved_by_id", "people.id", nullable=True),
        sa.Column("approved_at", INSTANT),
        sa.UniqueConstraint("agency_id", "number"),
    )
    _index("file_plans", "imported_by_id", "approved_by_id")
    op.create_table(
        "file_plan_classes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("plan_id", "file_plans.id"),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("term", sa.Integer()),
        sa.Column("unit", sa.String(20)),
        sa.Column("counts_from", sa.String(20), nullable=False),
        sa.Column("basis", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.UniqueConstraint("plan_id", "code"),
    )
    op.create_table(
        "retention_rules",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("agency_id", "agencies.id"),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        _to("space_id", "spaces.id", nullable=True),
        sa.Column("days", sa.Integer()),
        sa.Column("class_code", sa.String(40)),
        _to("proposed_by_id", "people.id"),
        sa.Column("proposed_at", INSTANT, nullable=False),
        _to("approved_by_id", "people.id", nullable=True),
        sa.Column("approved_at", INSTANT),
        _to("end_asked_by_id", "people.id", nullable=True),
        sa.Column("end_asked_at", INSTANT),
        _to("ended_by_id", "people.id", nullable=True),
        sa.Column("ended_at", INSTANT),
    )
    op.create_index(
        "ix_retention_rules_agency_id_proposed_at",
        "retention_rules",
        ["agency_id", "proposed_at"],
    )
    _index(
        "retention_rules",
        *("space_id", "proposed_by_id", "approved_by_id", "end_asked_by_id", "ended_by_id"),
    )
    op.create_table(
        "retention_halts",
        _part("agency_id", "agencies.id"),
        sa.Column("halted_at", INSTANT, nullable=False),
        _to("halted_by_id", "people.id"),
    )
    _index("retention_halts", "halted_by_id")
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("agency_id", "agencies.id"),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("was_stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_retention_runs_agency_id_began_at", "retention_runs", ["agency_id", "began_at"]
    )
