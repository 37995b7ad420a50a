"""Initiatives, their stages, partners, contacts and updates, and who uses them.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _initiatives()
    _about_them()
    _adoptions()


def downgrade() -> None:
    for table in (
        "adoptions",
        "initiative_updates",
        "initiative_contacts",
        "initiative_partners",
        "initiative_stages",
        "initiative_texts",
        "initiatives",
    ):
        op.drop_table(table)


def _initiatives() -> None:
    op.create_table(
        "initiatives",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("stage_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("cost", sa.String(length=200), nullable=False),
        sa.Column("time", sa.String(length=200), nullable=False),
        sa.Column("effort", sa.String(length=200), nullable=False),
        sa.Column("law", sa.String(length=500), nullable=False),
        sa.Column("technology", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        _foreign("initiatives", "publication_id", "publications.id"),
        _foreign("initiatives", "agency_id", "agencies.id"),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_initiatives")),
    )
    op.create_index("ix_initiatives_changed_at", "initiatives", ["changed_at", "publication_id"])
    op.create_index(
        "ix_initiatives_stage", "initiatives", ["stage", "changed_at", "publication_id"]
    )
    op.create_index(
        "ix_initiatives_agency_id", "initiatives", ["agency_id", "changed_at", "publication_id"]
    )
    op.create_table(
        "initiative_texts",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        _foreign("initiative_texts", "publication_id", "initiatives.publication_id"),
        sa.PrimaryKeyConstraint("publication_id", "language", name=op.f("pk_initiative_texts")),
    )


def _about_them() -> None:
    op.create_table(
        "initiative_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _foreign("initiative_stages", "publication_id", "initiatives.publication_id"),
        _foreign("initiative_stages", "by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_stages")),
    )
    op.create_index(
        "ix_initiative_stages_publication_id_at",
        "initiative_stages",
        ["publication_id", "at", "id"],
    )
    op.create_index(op.f("ix_initiative_stages_by_id"), "initiative_stages", ["by_id"])
    op.create_table(
        "initiative_partners",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        _foreign("initiative_partners", "publication_id", "initiatives.publication_id"),
        _foreign("initiative_partners", "agency_id", "agencies.id"),
        sa.PrimaryKeyConstraint("publication_id", "agency_id", name=op.f("pk_initiative_partners")),
    )
    op.create_index(op.f("ix_initiative_partners_agency_id"), "initiative_partners", ["agency_id"])
    op.create_table(
        "initiative_contacts",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        _foreign("initiative_contacts", "publication_id", "initiatives.publication_id"),
        _foreign("initiative_contacts", "post_id", "posts.id"),
        sa.PrimaryKeyConstraint("publication_id", "post_id", name=op.f("pk_initiative_contacts")),
    )
    op.create_index(op.f("ix_initiative_contacts_post_id"), "initiative_contacts", ["post_id"])
    op.create_table(
        "initiative_updates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _foreign("initiative_updates", "publication_id", "initiatives.publication_id"),
        _foreign("initiative_updates", "by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_updates")),
    )
    op.create_index(
        "ix_initiative_updates_publication_id_at",
        "initiative_updates",
        ["publication_id", "at", "id"],
    )
    op.create_index(op.f("ix_initiative_updates_by_id"), "initiative_updates", ["by_id"])


def _adoptions() -> None:
    op.create_table(
        "adoptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("cost", sa.String(length=200), nullable=False),
        sa.Column("took", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        _foreign("adoptions", "publication_id", "initiatives.publication_id"),
        _foreign("adoptions", "agency_id", "agencies.id"),
        _foreign("adoptions", "contact_id", "posts.id"),
        _foreign("adoptions", "post_id", "posts.id"),
        _foreign("adoptions", "by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    op.create_index("ix_adoptions_publication_id_at", "adoptions", ["publication_id", "at", "id"])
    op.create_index("ix_adoptions_agency_id_at", "adoptions", ["agency_id", "at", "id"])
    for column in ("contact_id", "post_id", "by_id"):
        op.create_index(op.f(f"ix_adoptions_{column}"), "adoptions", [column])
    op.create_index(
        "uq_adoptions_current",
        "adoptions",
        ["publication_id", "agency_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target.split('.', maxsplit=1)[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name)
