"""Requests for access: searches, findings, reasons, redactions, packages and notices.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, all empty."""
    op.create_table(
        "access_requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("agencies", "agency_id"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("asker", sa.String(200), nullable=False),
        _to("people", "subject_id", nullable=True),
        sa.Column("matter", sa.String(300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        _to("people", "officer_id"),
        sa.Column("hides_authors", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _to("people", "created_by_id"),
        sa.Column("closed_at", INSTANT),
        sa.Column("private_reason", sa.String(300), nullable=False),
        _to("people", "private_asked_by_id", nullable=True),
        _to("people", "private_agreed_by_id", nullable=True),
        sa.Column("private_agreed_at", INSTANT),
        sa.Column("delay_until", sa.Date()),
        sa.Column("delay_reason", sa.String(300), nullable=False),
        sa.Column("told_at", INSTANT),
        sa.UniqueConstraint("agency_id", "year", "number"),
    )
    _index(
        "access_requests",
        *("subject_id", "officer_id", "created_by_id"),
        *("private_asked_by_id", "private_agreed_by_id"),
    )
    op.create_table(
        "access_searches",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("access_requests", "request_id"),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        _to("spaces", "space_id", nullable=True),
        sa.Column("kind", sa.String(20)),
        _to("people", "made_by_id"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
    )
    _index("access_searches", "request_id", "space_id", "made_by_id")
    op.create_table(
        "access_findings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("access_requests", "request_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("read_at", INSTANT),
        sa.Column("read_digest", sa.String(64), nullable=False),
        sa.Column("as_text", sa.Boolean(), nullable=False),
        sa.Column("looked_at", INSTANT),
        sa.UniqueConstraint("request_id", "kind", "subject_id", "day"),
        sa.UniqueConstraint("request_id", "number"),
    )
    op.create_table(
        "access_reasons",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("agencies", "agency_id"),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("article", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended_at", INSTANT),
    )
    op.create_index("ix_access_reasons_agency_id", "access_reasons", ["agency_id", "position"])
    op.create_table(
        "access_redactions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("access_requests", "request_id"),
        _to("access_findings", "finding_id"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        _to("access_reasons", "reason_id"),
        _to("people", "made_by_id"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.UniqueConstraint("request_id", "sha256", "start", "end"),
    )
    _index("access_redactions", "finding_id", "reason_id", "made_by_id")
    op.create_table(
        "access_packages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("access_requests", "request_id"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("with_envelope", sa.Boolean(), nullable=False),
        _to("people", "made_by_id"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), unique=True),
    )
    _index("access_packages", "request_id", "made_by_id", "made_at")
    op.create_table(
        "access_notices",
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("access_requests.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("told_at", INSTANT),
    )
    _index("access_notices", "person_id")


def downgrade() -> None:
    """Drop the tables."""
    for name in ("notices", "packages", "redactions", "reasons", "findings", "searches"):
        op.drop_table(f"access_{name}")
    op.drop_table("access_requests")


def _to(table: str, name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
