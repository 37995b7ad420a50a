"""The log of changes of the organisation, begun with what is there, and further successors.

Revision: 0015, after 0014.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH_SIZE = 5_000
INSTANT = sa.DateTime(timezone=True)
TYPES: dict[str, Any] = {
    "name": sa.JSON(),
    "title": sa.JSON(),
    "languages": sa.JSON(),
    "level": sa.Integer(),
    "places": sa.Integer(),
    **dict.fromkeys(("valid_from", "valid_to", "starts_on", "ends_on"), sa.Date()),
    **dict.fromkeys(("proposed_at", "accepted_at", "since", "until", "ended_at"), INSTANT),
    **dict.fromkeys(
        ("is_head", "publishes_for_agency", "keeps_registry", "in_directory"), sa.Boolean()
    ),
}
LOGGED = {
    "agency": (
        "agencies",
        (
            "code",
            "code_scheme",
            "register_code",
            "handle",
            "name",
            "kind",
            "territory",
            "languages",
            "time_zone",
            "in_directory",
        ),
    ),
    "unit": (
        "units",
        ("parent_id", "code", "name", "kind", "valid_from", "valid_to", "successor_id"),
    ),
    "post": (
        "posts",
        (
            "unit_id",
            "code",
            "handle",
            "title",
            "kind",
            "level",
            "is_head",
            "places",
            "publishes_for_agency",
            "keeps_registry",
            "fallback_id",
            "fallback_asked_id",
            "valid_from",
            "valid_to",
        ),
    ),
    "appointment": (
        "appointments",
        ("post_id", "person_id", "kind", "basis", "starts_on", "ends_on"),
    ),
    "administration": (
        "administrations",
        (
            "post_id",
            "deputy_post_id",
            "role",
            "proposed_at",
            "accepted_at",
            "since",
            "until",
            "ended_at",
        ),
    ),
}


def upgrade() -> None:
    """Create the tables, and log every row as it is now."""
    op.create_table(
        "unit_successors",
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("units.id"), primary_key=True),
        sa.Column("successor_id", sa.Uuid(), sa.ForeignKey("units.id"), primary_key=True),
    )
    op.create_index("ix_unit_successors_successor_id", "unit_successors", ["successor_id"])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    log = op.create_table(
        "organisation_changes",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.JSON(none_as_null=True)),
        sa.Column("audit_number", sa.Integer()),
    )
    for column in ("agency_id", "row_id"):
        op.create_index(
            f"ix_organisation_changes_{column}_number", "organisation_changes", [column, "number"]
        )
    now = datetime.now(UTC)
    for kind in LOGGED:
        for lines in _lines(kind, now):
            op.bulk_insert(log, lines)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("organisation_changes")
    op.drop_table("unit_successors")


def _lines(kind: str, now: datetime) -> Iterator[list[dict[str, Any]]]:
    """Yield the states of all rows of a kind, in batches."""
    name, columns = LOGGED[kind]
    uuid = sa.Uuid()
    table = sa.table(
        name,
        sa.column("id", uuid),
        *([] if kind in {"agency", "appointment"} else [sa.column("agency_id", uuid)]),
        *(sa.column(one, _type(one)) for one in columns),
    )
    wanted = [table.c.id, *(table.c[one] for one in columns)]
    if kind == "appointment":
        posts = sa.table("posts", sa.column("id", uuid), sa.column("agency_id", uuid))
        rows = sa.select(*wanted, posts.c.agency_id.label("of_agency"))
        rows = rows.join(posts, posts.c.id == table.c.post_id)
    else:
        of_agency = table.c.id if kind == "agency" else table.c.agency_id
        rows = sa.select(*wanted, of_agency.label("of_agency"))
    after: UUID | None = None
    while True:
        page = rows.order_by(table.c.id).limit(BATCH_SIZE)
        found = op.get_bind().execute(page.where(table.c.id > after) if after else page).all()
        if not found:
            return
        after = found[-1].id
        yield [
            {
                "agency_id": row.of_agency,
                "at": now,
                "kind": kind,
                "row_id": row.id,
                "state": {one: _plain(one, getattr(row, one)) for one in columns},
                "audit_number": None,
            }
            for row in found
        ]


def _type(column: str) -> Any:
    return sa.Uuid() if column.endswith("_id") else TYPES.get(column, sa.String())


def _plain(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column in {"name", "title"}:
        return dict(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
