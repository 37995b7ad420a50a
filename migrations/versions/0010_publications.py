"""Publications: what is written, published, addressed and confirmed.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("counts_newcomers", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(length=300), nullable=False),
        sa.Column("is_only_here", sa.Boolean(), nullable=False),
        sa.Column("pinned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_by_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_reason", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("confirmed_version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_publications_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_publications_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_publications_created_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_publications_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["people.id"], name=op.f("fk_publications_published_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["scheduled_by_id"], ["people.id"], name=op.f("fk_publications_scheduled_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_publications_space_id_spaces")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["people.id"], name=op.f("fk_publications_updated_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["people.id"], name=op.f("fk_publications_withdrawn_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_publications_conversation_id")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publications_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_publications_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_publications_post_id"), ["post_id"], unique=False)
        batch_op.create_index("ix_publications_published_at", ["published_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_publications_published_by_id"), ["published_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_publications_scheduled_at",
            ["scheduled_at"],
            unique=False,
            sqlite_where=sa.text("scheduled_at IS NOT NULL"),
            postgresql_where=sa.text("scheduled_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_publications_scheduled_by_id"), ["scheduled_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_publications_due_on",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("due_on IS NOT NULL"),
            postgresql_where=sa.text("due_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_publications_space_id_updated_at", ["space_id", "updated_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_updated_by_id"), ["updated_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_withdrawn_by_id"), ["withdrawn_by_id"], unique=False
        )

    op.create_table(
        "acknowledgements",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_acknowledgements_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_acknowledgements_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_acknowledgements_publication_id_publications"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["people.id"],
            name=op.f("fk_acknowledgements_recorded_by_id_people"),
        ),
        sa.PrimaryKeyConstraint(
            "publication_id", "person_id", "post_id", name=op.f("pk_acknowledgements")
        ),
    )
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_acknowledgements_person_id", ["person_id", "publication_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_acknowledgements_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_acknowledgements_recorded_by_id"), ["recorded_by_id"], unique=False
        )

    op.create_table(
        "publication_atoms",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("is_exception", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_publication_atoms_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint(
            "publication_id", "key", "is_exception", name=op.f("pk_publication_atoms")
        ),
    )
    with op.batch_alter_table("publication_atoms", schema=None) as batch_op:
        batch_op.create_index("ix_publication_atoms_key", ["key"], unique=False)

    op.create_table(
        "publication_files",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_publication_files_file_id_files")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_publication_files_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "file_id", name=op.f("pk_publication_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_publication_files_file_id")),
    )
    op.create_table(
        "publication_texts",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_publication_texts_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "language", name=op.f("pk_publication_texts")),
    )
    op.create_table(
        "publication_versions",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("file_ids", sa.JSON(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_publication_versions_publication_id_publications"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["people.id"],
            name=op.f("fk_publication_versions_published_by_id_people"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "number", name=op.f("pk_publication_versions")),
    )
    with op.batch_alter_table("publication_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publication_versions_published_by_id"), ["published_by_id"], unique=False
        )

    op.create_table(
        "recipients",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_recipients_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recipients_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_recipients_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_recipients_publication_id_publications"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_recipients_unit_id_units")
        ),
        sa.PrimaryKeyConstraint(
            "publication_id", "person_id", "post_id", name=op.f("pk_recipients")
        ),
    )
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipients_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(
            "ix_recipients_person_id", ["person_id", "publication_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recipients_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            "ix_recipients_publication_id_unit_id", ["publication_id", "unit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recipients_unit_id"), ["unit_id"], unique=False)

    column = sa.Column(
        "publishes_for_agency", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    with op.batch_alter_table("posts") as batch_op:
        batch_op.add_column(column)
    with op.batch_alter_table("posts") as batch_op:
        batch_op.alter_column(column.name, existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_column("publishes_for_agency")

    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipients_unit_id"))
        batch_op.drop_index("ix_recipients_publication_id_unit_id")
        batch_op.drop_index(batch_op.f("ix_recipients_post_id"))
        batch_op.drop_index("ix_recipients_person_id")
        batch_op.drop_index(batch_op.f("ix_recipients_agency_id"))

    op.drop_table("recipients")
    with op.batch_alter_table("publication_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_versions_published_by_id"))

    op.drop_table("publication_versions")
    op.drop_table("publication_texts")
    op.drop_table("publication_files")
    with op.batch_alter_table("publication_atoms", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_atoms_key")

    op.drop_table("publication_atoms")
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acknowledgements_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_acknowledgements_post_id"))
        batch_op.drop_index("ix_acknowledgements_person_id")

    op.drop_table("acknowledgements")
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publications_withdrawn_by_id"))
        batch_op.drop_index(batch_op.f("ix_publications_updated_by_id"))
        batch_op.drop_index("ix_publications_space_id_updated_at")
        batch_op.drop_index(
            "ix_publications_due_on",
            sqlite_where=sa.text("due_on IS NOT NULL"),
            postgresql_where=sa.text("due_on IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_publications_scheduled_by_id"))
        batch_op.drop_index(
            "ix_publications_scheduled_at",
            sqlite_where=sa.text("scheduled_at IS NOT NULL"),
            postgresql_where=sa.text("scheduled_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_publications_published_by_id"))
        batch_op.drop_index("ix_publications_published_at")
        batch_op.drop_index(batch_op.f("ix_publications_post_id"))
        batch_op.drop_index(batch_op.f("ix_publications_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_publications_agency_id"))

    op.drop_table("publications")
