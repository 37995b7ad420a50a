"""The tables of the first release, a function for each package.

Revision: 0001, the first. `migrations/from_0047.py` brings an installation from before it here.
"""

import sqlalchemy as sa
from alembic import op

from intranet.platform.index import fulltext

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _platform_audit()
    _platform_core()
    _platform_index()
    _organisation_agencies()
    _organisation_people()
    _organisation_accounts()
    _organisation_worktime()
    _delivery_files()
    _delivery_push()
    _messaging_spaces()
    _messaging_conversations()
    _messaging_messages()
    _finding_counterparts()
    _publishing_case_files()
    _publishing_publications()
    _publishing_announcements()
    _publishing_model_texts()
    _collaboration_events()
    _collaboration_groups()
    _collaboration_ideas()
    _collaboration_initiatives()
    _collaboration_polls()
    _collaboration_questions()
    _attention_moderation()
    _attention_notifications()
    _attention_statistics()
    _public_site()
    _administration_imports()


def downgrade() -> None:
    fulltext.drop(op.get_bind())
    found = sa.MetaData()
    found.reflect(op.get_bind())
    for table in reversed(found.sorted_tables):
        if table.name != "alembic_version":
            op.drop_table(table.name)


def _index_where(table: str, name: str, columns: list[str], condition: str) -> None:
    """Index the few rows of a table for which a condition holds, in the same words anywhere."""
    is_met = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=is_met, postgresql_where=is_met)


def _platform_audit() -> None:
    op.create_table(
        "audit_lines",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index(
        "ix_audit_lines_agency_id_act_number", "audit_lines", ["agency_id", "act", "number"]
    )
    op.create_index("ix_audit_lines_subject", "audit_lines", ["subject_kind", "subject_id"])
    op.create_index(
        "uq_audit_lines_agency_id_number", "audit_lines", ["agency_id", "number"], unique=True
    )


def _platform_core() -> None:
    op.create_table(
        "epochs",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
    )
    op.create_index("ix_outbox_due", "outbox", ["done_at", "run_after"])
    op.create_table(
        "repeatables",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_repeatables_created_at", "repeatables", ["created_at"])


def _platform_index() -> None:
    op.create_table(
        "search_documents",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid()),
        sa.Column("author_id", sa.Uuid()),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.UniqueConstraint("kind", "subject_id"),
    )
    _index_where("search_documents", "ix_search_documents_at", ["at"], "at IS NOT NULL")
    op.create_index(
        "ix_search_documents_conversation_id", "search_documents", ["conversation_id", "kind", "id"]
    )
    _index_where(
        "search_documents",
        "ix_search_documents_published",
        ["kind", "id"],
        "kind IN ('publication', 'open')",
    )
    op.create_table(
        "search_owed",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), primary_key=True),
    )
    op.create_table(
        "search_trigrams",
        sa.Column("trigram", sa.String(3), primary_key=True),
        sa.Column("size", sa.Integer(), primary_key=True),
        sa.Column("word", sa.String(40), primary_key=True),
    )
    op.create_table(
        "search_words",
        sa.Column(
            "word",
            sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql"),
            primary_key=True,
        ),
    )
    fulltext.create(op.get_bind())


def _organisation_agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("code_scheme", sa.String(20), nullable=False),
        sa.Column("handle", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("sort_key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("territory", sa.String(20)),
        sa.Column("population", sa.Integer()),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(40), nullable=False),
        sa.Column("second_factor", sa.String(20), nullable=False),
        sa.Column("basis_shown_outside", sa.Boolean(), nullable=False),
        sa.Column("in_directory", sa.Boolean(), nullable=False),
        sa.Column("contact_outside", sa.Boolean(), nullable=False),
        sa.Column("mail_content", sa.String(20), nullable=False),
        sa.Column("video_mb", sa.Integer(), nullable=False),
        sa.Column("articles", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_agencies_hidden",
        "agencies",
        ["id"],
        sqlite_where=sa.text("in_directory = 0"),
        postgresql_where=sa.text("NOT in_directory"),
    )
    op.create_index("ix_agencies_sort_key", "agencies", ["sort_key"])
    op.create_index("ix_agencies_territory", "agencies", ["territory"])
    op.create_table(
        "functions",
        sa.Column("code", sa.String(3), primary_key=True),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("cofog", sa.String(10), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("units.id")),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("sort_key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column(
            "path",
            sa.String(700).with_variant(sa.String(700, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("successor_id", sa.Uuid(), sa.ForeignKey("units.id")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("agency_id", "code"),
    )
    op.create_index("ix_units_agency_id", "units", ["agency_id"])
    op.create_index("ix_units_parent_id", "units", ["parent_id"])
    op.create_index("ix_units_path", "units", ["path"])
    op.create_index("ix_units_successor_id", "units", ["successor_id"])
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("handle", sa.String(60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("sort_key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("publishes_for_agency", sa.Boolean(), nullable=False),
        sa.Column("keeps_registry", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("fallback_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("fallback_asked_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("onward_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("agency_id", "code"),
        sa.UniqueConstraint("agency_id", "handle"),
    )
    op.create_index("ix_posts_agency_id", "posts", ["agency_id"])
    op.create_index("ix_posts_fallback_asked_id", "posts", ["fallback_asked_id"])
    _index_where("posts", "ix_posts_fallback_id", ["fallback_id"], "fallback_id IS NOT NULL")
    op.create_index("ix_posts_onward_id", "posts", ["onward_id"])
    op.create_index("ix_posts_unit_id", "posts", ["unit_id"])
    op.create_table(
        "administrations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_administrations_agency_id", "administrations", ["agency_id"])
    op.create_index(
        "ix_administrations_post_id_ended_at", "administrations", ["post_id", "ended_at"]
    )
    op.create_table(
        "post_functions",
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("function_code", sa.String(3), sa.ForeignKey("functions.code"), primary_key=True),
        sa.Column("is_suggested", sa.Boolean(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
    )
    op.create_index("ix_post_functions_function_code", "post_functions", ["function_code"])


def _organisation_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("sort_key", sa.String(200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("ask_about", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("contact_note", sa.String(300), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("reach", sa.JSON(), nullable=False),
        sa.Column("showing", sa.String(20), nullable=False),
        sa.Column("open_to_questions", sa.Boolean(), nullable=False),
        sa.Column("is_suggested", sa.Boolean(), nullable=False),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("photo_key", sa.String(80)),
        sa.Column("status_emoji", sa.String(40), nullable=False, server_default=sa.text("''")),
        sa.Column("status_text", sa.String(80), nullable=False, server_default=sa.text("''")),
        sa.Column("status_until", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_people_sort_key", "people", ["sort_key"])
    _index_where("people", "ix_people_status_until", ["status_until"], "status_until IS NOT NULL")
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_absences_person_id_ends_on", "absences", ["person_id", "ends_on"])
    op.create_index("ix_absences_set_by_id", "absences", ["set_by_id"])
    op.create_index("ix_absences_since", "absences", ["since"])
    op.create_index("ix_absences_stand_in_id", "absences", ["stand_in_id"])
    op.create_index("ix_absences_until", "absences", ["until"])
    op.create_table(
        "first_steps_ends",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "hidden_profiles",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("photo_key", sa.String(80)),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_hidden_profiles_person_id", "hidden_profiles", ["person_id"])
    op.create_table(
        "appointment_offers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("post_id", "person_id"),
    )
    op.create_index("ix_appointment_offers_offered_by_id", "appointment_offers", ["offered_by_id"])
    op.create_index("ix_appointment_offers_person_id", "appointment_offers", ["person_id"])
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("on_hold", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_appointments_ends_on", "appointments", ["ends_on"])
    op.create_index("ix_appointments_person_id_until", "appointments", ["person_id", "until"])
    op.create_index("ix_appointments_post_id_until", "appointments", ["post_id", "until"])
    op.create_index("ix_appointments_starts_on", "appointments", ["starts_on"])


def _organisation_accounts() -> None:
    op.create_table(
        "failures",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_failures_last_at", "failures", ["last_at"])
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False, unique=True),
        sa.Column("home_agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("email", sa.String(254), unique=True),
        sa.Column("staff_number", sa.String(40)),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(5)),
        sa.Column("time_zone", sa.String(40)),
        sa.Column("theme", sa.String(10), nullable=False),
        sa.Column("enter_sends", sa.Boolean(), nullable=False),
        sa.Column("single_keys", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(64)),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("home_agency_id", "staff_number"),
    )
    op.create_index("ix_accounts_home_agency_id", "accounts", ["home_agency_id"])
    op.create_table(
        "address_changes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False, unique=True
        ),
        sa.Column("email", sa.String(254)),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holds_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_address_changes_asked_by_id", "address_changes", ["asked_by_id"])
    op.create_index("ix_address_changes_holds_at", "address_changes", ["holds_at"])
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id")),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_one_time_links_account_id", "one_time_links", ["account_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"])
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_sign_ins_account_id_ended_at", "sign_ins", ["account_id", "ended_at"])
    op.create_index("ix_sign_ins_ended_at", "sign_ins", ["ended_at"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_tokens_account_id", "tokens", ["account_id"])
    op.create_index("ix_tokens_revoked_at", "tokens", ["revoked_at"])


def _organisation_worktime() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("is_holiday", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "duties",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("note", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("agency_id", "person_id", "since"),
    )
    op.create_index("ix_duties_agency_id_since", "duties", ["agency_id", "since"])
    op.create_index("ix_duties_person_id_until", "duties", ["person_id", "until"])
    op.create_table(
        "own_hours",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("is_always", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.String(5)),
        sa.Column("closes", sa.String(5)),
    )
    op.create_table(
        "working_times",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("is_quiet_outside", sa.Boolean(), nullable=False),
        sa.Column("lets_loosen", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _delivery_files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("thumbnail_key", sa.String(80)),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("duration_ms", sa.Integer()),
        sa.Column("alternative", sa.String(500), nullable=False),
        sa.Column("long_text", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("text_state", sa.String(20)),
    )
    op.create_index("ix_files_created_at", "files", ["created_at"])
    op.create_index("ix_files_owner_id", "files", ["owner_id"])
    op.create_table(
        "captions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "video_id", sa.Uuid(), sa.ForeignKey("files.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.UniqueConstraint("video_id", "language"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id", ondelete="CASCADE")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])
    op.create_index("ix_uploads_file_id", "uploads", ["file_id"])
    op.create_index("ix_uploads_owner_id", "uploads", ["owner_id"])


def _delivery_push() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column(
            "sign_in_id",
            sa.Uuid(),
            sa.ForeignKey("sign_ins.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("endpoint", sa.String(1000), nullable=False, unique=True),
        sa.Column("public_key", sa.String(100), nullable=False),
        sa.Column("auth_secret", sa.String(40), nullable=False),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_result", sa.String(20)),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer(), nullable=False),
    )
    op.create_index("ix_push_subscriptions_person_id", "push_subscriptions", ["person_id"])


def _messaging_spaces() -> None:
    op.create_table(
        "spaces",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("units.id"), unique=True),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("posting", sa.String(20), nullable=False),
        sa.Column("audience", sa.JSON()),
        sa.Column("name", sa.JSON()),
        sa.Column("owner_post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("reach", sa.String(20)),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("hides_people", sa.Boolean(), nullable=False),
        sa.Column("members_version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_spaces_agency_id", "spaces", ["agency_id"])
    op.create_index("ix_spaces_owner_post_id", "spaces", ["owner_post_id"])
    op.create_index("ix_spaces_visibility_agency_id", "spaces", ["visibility", "agency_id"])
    op.create_table(
        "audience_atoms",
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("is_exception", sa.Boolean(), primary_key=True),
    )
    op.create_index("ix_audience_atoms_key", "audience_atoms", ["key"])
    op.create_table(
        "space_keys",
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("shares", sa.String(500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("turned_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("turned_back_at", sa.DateTime(timezone=True)),
        sa.Column("turned_back_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_space_keys_agency_id", "space_keys", ["agency_id"])
    op.create_index("ix_space_keys_asked_by_id", "space_keys", ["asked_by_id"])
    op.create_index("ix_space_keys_turned_back_by_id", "space_keys", ["turned_back_by_id"])
    op.create_index("ix_space_keys_turned_by_id", "space_keys", ["turned_by_id"])
    op.create_table(
        "space_members",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), sa.ForeignKey("appointments.id")),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("named_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
    )
    op.create_index("ix_space_members_agency_id", "space_members", ["agency_id"])
    op.create_index("ix_space_members_appointment_id", "space_members", ["appointment_id"])
    op.create_index("ix_space_members_named_by_id", "space_members", ["named_by_id"])
    op.create_index(
        "ix_space_members_person_id_space_id", "space_members", ["person_id", "space_id"]
    )
    op.create_index("ix_space_members_since", "space_members", ["since"])
    op.create_index(
        "ix_space_members_space_id_person_id", "space_members", ["space_id", "person_id"]
    )
    op.create_index("ix_space_members_until", "space_members", ["until"])
    op.create_table(
        "space_mutes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("muted_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
    )
    op.create_index("ix_space_mutes_muted_by_id", "space_mutes", ["muted_by_id"])
    op.create_index(
        "ix_space_mutes_person_id_space_id", "space_mutes", ["person_id", "space_id", "until"]
    )
    op.create_index("ix_space_mutes_space_id", "space_mutes", ["space_id"])


def _messaging_conversations() -> None:
    op.create_table(
        "told_speakers",
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
    )
    op.create_index("ix_told_speakers_person_id", "told_speakers", ["person_id"])
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id")),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("name", sa.JSON()),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("people_key", sa.String(64), unique=True),
        sa.Column("opening", sa.JSON()),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True)),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_conversations_created_by_id", "conversations", ["created_by_id"])
    op.create_index("ix_conversations_last_message_at", "conversations", ["last_message_at"])
    op.create_index("ix_conversations_post_id", "conversations", ["post_id"])
    op.create_index("ix_conversations_space_id", "conversations", ["space_id"])
    op.create_table(
        "participants",
        sa.Column(
            "conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_participants_person_id", "participants", ["person_id"])
    op.create_table(
        "places",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column(
            "conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("unread_from", sa.Integer()),
        sa.Column("is_muted", sa.Boolean()),
        sa.Column("is_favourite", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("favourite_rank", sa.Integer()),
    )
    op.create_index("ix_places_conversation_id", "places", ["conversation_id"])


def _messaging_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("body_rev", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("caption", sa.String(400), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("hidden_at", sa.DateTime(timezone=True)),
        sa.Column("pinned_at", sa.DateTime(timezone=True)),
        sa.Column("pinned_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.UniqueConstraint("author_id", "client_id"),
        sa.UniqueConstraint("conversation_id", "seq"),
    )
    op.create_index("ix_messages_author_id_created_at", "messages", ["author_id", "created_at"])
    op.create_index("ix_messages_conversation_id_rev", "messages", ["conversation_id", "rev"])
    op.create_index("ix_messages_deleted_by_id", "messages", ["deleted_by_id"])
    op.create_index("ix_messages_parent_id_seq", "messages", ["parent_id", "seq"])
    op.create_index("ix_messages_pinned", "messages", ["conversation_id", "pinned_at"])
    op.create_index("ix_messages_pinned_by_id", "messages", ["pinned_by_id"])
    op.create_index("ix_messages_post_id", "messages", ["post_id"])
    op.create_table(
        "hidden_messages",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("called", sa.JSON(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "mailed_messages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("token_hash", sa.String(64), unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_mailed_messages_message_id", "mailed_messages", ["message_id"])
    op.create_index(
        "ix_mailed_messages_person_id_created_at", "mailed_messages", ["person_id", "created_at"]
    )
    op.create_table(
        "mentions",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
    )
    op.create_index("ix_mentions_conversation_id", "mentions", ["conversation_id"])
    op.create_index("ix_mentions_newest", "mentions", ["person_id", "message_id"])
    op.create_index("ix_mentions_person_id", "mentions", ["person_id", "conversation_id", "seq"])
    op.create_table(
        "message_drafts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("place", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "place"),
    )
    op.create_index("ix_message_drafts_conversation_id", "message_drafts", ["conversation_id"])
    op.create_index("ix_message_drafts_list", "message_drafts", ["person_id", "updated_at"])
    op.create_index("ix_message_drafts_parent_id", "message_drafts", ["parent_id"])
    op.create_table(
        "message_files",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), primary_key=True, unique=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "message_forwards",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("origin_id", sa.Uuid(), sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("author_name", sa.String(120), nullable=False),
        sa.Column("caption", sa.String(400), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("has_files", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_message_forwards_author_id", "message_forwards", ["author_id"])
    op.create_index("ix_message_forwards_conversation_id", "message_forwards", ["conversation_id"])
    op.create_index("ix_message_forwards_origin_id", "message_forwards", ["origin_id"])
    op.create_table(
        "message_versions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("removed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_message_versions_message_id", "message_versions", ["message_id"])
    op.create_index("ix_message_versions_removed_by_id", "message_versions", ["removed_by_id"])
    op.create_table(
        "reactions",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("emoji", sa.String(40), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_reactions_person_id", "reactions", ["person_id"])
    op.create_table(
        "saved_messages",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("remind_at", sa.DateTime(timezone=True)),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "ix_saved_messages_list",
        "saved_messages",
        ["person_id", "done_at", "saved_at", "message_id"],
    )
    op.create_index("ix_saved_messages_message_id", "saved_messages", ["message_id"])
    op.create_index("ix_saved_messages_remind_at", "saved_messages", ["remind_at"])
    op.create_table(
        "scheduled_messages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.String(20)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_after", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("author_id", "client_id"),
    )
    op.create_index(
        "ix_scheduled_messages_author_id_send_at", "scheduled_messages", ["author_id", "send_at"]
    )
    op.create_index(
        "ix_scheduled_messages_conversation_id", "scheduled_messages", ["conversation_id"]
    )
    op.create_index("ix_scheduled_messages_parent_id", "scheduled_messages", ["parent_id"])
    op.create_index("ix_scheduled_messages_post_id", "scheduled_messages", ["post_id"])
    op.create_index("ix_scheduled_messages_send_at", "scheduled_messages", ["send_at", "failed_at"])
    op.create_table(
        "thread_places",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("mentioned", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_thread_places_conversation_id", "thread_places", ["conversation_id", "person_id"]
    )
    op.create_index(
        "ix_thread_places_list", "thread_places", ["person_id", "state", "last_at", "parent_id"]
    )
    op.create_index("ix_thread_places_parent_id", "thread_places", ["parent_id"])
    _index_where("thread_places", "ix_thread_places_unread", ["person_id"], "unread > 0")
    op.create_table(
        "scheduled_files",
        sa.Column(
            "scheduled_id", sa.Uuid(), sa.ForeignKey("scheduled_messages.id"), primary_key=True
        ),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), primary_key=True, unique=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def _finding_counterparts() -> None:
    op.create_table(
        "kept_posts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("list_name", sa.String(60), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "post_id"),
    )
    op.create_index("ix_kept_posts_post_id", "kept_posts", ["post_id"])


def _publishing_case_files() -> None:
    op.create_table(
        "case_files",
        sa.Column("code", sa.String(14), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seqs", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), unique=True),
    )
    op.create_index("ix_case_files_agency_id", "case_files", ["agency_id"])
    op.create_index("ix_case_files_conversation_id", "case_files", ["conversation_id"])
    op.create_index("ix_case_files_made_at", "case_files", ["made_at"])
    op.create_index("ix_case_files_made_by_id", "case_files", ["made_by_id"])


def _publishing_publications() -> None:
    op.create_table(
        "follows",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("subject", sa.String(40), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_follows_kind_subject", "follows", ["kind", "subject", "person_id"])
    op.create_table(
        "circular_consents",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), nullable=False),
        sa.Column("function_code", sa.String(3), sa.ForeignKey("functions.code")),
        sa.Column("given_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "ix_circular_consents_agency_id_revoked_at",
        "circular_consents",
        ["agency_id", "revoked_at"],
    )
    op.create_index("ix_circular_consents_function_code", "circular_consents", ["function_code"])
    op.create_index("ix_circular_consents_given_by_id", "circular_consents", ["given_by_id"])
    op.create_index("ix_circular_consents_revoked_by_id", "circular_consents", ["revoked_by_id"])
    op.create_index(
        "ix_circular_consents_space_id_revoked_at", "circular_consents", ["space_id", "revoked_at"]
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("visibility", sa.String(20)),
        sa.Column("pinned_until", sa.DateTime(timezone=True)),
        sa.Column("scheduled_at", sa.DateTime(timezone=True)),
        sa.Column("scheduled_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("held_at", sa.DateTime(timezone=True)),
        sa.Column("held_reason", sa.String(40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("withdrawn_reason", sa.String(300), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True)),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), unique=True),
        sa.Column("has_discussion", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_publications_agency_id_published_at", "publications", ["agency_id", "published_at"]
    )
    op.create_index("ix_publications_created_by_id", "publications", ["created_by_id"])
    op.create_index("ix_publications_kind_published_at", "publications", ["kind", "published_at"])
    op.create_index("ix_publications_open", "publications", ["visibility", "kind", "published_at"])
    _index_where(
        "publications", "ix_publications_pinned_until", ["pinned_until"], "pinned_until IS NOT NULL"
    )
    op.create_index("ix_publications_post_id", "publications", ["post_id"])
    op.create_index("ix_publications_published_at", "publications", ["published_at"])
    op.create_index(
        "ix_publications_published_by_id_published_at",
        "publications",
        ["published_by_id", "published_at"],
    )
    _index_where(
        "publications", "ix_publications_scheduled_at", ["scheduled_at"], "scheduled_at IS NOT NULL"
    )
    op.create_index("ix_publications_scheduled_by_id", "publications", ["scheduled_by_id"])
    op.create_index(
        "ix_publications_space_id_published_at", "publications", ["space_id", "published_at"]
    )
    op.create_index(
        "ix_publications_space_id_updated_at", "publications", ["space_id", "updated_at"]
    )
    op.create_index("ix_publications_updated_by_id", "publications", ["updated_by_id"])
    op.create_index("ix_publications_withdrawn_by_id", "publications", ["withdrawn_by_id"])
    if op.get_bind().dialect.name == "postgresql":
        name, columns = "st_publications_visibility_kind", "visibility, kind"
        op.execute(f"CREATE STATISTICS {name} (mcv) ON {columns} FROM publications")
    op.create_table(
        "acknowledgements",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("factor", sa.String(20), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index(
        "ix_acknowledgements_person_id", "acknowledgements", ["person_id", "publication_id"]
    )
    op.create_index("ix_acknowledgements_post_id", "acknowledgements", ["post_id"])
    op.create_index(
        "ix_acknowledgements_publication_id_acknowledged_at",
        "acknowledgements",
        ["publication_id", "acknowledged_at", "is_counted", "version"],
    )
    op.create_index("ix_acknowledgements_recorded_by_id", "acknowledgements", ["recorded_by_id"])
    op.create_table(
        "announcements",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("audience", sa.JSON()),
        sa.Column("due_on", sa.Date()),
        sa.Column("counts_newcomers", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(300), nullable=False),
        sa.Column("is_only_here", sa.Boolean(), nullable=False),
        sa.Column("confirmed_version", sa.Integer(), nullable=False),
    )
    _index_where("announcements", "ix_announcements_due_on", ["due_on"], "due_on IS NOT NULL")
    op.create_table(
        "employee_articles",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("review_note", sa.String(300), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_employee_articles_approved_by_id", "employee_articles", ["approved_by_id"])
    _index_where(
        "employee_articles",
        "ix_employee_articles_submitted_at",
        ["submitted_at"],
        "submitted_at IS NOT NULL",
    )
    op.create_table(
        "publication_atoms",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("is_exception", sa.Boolean(), primary_key=True),
    )
    op.create_index("ix_publication_atoms_key", "publication_atoms", ["key"])
    op.create_table(
        "publication_files",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), primary_key=True, unique=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "publication_texts",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("language", sa.String(10), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_table(
        "publication_topics",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("function_code", sa.String(3), sa.ForeignKey("functions.code"), primary_key=True),
    )
    op.create_index("ix_publication_topics_function_code", "publication_topics", ["function_code"])
    op.create_table(
        "publication_versions",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("file_ids", sa.JSON(), nullable=False),
        sa.Column("described", sa.JSON(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("removed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index(
        "ix_publication_versions_published_by_id", "publication_versions", ["published_by_id"]
    )
    op.create_index(
        "ix_publication_versions_removed_by_id", "publication_versions", ["removed_by_id"]
    )
    op.create_table(
        "recipients",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("confirmed_version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_recipients_agency_id", "recipients", ["agency_id"])
    op.create_index(
        "ix_recipients_person_id",
        "recipients",
        ["person_id", "publication_id", "confirmed_version"],
    )
    op.create_index("ix_recipients_post_id", "recipients", ["post_id"])
    op.create_index(
        "ix_recipients_publication_id_confirmed_version",
        "recipients",
        ["publication_id", "confirmed_version", "person_id"],
    )
    op.create_index(
        "ix_recipients_publication_id_unit_id",
        "recipients",
        ["publication_id", "unit_id", "confirmed_version"],
    )
    op.create_index("ix_recipients_unit_id", "recipients", ["unit_id"])


def _publishing_announcements() -> None:
    op.create_table(
        "confirmation_codes",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_confirmation_codes_expires_at", "confirmation_codes", ["expires_at"])
    op.create_index("ix_confirmation_codes_made_by_id", "confirmation_codes", ["made_by_id"])
    op.create_index("ix_confirmation_codes_person_id", "confirmation_codes", ["person_id"])
    op.create_index(
        "ix_confirmation_codes_publication_id_code_hash",
        "confirmation_codes",
        ["publication_id", "code_hash"],
    )
    op.create_table(
        "proofs",
        sa.Column("code", sa.String(14), primary_key=True),
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_paths", sa.JSON()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id"), unique=True),
    )
    op.create_index("ix_proofs_made_at", "proofs", ["made_at"])
    op.create_index("ix_proofs_made_by_id", "proofs", ["made_by_id"])
    op.create_index("ix_proofs_publication_id", "proofs", ["publication_id"])
    op.create_table(
        "reminder_rounds",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "reminders",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_reminders_person_id", "reminders", ["person_id"])
    op.create_index(
        "ix_reminders_publication_id_reminded_at", "reminders", ["publication_id", "reminded_at"]
    )
    op.create_index("ix_reminders_reminded_by_id", "reminders", ["reminded_by_id"])


def _publishing_model_texts() -> None:
    op.create_table(
        "model_uses",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_model_uses_agency_id", "model_uses", ["agency_id"])
    op.create_index("ix_model_uses_person_id", "model_uses", ["person_id"])
    op.create_index("ix_model_uses_post_id", "model_uses", ["post_id"])
    op.create_table(
        "models",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("law", sa.String(300), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("lapse_told_on", sa.Date()),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_models_added_at", "models", ["added_at", "publication_id"])
    op.create_index("ix_models_valid_until", "models", ["valid_until", "lapse_told_on"])


def _collaboration_events() -> None:
    op.create_table(
        "calendar_keys",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("has_places", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("capacity", sa.Integer()),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("change_note", sa.String(300), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("cancelled_reason", sa.String(300), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_events_cancelled_by_id", "events", ["cancelled_by_id"])
    op.create_index("ix_events_reckoned_at", "events", ["reckoned_at"])
    op.create_table(
        "event_answers",
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("events.publication_id"), primary_key=True
        ),
        sa.Column("recurrence", sa.String(15), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Integer()),
    )
    op.create_index("ix_event_answers_agency_id", "event_answers", ["agency_id"])
    op.create_index(
        "ix_event_answers_person_id", "event_answers", ["person_id", "answer", "publication_id"]
    )
    op.create_index("ix_event_answers_post_id", "event_answers", ["post_id"])
    _index_where(
        "event_answers",
        "ix_event_answers_waiting",
        ["publication_id", "recurrence", "waiting"],
        "waiting IS NOT NULL",
    )
    op.create_table(
        "event_exceptions",
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("events.publication_id"), primary_key=True
        ),
        sa.Column("recurrence", sa.String(15), primary_key=True),
        sa.Column("starts", sa.DateTime()),
        sa.Column("ends", sa.DateTime()),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_reason", sa.String(300), nullable=False),
    )
    op.create_table(
        "event_minutes",
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("events.publication_id"), primary_key=True
        ),
        sa.Column("recurrence", sa.String(15), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_event_minutes_written_by_id", "event_minutes", ["written_by_id"])
    op.create_table(
        "event_occurrences",
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("events.publication_id"), primary_key=True
        ),
        sa.Column("recurrence", sa.String(15), primary_key=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
    )
    _index_where(
        "event_occurrences",
        "ix_event_occurrences_not_reminded",
        ["starts_at"],
        "reminded_at IS NULL",
    )
    op.create_index(
        "ix_event_occurrences_starts_at",
        "event_occurrences",
        ["starts_at", "publication_id", "ends_at"],
    )


def _collaboration_groups() -> None:
    op.create_table(
        "group_policies",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("makers", sa.String(20), nullable=False),
    )
    op.create_table(
        "groups",
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), primary_key=True),
        sa.Column("joining", sa.String(20), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("welcome", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_key", sa.String(400), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("kept_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_groups_created_by_id", "groups", ["created_by_id"])
    op.create_index("ix_groups_sort_key", "groups", ["sort_key"])
    op.create_table(
        "group_invitations",
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("groups.space_id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("is_request", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("is_accepted", sa.Boolean()),
    )
    op.create_index("ix_group_invitations_agency_id", "group_invitations", ["agency_id"])
    op.create_index("ix_group_invitations_answered_by_id", "group_invitations", ["answered_by_id"])
    op.create_index("ix_group_invitations_asked_by_id", "group_invitations", ["asked_by_id"])
    op.create_index(
        "ix_group_invitations_person_id_answered_at",
        "group_invitations",
        ["person_id", "answered_at"],
    )
    op.create_index(
        "ix_group_invitations_space_id_answered_at",
        "group_invitations",
        ["space_id", "answered_at"],
    )
    op.create_table(
        "group_topics",
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("groups.space_id"), primary_key=True),
        sa.Column("function_code", sa.String(3), sa.ForeignKey("functions.code"), primary_key=True),
    )
    op.create_index("ix_group_topics_function_code", "group_topics", ["function_code"])


def _collaboration_ideas() -> None:
    op.create_table(
        "idea_boxes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(1000), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_idea_boxes_opened_at", "idea_boxes", ["opened_at"])
    op.create_index("ix_idea_boxes_opened_by_id", "idea_boxes", ["opened_by_id"])
    op.create_index("ix_idea_boxes_post_id", "idea_boxes", ["post_id"])
    op.create_index("ix_idea_boxes_space_id_opened_at", "idea_boxes", ["space_id", "opened_at"])
    op.create_table(
        "ideas",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("box_id", sa.Uuid(), sa.ForeignKey("idea_boxes.id"), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("joined_into_id", sa.Uuid(), sa.ForeignKey("ideas.publication_id")),
        sa.Column("joined_at", sa.DateTime(timezone=True)),
        sa.Column("joined_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    _index_where(
        "ideas",
        "ix_ideas_answered_at",
        ["answered_at", "publication_id"],
        "answered_at IS NOT NULL",
    )
    op.create_index("ix_ideas_box_id", "ideas", ["box_id", "publication_id"])
    _index_where(
        "ideas",
        "ix_ideas_box_id_answered_at",
        ["box_id", "answered_at", "publication_id"],
        "answered_at IS NOT NULL",
    )
    _index_where(
        "ideas",
        "ix_ideas_box_id_due_at",
        ["box_id", "due_at", "publication_id"],
        "answered_at IS NULL AND joined_into_id IS NULL",
    )
    op.create_index("ix_ideas_box_id_supports", "ideas", ["box_id", "supports", "publication_id"])
    _index_where(
        "ideas",
        "ix_ideas_due_at",
        ["due_at", "publication_id"],
        "answered_at IS NULL AND joined_into_id IS NULL",
    )
    op.create_index("ix_ideas_joined_by_id", "ideas", ["joined_by_id"])
    _index_where(
        "ideas", "ix_ideas_joined_into_id", ["joined_into_id"], "joined_into_id IS NOT NULL"
    )
    op.create_index("ix_ideas_status", "ideas", ["status", "publication_id"])
    op.create_index("ix_ideas_supports", "ideas", ["supports", "publication_id"])
    op.create_table(
        "idea_answers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("ideas.publication_id"), nullable=False
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
    )
    op.create_index("ix_idea_answers_by_id", "idea_answers", ["by_id"])
    op.create_index("ix_idea_answers_post_id", "idea_answers", ["post_id"])
    op.create_index("ix_idea_answers_publication_id_at", "idea_answers", ["publication_id", "at"])
    op.create_table(
        "idea_steps",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("ideas.publication_id"), nullable=False
        ),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("note", sa.String(600), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
    )
    op.create_index("ix_idea_steps_by_id", "idea_steps", ["by_id"])
    op.create_index("ix_idea_steps_post_id", "idea_steps", ["post_id"])
    op.create_index("ix_idea_steps_publication_id_at", "idea_steps", ["publication_id", "at"])
    op.create_table(
        "idea_supports",
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("ideas.publication_id"), primary_key=True
        ),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_idea_supports_person_id", "idea_supports", ["person_id"])


def _collaboration_initiatives() -> None:
    op.create_table(
        "initiatives",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("stage_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("cost", sa.String(200), nullable=False),
        sa.Column("time", sa.String(200), nullable=False),
        sa.Column("effort", sa.String(200), nullable=False),
        sa.Column("law", sa.String(500), nullable=False),
        sa.Column("technology", sa.String(200), nullable=False),
        sa.Column("licence", sa.String(200), nullable=False),
    )
    op.create_index(
        "ix_initiatives_agency_id", "initiatives", ["agency_id", "changed_at", "publication_id"]
    )
    op.create_index("ix_initiatives_changed_at", "initiatives", ["changed_at", "publication_id"])
    op.create_index(
        "ix_initiatives_stage", "initiatives", ["stage", "changed_at", "publication_id"]
    )
    op.create_table(
        "adoptions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("initiatives.publication_id"), nullable=False
        ),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("use", sa.String(20), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("cost", sa.String(200), nullable=False),
        sa.Column("took", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_adoptions_agency_id_at", "adoptions", ["agency_id", "at", "id"])
    op.create_index("ix_adoptions_by_id", "adoptions", ["by_id"])
    op.create_index("ix_adoptions_contact_id", "adoptions", ["contact_id"])
    op.create_index("ix_adoptions_post_id", "adoptions", ["post_id"])
    op.create_index("ix_adoptions_publication_id_at", "adoptions", ["publication_id", "at", "id"])
    op.create_index(
        "uq_adoptions_current",
        "adoptions",
        ["publication_id", "agency_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "initiative_contacts",
        sa.Column(
            "publication_id",
            sa.Uuid(),
            sa.ForeignKey("initiatives.publication_id"),
            primary_key=True,
        ),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), primary_key=True),
    )
    op.create_index("ix_initiative_contacts_post_id", "initiative_contacts", ["post_id"])
    op.create_table(
        "initiative_partners",
        sa.Column(
            "publication_id",
            sa.Uuid(),
            sa.ForeignKey("initiatives.publication_id"),
            primary_key=True,
        ),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
    )
    op.create_index("ix_initiative_partners_agency_id", "initiative_partners", ["agency_id"])
    op.create_table(
        "initiative_stages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("initiatives.publication_id"), nullable=False
        ),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_initiative_stages_by_id", "initiative_stages", ["by_id"])
    op.create_index(
        "ix_initiative_stages_publication_id_at",
        "initiative_stages",
        ["publication_id", "at", "id"],
    )
    op.create_table(
        "initiative_texts",
        sa.Column(
            "publication_id",
            sa.Uuid(),
            sa.ForeignKey("initiatives.publication_id"),
            primary_key=True,
        ),
        sa.Column("language", sa.String(10), primary_key=True),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
    )
    op.create_table(
        "initiative_updates",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "publication_id", sa.Uuid(), sa.ForeignKey("initiatives.publication_id"), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_initiative_updates_by_id", "initiative_updates", ["by_id"])
    op.create_index(
        "ix_initiative_updates_publication_id_at",
        "initiative_updates",
        ["publication_id", "at", "id"],
    )


def _collaboration_polls() -> None:
    op.create_table(
        "polls",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("results", sa.String(20), nullable=False),
        sa.Column("time_zone", sa.String(40), nullable=False),
        sa.Column("audience", sa.JSON()),
        sa.Column("closes_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("key_check", sa.String(32), nullable=False),
    )
    op.create_index("ix_polls_closed_by_id", "polls", ["closed_by_id"])
    _index_where(
        "polls", "ix_polls_closes_at", ["closes_at", "publication_id"], "closed_at IS NULL"
    )
    _index_where("polls", "ix_polls_open", ["publication_id"], "closed_at IS NULL")
    op.create_table(
        "poll_choices",
        sa.Column("poll_id", sa.Uuid(), sa.ForeignKey("polls.publication_id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("suits", sa.String(20), nullable=False),
    )
    op.create_index("ix_poll_choices_person_id", "poll_choices", ["person_id"])
    op.create_table(
        "poll_options",
        sa.Column("poll_id", sa.Uuid(), sa.ForeignKey("polls.publication_id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True)),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("maybes", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.BigInteger()),
        sa.Column("sealed_maybes", sa.BigInteger()),
        sa.Column("pending", sa.BigInteger()),
        sa.Column("pending_maybes", sa.BigInteger()),
    )
    op.create_table(
        "poll_voters",
        sa.Column("poll_id", sa.Uuid(), sa.ForeignKey("polls.publication_id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_poll_voters_person_id", "poll_voters", ["person_id", "poll_id"])


def _collaboration_questions() -> None:
    op.create_table(
        "question_allowances",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("a_week", sa.Integer(), nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_answers_person_id", "answers", ["person_id"])
    op.create_index("ix_answers_publication_id", "answers", ["publication_id", "answered_at"])
    op.create_table(
        "criteria",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("question_id", sa.Uuid(), sa.ForeignKey("publications.id"), nullable=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("law", sa.String(300), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("review_on", sa.Date()),
        sa.Column("review_told_at", sa.DateTime(timezone=True)),
        sa.Column("outdated_at", sa.DateTime(timezone=True)),
        sa.Column("outdated_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("outdated_why", sa.String(300), nullable=False),
        sa.Column("renews_id", sa.Uuid(), sa.ForeignKey("publications.id"), unique=True),
    )
    op.create_index("ix_criteria_confirmed_at", "criteria", ["confirmed_at", "publication_id"])
    op.create_index("ix_criteria_message_id", "criteria", ["message_id"])
    op.create_index("ix_criteria_outdated_by_id", "criteria", ["outdated_by_id"])
    op.create_index("ix_criteria_question_id", "criteria", ["question_id", "confirmed_at"])
    op.create_index("ix_criteria_review_on", "criteria", ["review_on", "review_told_at"])
    op.create_table(
        "question_routes",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "ix_question_routes_person_id_asked_at", "question_routes", ["person_id", "asked_at"]
    )
    op.create_index("ix_question_routes_post_id", "question_routes", ["post_id"])
    op.create_table(
        "questions",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("addressee", sa.String(20), nullable=False),
        sa.Column("function_code", sa.String(3), sa.ForeignKey("functions.code")),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
        sa.Column("territories", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("first_answer_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_message_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("routed_at", sa.DateTime(timezone=True)),
        sa.Column("joined_to_id", sa.Uuid(), sa.ForeignKey("publications.id")),
        sa.Column("joined_at", sa.DateTime(timezone=True)),
        sa.Column("joined_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
    )
    op.create_index("ix_questions_accepted_message_id", "questions", ["accepted_message_id"])
    op.create_index(
        "ix_questions_agency_id_asked_at", "questions", ["agency_id", "asked_at", "publication_id"]
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at", "publication_id"])
    op.create_index("ix_questions_function_code", "questions", ["function_code"])
    op.create_index("ix_questions_joined_by_id", "questions", ["joined_by_id"])
    op.create_index("ix_questions_joined_to_id", "questions", ["joined_to_id"])
    op.create_index("ix_questions_post_id", "questions", ["post_id"])
    op.create_index(
        "ix_questions_state_asked_at", "questions", ["state", "asked_at", "publication_id"]
    )
    op.create_index("ix_questions_state_routed_at", "questions", ["state", "routed_at"])


def _attention_moderation() -> None:
    op.create_table(
        "house_rules",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
    )
    op.create_index("ix_house_rules_changed_by_id", "house_rules", ["changed_by_id"])
    op.create_table(
        "space_moderators",
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("named_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_space_moderators_named_by_id", "space_moderators", ["named_by_id"])
    op.create_index("ix_space_moderators_person_id", "space_moderators", ["person_id"])
    op.create_table(
        "moderation_cases",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id")),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id")),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("desk_id", sa.Uuid(), sa.ForeignKey("spaces.id")),
        sa.Column("open_key", sa.String(60), unique=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reason", sa.String(20)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("mute_id", sa.Uuid(), sa.ForeignKey("space_mutes.id")),
        sa.Column(
            "hidden_profile_id", sa.Uuid(), sa.ForeignKey("hidden_profiles.id", ondelete="SET NULL")
        ),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        sa.Column("taken_back_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("taken_back_words", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_moderation_cases_agency_id_opened_at", "moderation_cases", ["agency_id", "opened_at"]
    )
    op.create_index(
        "ix_moderation_cases_author_id_decided_at", "moderation_cases", ["author_id", "decided_at"]
    )
    op.create_index("ix_moderation_cases_decided_at", "moderation_cases", ["decided_at"])
    op.create_index("ix_moderation_cases_decided_by_id", "moderation_cases", ["decided_by_id"])
    op.create_index(
        "ix_moderation_cases_desk_id_opened_at", "moderation_cases", ["desk_id", "opened_at"]
    )
    op.create_index(
        "ix_moderation_cases_hidden_profile_id", "moderation_cases", ["hidden_profile_id"]
    )
    op.create_index("ix_moderation_cases_message_id", "moderation_cases", ["message_id"])
    op.create_index("ix_moderation_cases_mute_id", "moderation_cases", ["mute_id"])
    _index_where(
        "moderation_cases",
        "ix_moderation_cases_open",
        ["desk_id", "agency_id", "opened_at"],
        "decided_at IS NULL",
    )
    op.create_index("ix_moderation_cases_publication_id", "moderation_cases", ["publication_id"])
    op.create_index("ix_moderation_cases_space_id", "moderation_cases", ["space_id"])
    op.create_index(
        "ix_moderation_cases_taken_back_by_id", "moderation_cases", ["taken_back_by_id"]
    )
    op.create_table(
        "moderation_appeals",
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("moderation_cases.id"), primary_key=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("desk_id", sa.Uuid(), sa.ForeignKey("spaces.id")),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("verdict", sa.String(20)),
        sa.Column("answer", sa.Text(), nullable=False),
    )
    op.create_index("ix_moderation_appeals_agency_id", "moderation_appeals", ["agency_id"])
    op.create_index("ix_moderation_appeals_decided_by_id", "moderation_appeals", ["decided_by_id"])
    _index_where(
        "moderation_appeals",
        "ix_moderation_appeals_open",
        ["desk_id", "agency_id"],
        "decided_at IS NULL",
    )
    op.create_table(
        "moderation_reports",
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("moderation_cases.id"), primary_key=True),
        sa.Column("reporter_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_moderation_reports_reporter_id_reported_at",
        "moderation_reports",
        ["reporter_id", "reported_at"],
    )


def _attention_notifications() -> None:
    op.create_table(
        "digest_choices",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("rhythm", sa.String(20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "feed_keys",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "notification_choices",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("mail", sa.String(20), nullable=False),
        sa.Column("push", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "conversation_choices",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column(
            "conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("telling", sa.String(20), nullable=False),
    )
    op.create_index(
        "ix_conversation_choices_conversation_id",
        "conversation_choices",
        ["conversation_id", "telling"],
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("thing", sa.String(80), nullable=False, server_default=sa.text("''")),
        sa.Column("actor_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("actor_post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id")),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversations.id")),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id")),
        sa.Column("space_id", sa.Uuid(), sa.ForeignKey("spaces.id")),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("rings_always", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "acted_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("person_id", "key"),
    )
    op.create_index("ix_notifications_actor_id", "notifications", ["actor_id"])
    op.create_index("ix_notifications_actor_post_id", "notifications", ["actor_post_id"])
    op.create_index("ix_notifications_conversation_id", "notifications", ["conversation_id"])
    op.create_index("ix_notifications_created_at", "notifications", ["created_at"])
    op.create_index("ix_notifications_message_id", "notifications", ["message_id"])
    op.create_index(
        "ix_notifications_person_id_acted_at", "notifications", ["person_id", "acted_at"]
    )
    op.create_index(
        "ix_notifications_person_id_thing", "notifications", ["person_id", "thing", "acted_at"]
    )
    op.create_index("ix_notifications_publication_id", "notifications", ["publication_id"])
    op.create_index("ix_notifications_space_id", "notifications", ["space_id"])
    _index_where(
        "notifications", "ix_notifications_unseen", ["person_id", "thing"], "seen_at IS NULL"
    )
    op.create_table(
        "deliveries",
        sa.Column(
            "notification_id", sa.Uuid(), sa.ForeignKey("notifications.id"), primary_key=True
        ),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("because", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_deliveries_settled_at", "deliveries", ["settled_at"])
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at"])


def _attention_statistics() -> None:
    op.create_table(
        "agency_weeks",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("starts_on", sa.Date(), primary_key=True),
        sa.Column("readers", sa.Integer()),
        sa.Column("messages", sa.Integer()),
        sa.Column("publications", sa.Integer()),
        sa.Column("questions", sa.Integer()),
        sa.Column("hours_to_answer", sa.Integer()),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
    )


def _public_site() -> None:
    op.create_table(
        "showcase_freezes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_showcase_freezes_agency_id", "showcase_freezes", ["agency_id", "ends_on"])
    op.create_index("ix_showcase_freezes_ends_on", "showcase_freezes", ["ends_on", "starts_on"])
    op.create_index("ix_showcase_freezes_lifted_by_id", "showcase_freezes", ["lifted_by_id"])
    op.create_index("ix_showcase_freezes_set_by_id", "showcase_freezes", ["set_by_id"])
    op.create_table(
        "showcase_profiles",
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_showcase_profiles_updated_by_id", "showcase_profiles", ["updated_by_id"])
    op.create_table(
        "showcase_items",
        sa.Column("publication_id", sa.Uuid(), sa.ForeignKey("publications.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("proposed_version", sa.Integer()),
        sa.Column("proposed_at", sa.DateTime(timezone=True)),
        sa.Column("proposed_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
        sa.Column("declined_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("declined_reason", sa.String(300), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True)),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("approved_as_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("taken_off_at", sa.DateTime(timezone=True)),
        sa.Column("taken_off_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_showcase_items_agency_id",
        "showcase_items",
        ["agency_id", "approved_at", "publication_id"],
    )
    op.create_index("ix_showcase_items_approved_as_id", "showcase_items", ["approved_as_id"])
    op.create_index(
        "ix_showcase_items_approved_at", "showcase_items", ["approved_at", "publication_id"]
    )
    op.create_index("ix_showcase_items_approved_by_id", "showcase_items", ["approved_by_id"])
    op.create_index("ix_showcase_items_changed_at", "showcase_items", ["changed_at"])
    op.create_index("ix_showcase_items_declined_by_id", "showcase_items", ["declined_by_id"])
    op.create_index("ix_showcase_items_kind", "showcase_items", ["kind", "publication_id"])
    _index_where(
        "showcase_items",
        "ix_showcase_items_proposed_at",
        ["agency_id", "proposed_at"],
        "proposed_at IS NOT NULL",
    )
    op.create_index("ix_showcase_items_proposed_by_id", "showcase_items", ["proposed_by_id"])
    op.create_index("ix_showcase_items_taken_off_by_id", "showcase_items", ["taken_off_by_id"])


def _administration_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_key", sa.String(80)),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("separator", sa.String(1), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("ignored", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("to_apply", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("applied_rank", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Uuid()),
        sa.Column("is_operators", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("applied_by_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_imports_applied_by_id", "imports", ["applied_by_id"])
    op.create_index("ix_imports_created_at", "imports", ["created_at"])
    op.create_index("ix_imports_created_by_id", "imports", ["created_by_id"])
    op.create_table(
        "import_agencies",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("imports.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), primary_key=True),
    )
    op.create_index("ix_import_agencies_agency_id", "import_agencies", ["agency_id"])
    op.create_table(
        "import_lines",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("imports.id"), primary_key=True),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("rank", sa.BigInteger()),
        sa.Column("agency_id", sa.Uuid()),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("joins", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("fix", sa.String(40)),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_import_lines_import_id_place_number", "import_lines", ["import_id", "place", "number"]
    )
    op.create_index("ix_import_lines_import_id_rank", "import_lines", ["import_id", "rank"])
