"""What reaches somebody, by an index for each way: publications, spaces.

Revision: 0028, after 0027.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_publications_open", "publications", ["visibility", "kind", "published_at"])
    op.create_index(
        "ix_publications_agency_id_published_at", "publications", ["agency_id", "published_at"]
    )
    op.drop_index("ix_publications_agency_id", "publications")
    op.create_index("ix_spaces_visibility_agency_id", "spaces", ["visibility", "agency_id"])


def downgrade() -> None:
    op.drop_index("ix_spaces_visibility_agency_id", "spaces")
    op.create_index("ix_publications_agency_id", "publications", ["agency_id"])
    op.drop_index("ix_publications_agency_id_published_at", "publications")
    op.drop_index("ix_publications_open", "publications")
