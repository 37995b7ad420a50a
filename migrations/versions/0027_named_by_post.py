"""What is kept on top is found at once; who was named to speak by a post they hold, speaks by it.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PINNED = sa.text("pinned_until IS NOT NULL")
# A role of a unit or an agency has no agency of its own; those of groups are newer than this.
TIE = """
    UPDATE space_members SET
      appointment_id = (
        SELECT appointment_id FROM space_members AS fitting
        WHERE fitting.space_id = space_members.space_id
          AND fitting.person_id = space_members.person_id AND fitting.why = 'rule'
        ORDER BY fitting.until IS NOT NULL, fitting.until DESC, fitting.id LIMIT 1
      ),
      until = (
        SELECT until FROM space_members AS fitting
        WHERE fitting.space_id = space_members.space_id
          AND fitting.person_id = space_members.person_id AND fitting.why = 'rule'
        ORDER BY fitting.until IS NOT NULL, fitting.until DESC, fitting.id LIMIT 1
      )
    WHERE why = 'hand' AND role = 'speaker' AND agency_id IS NULL AND EXISTS (
      SELECT 1 FROM space_members AS fitting
      WHERE fitting.space_id = space_members.space_id
        AND fitting.person_id = space_members.person_id AND fitting.why = 'rule'
    )
"""
UNTIE = """
    UPDATE space_members SET appointment_id = NULL, until = NULL
    WHERE why = 'hand' AND appointment_id IS NOT NULL
"""


def upgrade() -> None:
    op.create_index(
        "ix_publications_pinned_until",
        "publications",
        ["pinned_until"],
        sqlite_where=PINNED,
        postgresql_where=PINNED,
    )
    op.execute(TIE)


def downgrade() -> None:
    op.execute(UNTIE)
    op.drop_index("ix_publications_pinned_until", table_name="publications")
