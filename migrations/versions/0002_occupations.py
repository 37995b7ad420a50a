"""Occupations of posts, and the vocabulary that they were derived from.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a job fills them."""
    op.add_column("posts", sa.Column("occupations", sa.JSON()))
    op.add_column("posts", sa.Column("vocabulary", sa.String(8)))
    op.create_index("ix_posts_vocabulary", "posts", ["vocabulary"])


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("ix_posts_vocabulary", "posts")
    op.drop_column("posts", "vocabulary")
    op.drop_column("posts", "occupations")
