"""Opinions on counterparts, alerts of new ones, and what opinions teach.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, all empty."""
    op.create_table(
        "counterpart_opinions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("own_post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "subject", "post_id"),
    )
    op.create_index(
        "ix_counterpart_opinions_own_post_id",
        "counterpart_opinions",
        ["own_post_id", "is_accepted"],
    )
    op.create_index("ix_counterpart_opinions_post_id", "counterpart_opinions", ["post_id"])
    op.create_table(
        "counterpart_alerts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "kind", "code"),
    )
    op.create_index("ix_counterpart_alerts_kind_code", "counterpart_alerts", ["kind", "code"])
    op.create_table(
        "counterpart_sightings",
        sa.Column("alert_id", sa.Uuid(), sa.ForeignKey("counterpart_alerts.id"), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_counterpart_sightings_post_id", "counterpart_sightings", ["post_id"])
    op.create_index(
        "ix_counterpart_sightings_waiting",
        "counterpart_sightings",
        ["seen_at"],
        sqlite_where=sa.text("notified_at IS NULL"),
        postgresql_where=sa.text("notified_at IS NULL"),
    )
    op.create_table(
        "counterpart_lessons",
        sa.Column("occupation", sa.String(12), primary_key=True),
        sa.Column("other", sa.String(12), primary_key=True),
        sa.Column("weight", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "counterpart_lessons",
        "counterpart_sightings",
        "counterpart_alerts",
        "counterpart_opinions",
    ):
        op.drop_table(table)
