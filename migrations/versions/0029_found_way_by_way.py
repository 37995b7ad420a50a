"""What reaches somebody, by an index for each way; words, by one for each family of kinds.

Revision: 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FAMILIES = {
    "names": "'person', 'post', 'unit', 'agency'",
    "published": "'publication', 'open'",
    "said": "'message', 'file'",
}


def upgrade() -> None:
    op.create_index("ix_publications_open", "publications", ["visibility", "kind", "published_at"])
    op.create_index(
        "ix_publications_agency_id_published_at", "publications", ["agency_id", "published_at"]
    )
    op.drop_index("ix_publications_agency_id", "publications")
    op.create_index("ix_spaces_visibility_agency_id", "spaces", ["visibility", "agency_id"])
    is_published = sa.text(f"kind IN ({FAMILIES['published']})")
    op.create_index(
        "ix_search_documents_published",
        "search_documents",
        ["kind", "id"],
        sqlite_where=is_published,
        postgresql_where=is_published,
    )
    _cut_the_index()


def downgrade() -> None:
    _join_the_index()
    op.drop_index("ix_search_documents_published", "search_documents")
    op.drop_index("ix_spaces_visibility_agency_id", "spaces")
    op.create_index("ix_publications_agency_id", "publications", ["agency_id"])
    op.drop_index("ix_publications_agency_id_published_at", "publications")
    op.drop_index("ix_publications_open", "publications")


def _cut_the_index() -> None:
    """An index of words for each family of kinds, in place of one for all."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for family, kinds in FAMILIES.items():
        op.execute(
            f"CREATE INDEX IF NOT EXISTS ix_search_documents_fts_{family} ON search_documents"
            f" USING gin (words_fts) WHERE search_documents.kind IN ({kinds})"
        )
    op.execute("DROP INDEX IF EXISTS ix_search_documents_fts")


def _join_the_index() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE INDEX ix_search_documents_fts ON search_documents USING gin (words_fts)")
    for family in FAMILIES:
        op.execute(f"DROP INDEX ix_search_documents_fts_{family}")
