"""Questions, whom they are passed on to, answers, criteria; models to copy, and who uses them.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _questions()
    _routes()
    _answers()
    _criteria()
    _models()


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("addressee", sa.String(length=20), nullable=False),
        sa.Column("function_code", sa.String(length=3), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("territories", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("first_answer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_message_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_to_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_by_id", sa.Uuid(), nullable=True),
        _key("questions", "publication_id", "publications"),
        _key("questions", "function_code", "functions", "code"),
        _key("questions", "post_id", "posts"),
        _key("questions", "agency_id", "agencies"),
        _key("questions", "accepted_message_id", "messages"),
        _key("questions", "joined_to_id", "publications"),
        _key("questions", "joined_by_id", "people"),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at", "publication_id"])
    op.create_index(
        "ix_questions_state_asked_at", "questions", ["state", "asked_at", "publication_id"]
    )
    op.create_index(
        "ix_questions_agency_id_asked_at", "questions", ["agency_id", "asked_at", "publication_id"]
    )
    op.create_index("ix_questions_state_routed_at", "questions", ["state", "routed_at"])
    _indexes(
        "questions",
        *("function_code", "post_id", "accepted_message_id", "joined_to_id", "joined_by_id"),
    )


def _routes() -> None:
    op.create_table(
        "question_routes",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        _key("question_routes", "publication_id", "publications"),
        _key("question_routes", "person_id", "people"),
        _key("question_routes", "post_id", "posts"),
        sa.PrimaryKeyConstraint("publication_id", "person_id", name=op.f("pk_question_routes")),
    )
    op.create_index(
        "ix_question_routes_person_id_asked_at", "question_routes", ["person_id", "asked_at"]
    )
    _indexes("question_routes", "post_id")
    op.create_table(
        "question_allowances",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("a_week", sa.Integer(), nullable=False),
        _key("question_allowances", "person_id", "people"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_question_allowances")),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        _key("answers", "message_id", "messages"),
        _key("answers", "publication_id", "publications"),
        _key("answers", "person_id", "people"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_publication_id", "answers", ["publication_id", "answered_at"])
    _indexes("answers", "person_id")


def _criteria() -> None:
    op.create_table(
        "criteria",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("law", sa.String(length=300), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("review_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outdated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outdated_by_id", sa.Uuid(), nullable=True),
        sa.Column("outdated_why", sa.String(length=300), nullable=False),
        sa.Column("renews_id", sa.Uuid(), nullable=True),
        _key("criteria", "publication_id", "publications"),
        _key("criteria", "question_id", "publications"),
        _key("criteria", "message_id", "messages"),
        _key("criteria", "outdated_by_id", "people"),
        _key("criteria", "renews_id", "publications"),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("renews_id", name=op.f("uq_criteria_renews_id")),
    )
    op.create_index("ix_criteria_confirmed_at", "criteria", ["confirmed_at", "publication_id"])
    op.create_index("ix_criteria_question_id", "criteria", ["question_id", "confirmed_at"])
    op.create_index("ix_criteria_review_on", "criteria", ["review_on", "review_told_at"])
    _indexes("criteria", "message_id", "outdated_by_id")


def _models() -> None:
    op.create_table(
        "models",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("law", sa.String(length=300), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("lapse_told_on", sa.Date(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _key("models", "publication_id", "publications"),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_models")),
    )
    op.create_index("ix_models_added_at", "models", ["added_at", "publication_id"])
    op.create_index("ix_models_valid_until", "models", ["valid_until", "lapse_told_on"])
    op.create_table(
        "model_uses",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _key("model_uses", "publication_id", "publications"),
        _key("model_uses", "post_id", "posts"),
        _key("model_uses", "agency_id", "agencies"),
        _key("model_uses", "person_id", "people"),
        sa.PrimaryKeyConstraint("publication_id", "post_id", name=op.f("pk_model_uses")),
    )
    _indexes("model_uses", "post_id", "agency_id", "person_id")


def downgrade() -> None:
    for table in (
        *("model_uses", "models", "criteria", "answers", "question_allowances"),
        *("question_routes", "questions"),
    ):
        op.drop_table(table)


def _key(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=name)


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
