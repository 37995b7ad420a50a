"""An index of the words of files, beside that of all that is said.

Revision: 0026, after 0025.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index; an installation that begins here has it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX IF NOT EXISTS ix_search_documents_fts_files"
            " ON search_documents USING gin (words_fts)"
            " WHERE search_documents.kind IN ('file')"
        )


def downgrade() -> None:
    """Drop the index."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_search_documents_fts_files")
