"""What agencies show on the open web, when they show nothing, and what they say of themselves.

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

PEOPLE = ("proposed_by_id", "declined_by_id", "approved_by_id", "taken_off_by_id")


def upgrade() -> None:
    op.create_table(
        "showcase_items",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("proposed_version", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by_id", sa.Uuid(), nullable=True),
        sa.Column("declined_reason", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_as_id", sa.Uuid(), nullable=True),
        sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_off_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _to("showcase_items", "publication_id", "publications"),
        _to("showcase_items", "agency_id", "agencies"),
        _to("showcase_items", "approved_as_id", "posts"),
        *(_to("showcase_items", name, "people") for name in PEOPLE),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_showcase_items")),
    )
    for name in (*PEOPLE, "approved_as_id"):
        op.create_index(op.f(f"ix_showcase_items_{name}"), "showcase_items", [name])
    for name, columns in (
        ("approved_at", ["approved_at", "publication_id"]),
        ("agency_id", ["agency_id", "approved_at", "publication_id"]),
        ("kind", ["kind", "publication_id"]),
        ("changed_at", ["changed_at"]),
    ):
        op.create_index(f"ix_showcase_items_{name}", "showcase_items", columns)
    op.create_index(
        "ix_showcase_items_proposed_at",
        "showcase_items",
        ["agency_id", "proposed_at"],
        sqlite_where=sa.text("proposed_at IS NOT NULL"),
        postgresql_where=sa.text("proposed_at IS NOT NULL"),
    )
    op.create_table(
        "showcase_freezes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _to("showcase_freezes", "agency_id", "agencies"),
        _to("showcase_freezes", "set_by_id", "people"),
        _to("showcase_freezes", "lifted_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showcase_freezes")),
    )
    op.create_index("ix_showcase_freezes_agency_id", "showcase_freezes", ["agency_id", "ends_on"])
    op.create_index("ix_showcase_freezes_ends_on", "showcase_freezes", ["ends_on", "starts_on"])
    for name in ("set_by_id", "lifted_by_id"):
        op.create_index(op.f(f"ix_showcase_freezes_{name}"), "showcase_freezes", [name])
    op.create_table(
        "showcase_profiles",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _to("showcase_profiles", "agency_id", "agencies"),
        _to("showcase_profiles", "updated_by_id", "people"),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_showcase_profiles")),
    )
    op.create_index(
        op.f("ix_showcase_profiles_updated_by_id"), "showcase_profiles", ["updated_by_id"]
    )


def downgrade() -> None:
    op.drop_table("showcase_profiles")
    op.drop_table("showcase_freezes")
    op.drop_table("showcase_items")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)
