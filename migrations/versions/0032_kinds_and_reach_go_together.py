"""What PostgreSQL has to know of publications: which kinds reach everybody.

Revision: 0032, after 0031. Half of all reaches everybody and a tenth are articles, of which nearly
none does; it thought of a twentieth, and looked for them among all, from the newest on.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NAME = "st_publications_visibility_kind"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE STATISTICS {NAME} (mcv) ON visibility, kind FROM publications")
        op.execute("ANALYZE publications")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP STATISTICS {NAME}")
