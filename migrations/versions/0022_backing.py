"""How far others than the holder of a post say so of its functions.

Revision: 0022, after 0021.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

GIVES_RIGHTS = ("OAC", "SEC")
"""The functions by which posts read what is written to vacant ones."""


def upgrade() -> None:
    """Add the column: half the strength of suggestions, and by the audit log what holders said."""
    with op.batch_alter_table("post_functions") as table:
        table.add_column(sa.Column("backing", sa.Double(), nullable=False, server_default="1.0"))
    functions = sa.table(
        "post_functions",
        sa.column("post_id", sa.Uuid()),
        sa.column("function_code", sa.String()),
        sa.column("is_suggested", sa.Boolean()),
        sa.column("strength", sa.Double()),
        sa.column("backing", sa.Double()),
    )
    op.execute(
        sa.update(functions)
        .where(functions.c.is_suggested)
        .values(backing=functions.c.strength / 2)
    )
    connection = op.get_bind()
    confirmed = sa.select(functions.c.post_id, functions.c.function_code).where(
        functions.c.function_code.in_(GIVES_RIGHTS), ~functions.c.is_suggested
    )
    for post_id, code in connection.execute(confirmed).all():
        backing = _backing(code, _lines(connection, post_id))
        is_it = sa.and_(functions.c.post_id == post_id, functions.c.function_code == code)
        op.execute(sa.update(functions).where(is_it).values(backing=backing))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("post_functions") as table:
        table.drop_column("backing")


def _lines(connection: sa.Connection, post_id: Any) -> list[tuple[dict[str, Any], bool]]:
    """Return what each line says about the functions of a post, and whether its holder did it."""
    lines = sa.table(
        "audit_lines",
        sa.column("number", sa.Integer()),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("actor_id", sa.Uuid()),
        sa.column("act", sa.String()),
        sa.column("subject_kind", sa.String()),
        sa.column("subject_id", sa.Uuid()),
        sa.column("detail", sa.JSON()),
    )
    held = sa.table(
        "appointments",
        sa.column("post_id", sa.Uuid()),
        sa.column("person_id", sa.Uuid()),
        sa.column("since", sa.DateTime(timezone=True)),
        sa.column("until", sa.DateTime(timezone=True)),
    )
    by_holder = sa.exists().where(
        held.c.post_id == post_id,
        held.c.person_id == lines.c.actor_id,
        held.c.since <= lines.c.at,
        sa.or_(held.c.until.is_(None), held.c.until > lines.c.at),
    )
    found = connection.execute(
        sa.select(lines.c.detail, by_holder.label("by_holder"))
        .where(
            lines.c.subject_kind == "post",
            lines.c.subject_id == post_id,
            lines.c.act == "post.functions",
        )
        .order_by(lines.c.number)
    )
    return [(row.detail, bool(row.by_holder)) for row in found]


def _backing(code: str, lines: list[tuple[dict[str, Any], bool]]) -> float:
    """Return how far others said so, since a function counts as confirmed with its post."""
    backing = 1.0
    for detail, by_holder in lines:
        had = detail.get("was", {}).get(code)
        if code not in detail.get("after", ()):
            backing = 0.0
        elif not by_holder:
            backing = 1.0
        elif code not in detail.get("before", ()):
            backing = 0.0
        elif had and had[0]:
            backing = float(had[1]) / 2
    return backing
