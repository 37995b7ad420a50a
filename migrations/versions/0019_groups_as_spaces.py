"""Spaces of groups: their names, owner posts and keys; rules are found by one key for each atom.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("spaces") as table:
        table.alter_column("audience", existing_type=sa.JSON(), nullable=True)
        table.add_column(sa.Column("name", sa.JSON(), nullable=True))
        table.add_column(sa.Column("owner_post_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("reach", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("hides_people", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.create_foreign_key(
            op.f("fk_spaces_owner_post_id_posts"), "posts", ["owner_post_id"], ["id"]
        )
        table.create_index(op.f("ix_spaces_owner_post_id"), ["owner_post_id"])
    with op.batch_alter_table("spaces") as table:
        table.alter_column("hides_people", server_default=None)
    with op.batch_alter_table("space_members") as table:
        table.add_column(sa.Column("agency_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_space_members_agency_id_agencies"), "agencies", ["agency_id"], ["id"]
        )
        table.create_index(op.f("ix_space_members_agency_id"), ["agency_id"])
    op.create_table(
        "space_keys",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("shares", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turned_by_id", sa.Uuid(), nullable=True),
        sa.Column("turned_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turned_back_by_id", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_space_keys_{column}_{table}")
            )
            for column, table in (
                ("space_id", "spaces"),
                ("agency_id", "agencies"),
                ("asked_by_id", "people"),
                ("turned_by_id", "people"),
                ("turned_back_by_id", "people"),
            )
        ),
        sa.PrimaryKeyConstraint("space_id", "agency_id", name=op.f("pk_space_keys")),
    )
    for column in ("agency_id", "asked_by_id", "turned_by_id", "turned_back_by_id"):
        op.create_index(op.f(f"ix_space_keys_{column}"), "space_keys", [column])
    _find_by_key()


def _find_by_key() -> None:
    op.execute("CREATE TABLE kept_atoms AS SELECT space_id, kind, value FROM audience_atoms")
    op.drop_table("audience_atoms")
    op.create_table(
        "audience_atoms",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("is_exception", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_audience_atoms_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("space_id", "key", "is_exception", name=op.f("pk_audience_atoms")),
    )
    op.execute(
        "INSERT INTO audience_atoms (space_id, key, is_exception) "
        "SELECT space_id, CASE kind WHEN 'unit' THEN 'unit+:' ELSE 'agency:' END || value, false "
        "FROM kept_atoms"
    )
    op.drop_table("kept_atoms")
    op.create_index("ix_audience_atoms_key", "audience_atoms", ["key"])


def downgrade() -> None:
    op.execute(
        "CREATE TABLE kept_atoms AS SELECT space_id, key FROM audience_atoms "
        "WHERE key LIKE 'unit+:%' OR key LIKE 'agency:%'"
    )
    op.drop_table("audience_atoms")
    op.create_table(
        "audience_atoms",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_audience_atoms_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_atoms")),
    )
    op.execute(
        "INSERT INTO audience_atoms (id, space_id, kind, value) "
        "SELECT space_id, space_id, 'unit', substr(key, 7) FROM kept_atoms "
        "WHERE key LIKE 'unit+:%' "
        "UNION ALL SELECT space_id, space_id, 'agency', substr(key, 8) FROM kept_atoms "
        "WHERE key LIKE 'agency:%'"
    )
    op.drop_table("kept_atoms")
    op.create_index("ix_audience_atoms_kind_value", "audience_atoms", ["kind", "value"])
    op.create_index(op.f("ix_audience_atoms_space_id"), "audience_atoms", ["space_id"])
    op.drop_table("space_keys")
    with op.batch_alter_table("space_members") as table:
        table.drop_index(op.f("ix_space_members_agency_id"))
        table.drop_constraint(op.f("fk_space_members_agency_id_agencies"), type_="foreignkey")
        table.drop_column("agency_id")
    with op.batch_alter_table("spaces") as table:
        table.drop_index(op.f("ix_spaces_owner_post_id"))
        table.drop_constraint(op.f("fk_spaces_owner_post_id_posts"), type_="foreignkey")
        for column in ("hides_people", "archived_at", "reach", "owner_post_id", "name"):
            table.drop_column(column)
        table.alter_column("audience", existing_type=sa.JSON(), nullable=False)
