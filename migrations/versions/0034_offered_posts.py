"""A post is offered to somebody of another agency, and begins when they accept.

Revision: 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_appointment_offers_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_appointment_offers_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"],
            ["people.id"],
            name=op.f("fk_appointment_offers_offered_by_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_offers")),
        sa.UniqueConstraint(
            "post_id", "person_id", name=op.f("uq_appointment_offers_post_id_person_id")
        ),
    )
    op.create_index(op.f("ix_appointment_offers_person_id"), "appointment_offers", ["person_id"])
    op.create_index(
        op.f("ix_appointment_offers_offered_by_id"), "appointment_offers", ["offered_by_id"]
    )


def downgrade() -> None:
    op.drop_table("appointment_offers")
