"""Ideas boxes with what became of each idea, and polls with their rolls and counters.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idea_boxes",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=1000), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_idea_boxes_opened_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_idea_boxes_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_idea_boxes_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_boxes")),
    )
    op.create_index(op.f("ix_idea_boxes_opened_at"), "idea_boxes", ["opened_at"])
    op.create_index(op.f("ix_idea_boxes_opened_by_id"), "idea_boxes", ["opened_by_id"])
    op.create_index(op.f("ix_idea_boxes_post_id"), "idea_boxes", ["post_id"])
    op.create_index("ix_idea_boxes_space_id_opened_at", "idea_boxes", ["space_id", "opened_at"])
    op.create_table(
        "ideas",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("box_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("joined_into_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["box_id"], ["idea_boxes.id"], name=op.f("fk_ideas_box_id_idea_boxes")
        ),
        sa.ForeignKeyConstraint(
            ["joined_by_id"], ["people.id"], name=op.f("fk_ideas_joined_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["joined_into_id"], ["ideas.publication_id"], name=op.f("fk_ideas_joined_into_id_ideas")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_ideas_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_ideas")),
    )
    op.create_index(
        "ix_ideas_answered_at",
        "ideas",
        ["answered_at", "publication_id"],
        sqlite_where=sa.text("answered_at IS NOT NULL"),
        postgresql_where=sa.text("answered_at IS NOT NULL"),
    )
    op.create_index("ix_ideas_box_id", "ideas", ["box_id", "publication_id"])
    op.create_index(
        "ix_ideas_due_at",
        "ideas",
        ["due_at", "publication_id"],
        sqlite_where=sa.text("answered_at IS NULL AND joined_into_id IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL AND joined_into_id IS NULL"),
    )
    op.create_index("ix_ideas_box_id_supports", "ideas", ["box_id", "supports", "publication_id"])
    op.create_index(
        "ix_ideas_box_id_answered_at",
        "ideas",
        ["box_id", "answered_at", "publication_id"],
        sqlite_where=sa.text("answered_at IS NOT NULL"),
        postgresql_where=sa.text("answered_at IS NOT NULL"),
    )
    op.create_index(
        "ix_ideas_box_id_due_at",
        "ideas",
        ["box_id", "due_at", "publication_id"],
        sqlite_where=sa.text("answered_at IS NULL AND joined_into_id IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL AND joined_into_id IS NULL"),
    )
    op.create_index("ix_ideas_status", "ideas", ["status", "publication_id"])
    op.create_index(op.f("ix_ideas_joined_by_id"), "ideas", ["joined_by_id"])
    op.create_index(
        "ix_ideas_joined_into_id",
        "ideas",
        ["joined_into_id"],
        sqlite_where=sa.text("joined_into_id IS NOT NULL"),
        postgresql_where=sa.text("joined_into_id IS NOT NULL"),
    )
    op.create_index("ix_ideas_supports", "ideas", ["supports", "publication_id"])
    op.create_table(
        "polls",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("results", sa.String(length=20), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("key_check", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["people.id"], name=op.f("fk_polls_closed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_polls_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_closed_by_id"), "polls", ["closed_by_id"])
    op.create_index(
        "ix_polls_closes_at",
        "polls",
        ["closes_at", "publication_id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_polls_open",
        "polls",
        ["publication_id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "idea_answers",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_idea_answers_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_idea_answers_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ideas.publication_id"],
            name=op.f("fk_idea_answers_publication_id_ideas"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_answers")),
    )
    op.create_index(op.f("ix_idea_answers_by_id"), "idea_answers", ["by_id"])
    op.create_index(op.f("ix_idea_answers_post_id"), "idea_answers", ["post_id"])
    op.create_index("ix_idea_answers_publication_id_at", "idea_answers", ["publication_id", "at"])
    op.create_table(
        "idea_steps",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_idea_steps_by_id_people")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_idea_steps_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ideas.publication_id"],
            name=op.f("fk_idea_steps_publication_id_ideas"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_steps")),
    )
    op.create_index(op.f("ix_idea_steps_by_id"), "idea_steps", ["by_id"])
    op.create_index(op.f("ix_idea_steps_post_id"), "idea_steps", ["post_id"])
    op.create_index("ix_idea_steps_publication_id_at", "idea_steps", ["publication_id", "at"])
    op.create_table(
        "idea_supports",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_idea_supports_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ideas.publication_id"],
            name=op.f("fk_idea_supports_publication_id_ideas"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "person_id", name=op.f("pk_idea_supports")),
    )
    op.create_index(op.f("ix_idea_supports_person_id"), "idea_supports", ["person_id"])
    op.create_table(
        "poll_choices",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suits", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_poll_choices_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.publication_id"], name=op.f("fk_poll_choices_poll_id_polls")
        ),
        sa.PrimaryKeyConstraint("poll_id", "person_id", "number", name=op.f("pk_poll_choices")),
    )
    op.create_index("ix_poll_choices_person_id", "poll_choices", ["person_id"])
    op.create_table(
        "poll_options",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("maybes", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.BigInteger(), nullable=True),
        sa.Column("sealed_maybes", sa.BigInteger(), nullable=True),
        sa.Column("pending", sa.BigInteger(), nullable=True),
        sa.Column("pending_maybes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.publication_id"], name=op.f("fk_poll_options_poll_id_polls")
        ),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_poll_options")),
    )
    op.create_table(
        "poll_voters",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_poll_voters_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.publication_id"], name=op.f("fk_poll_voters_poll_id_polls")
        ),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_voters")),
    )
    op.create_index("ix_poll_voters_person_id", "poll_voters", ["person_id", "poll_id"])


def downgrade() -> None:
    op.drop_index("ix_poll_voters_person_id", table_name="poll_voters")
    op.drop_table("poll_voters")
    op.drop_table("poll_options")
    op.drop_index("ix_poll_choices_person_id", table_name="poll_choices")
    op.drop_table("poll_choices")
    op.drop_index(op.f("ix_idea_supports_person_id"), table_name="idea_supports")
    op.drop_table("idea_supports")
    op.drop_index("ix_idea_steps_publication_id_at", table_name="idea_steps")
    op.drop_index(op.f("ix_idea_steps_post_id"), table_name="idea_steps")
    op.drop_index(op.f("ix_idea_steps_by_id"), table_name="idea_steps")
    op.drop_table("idea_steps")
    op.drop_index("ix_idea_answers_publication_id_at", table_name="idea_answers")
    op.drop_index(op.f("ix_idea_answers_post_id"), table_name="idea_answers")
    op.drop_index(op.f("ix_idea_answers_by_id"), table_name="idea_answers")
    op.drop_table("idea_answers")
    op.drop_index("ix_polls_open", table_name="polls")
    op.drop_index("ix_polls_closes_at", table_name="polls")
    op.drop_index(op.f("ix_polls_closed_by_id"), table_name="polls")
    op.drop_table("polls")
    op.drop_index("ix_ideas_status", table_name="ideas")
    op.drop_index("ix_ideas_box_id_due_at", table_name="ideas")
    op.drop_index("ix_ideas_box_id_answered_at", table_name="ideas")
    op.drop_index("ix_ideas_box_id_supports", table_name="ideas")
    op.drop_index("ix_ideas_supports", table_name="ideas")
    op.drop_index(op.f("ix_ideas_joined_into_id"), table_name="ideas")
    op.drop_index(op.f("ix_ideas_joined_by_id"), table_name="ideas")
    op.drop_index("ix_ideas_due_at", table_name="ideas")
    op.drop_index("ix_ideas_box_id", table_name="ideas")
    op.drop_index("ix_ideas_answered_at", table_name="ideas")
    op.drop_table("ideas")
    op.drop_index("ix_idea_boxes_space_id_opened_at", table_name="idea_boxes")
    op.drop_index(op.f("ix_idea_boxes_post_id"), table_name="idea_boxes")
    op.drop_index(op.f("ix_idea_boxes_opened_by_id"), table_name="idea_boxes")
    op.drop_index(op.f("ix_idea_boxes_opened_at"), table_name="idea_boxes")
    op.drop_table("idea_boxes")
