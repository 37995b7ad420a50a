"""Occupations as rows by which posts are found, and versions of the vocabulary that have an order.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, which a job fills: each post's occupations count as not derived yet."""
    op.drop_index("ix_posts_vocabulary", "posts")
    op.drop_column("posts", "vocabulary")
    op.add_column("posts", sa.Column("vocabulary_version", sa.Integer()))
    op.create_index("ix_posts_vocabulary_version", "posts", ["vocabulary_version"])
    for column, length in (("named_occupation", 5), ("role", 20)):
        empty = sa.Column(column, sa.String(length), nullable=False, server_default=sa.text("''"))
        op.add_column("posts", empty)
    op.create_table(
        "post_occupations",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("occupation", sa.String(5), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"]),
        sa.PrimaryKeyConstraint("post_id", "occupation"),
    )
    op.create_index(
        "ix_post_occupations_strongest",
        "post_occupations",
        ["occupation", "strength", "agency_id", "post_id"],
    )


def downgrade() -> None:
    """Drop the table; the occupations count as not derived yet."""
    op.drop_table("post_occupations")
    op.drop_index("ix_posts_vocabulary_version", "posts")
    op.drop_column("posts", "vocabulary_version")
    op.drop_column("posts", "named_occupation")
    op.drop_column("posts", "role")
    op.add_column("posts", sa.Column("vocabulary", sa.String(8)))
    op.create_index("ix_posts_vocabulary", "posts", ["vocabulary"])
