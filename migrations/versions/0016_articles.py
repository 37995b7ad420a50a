"""Articles: whom they reach, what they are about, who follows whom, where they are discussed.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication_topics",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("function_code", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_publication_topics_publication_id_publications"),
        ),
        sa.ForeignKeyConstraint(
            ["function_code"],
            ["functions.code"],
            name=op.f("fk_publication_topics_function_code_functions"),
        ),
        sa.PrimaryKeyConstraint(
            "publication_id", "function_code", name=op.f("pk_publication_topics")
        ),
    )
    op.create_index(
        op.f("ix_publication_topics_function_code"), "publication_topics", ["function_code"]
    )
    op.create_table(
        "follows",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_follows_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", "subject", name=op.f("pk_follows")),
    )
    op.create_index("ix_follows_kind_subject", "follows", ["kind", "subject", "person_id"])
    with op.batch_alter_table("publications") as table:
        table.add_column(sa.Column("visibility", sa.String(length=20), nullable=True))
        table.add_column(
            sa.Column("has_discussion", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.drop_index(op.f("ix_publications_published_by_id"))
        table.create_index("ix_publications_kind_published_at", ["kind", "published_at"])
        table.create_index("ix_publications_space_id_published_at", ["space_id", "published_at"])
        table.create_index(
            "ix_publications_published_by_id_published_at", ["published_by_id", "published_at"]
        )
    with op.batch_alter_table("publications") as table:
        table.alter_column("has_discussion", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("publications") as table:
        table.drop_index("ix_publications_published_by_id_published_at")
        table.drop_index("ix_publications_space_id_published_at")
        table.drop_index("ix_publications_kind_published_at")
        table.create_index(op.f("ix_publications_published_by_id"), ["published_by_id"])
        table.drop_column("has_discussion")
        table.drop_column("visibility")
    op.drop_index("ix_follows_kind_subject", "follows")
    op.drop_table("follows")
    op.drop_index(op.f("ix_publication_topics_function_code"), "publication_topics")
    op.drop_table("publication_topics")
