"""The audit log by act: sign-ins have lines in it as well, and are many.

Revision: 0037, after 0036. Without it the acts that occur would be read out of all lines.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

NAME = "ix_audit_lines_agency_id_act_number"


def upgrade() -> None:
    op.create_index(NAME, "audit_lines", ["agency_id", "act", "number"])


def downgrade() -> None:
    op.drop_index(NAME, "audit_lines")
