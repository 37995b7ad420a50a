"""Who is reminded, proofs, codes at a shared screen, and of whom circulars are taken.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CONFIRMED = """
UPDATE recipients SET confirmed_version = COALESCE((
    SELECT done.version FROM acknowledgements AS done
    WHERE done.publication_id = recipients.publication_id
    AND done.person_id = recipients.person_id AND done.post_id = recipients.post_id), 0)
"""


def upgrade() -> None:
    op.create_table(
        "circular_consents",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("function_code", sa.String(length=3), nullable=True),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_circular_consents_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["function_code"],
            ["functions.code"],
            name=op.f("fk_circular_consents_function_code_functions"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["people.id"], name=op.f("fk_circular_consents_given_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["people.id"], name=op.f("fk_circular_consents_revoked_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_circular_consents_space_id_spaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circular_consents")),
    )
    with op.batch_alter_table("circular_consents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_circular_consents_agency_id_revoked_at", ["agency_id", "revoked_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_circular_consents_function_code"), ["function_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_circular_consents_given_by_id"), ["given_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_circular_consents_revoked_by_id"), ["revoked_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_circular_consents_space_id_revoked_at", ["space_id", "revoked_at"], unique=False
        )

    op.create_table(
        "confirmation_codes",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_confirmation_codes_made_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_confirmation_codes_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_confirmation_codes_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "person_id", name=op.f("pk_confirmation_codes")),
    )
    with op.batch_alter_table("confirmation_codes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_codes_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_codes_made_by_id"), ["made_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_codes_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_confirmation_codes_publication_id_code_hash",
            ["publication_id", "code_hash"],
            unique=False,
        )

    op.create_table(
        "proofs",
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_proofs_file_id_files")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_proofs_made_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_proofs_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_proofs")),
        sa.UniqueConstraint("file_id", name=op.f("uq_proofs_file_id")),
    )
    with op.batch_alter_table("proofs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proofs_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_proofs_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_proofs_publication_id"), ["publication_id"], unique=False
        )

    op.create_table(
        "reminder_rounds",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_reminder_rounds_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "kind", name=op.f("pk_reminder_rounds")),
    )
    op.create_table(
        "reminders",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reminders_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_reminders_publication_id_publications"),
        ),
        sa.ForeignKeyConstraint(
            ["reminded_by_id"], ["people.id"], name=op.f("fk_reminders_reminded_by_id_people")
        ),
        sa.PrimaryKeyConstraint("publication_id", "person_id", "kind", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminders_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_reminders_publication_id_reminded_at",
            ["publication_id", "reminded_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_reminders_reminded_by_id"), ["reminded_by_id"], unique=False
        )

    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_acknowledgements_publication_id_acknowledged_at",
            ["publication_id", "acknowledged_at", "is_counted", "version"],
            unique=False,
        )

    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("confirmed_version", sa.Integer(), nullable=False, server_default="0")
        )
    op.execute(CONFIRMED)
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.alter_column("confirmed_version", server_default=None)
        batch_op.drop_index(batch_op.f("ix_recipients_person_id"))
        batch_op.create_index(
            "ix_recipients_person_id",
            ["person_id", "publication_id", "confirmed_version"],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_recipients_publication_id_unit_id"))
        batch_op.create_index(
            "ix_recipients_publication_id_unit_id",
            ["publication_id", "unit_id", "confirmed_version"],
            unique=False,
        )
        batch_op.create_index(
            "ix_recipients_publication_id_confirmed_version",
            ["publication_id", "confirmed_version", "person_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_recipients_publication_id_confirmed_version")
        batch_op.drop_index("ix_recipients_publication_id_unit_id")
        batch_op.create_index(
            batch_op.f("ix_recipients_publication_id_unit_id"),
            ["publication_id", "unit_id"],
            unique=False,
        )
        batch_op.drop_index("ix_recipients_person_id")
        batch_op.create_index(
            batch_op.f("ix_recipients_person_id"), ["person_id", "publication_id"], unique=False
        )
        batch_op.drop_column("confirmed_version")

    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_index("ix_acknowledgements_publication_id_acknowledged_at")

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminders_reminded_by_id"))
        batch_op.drop_index("ix_reminders_publication_id_reminded_at")
        batch_op.drop_index(batch_op.f("ix_reminders_person_id"))

    op.drop_table("reminders")
    op.drop_table("reminder_rounds")
    with op.batch_alter_table("proofs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proofs_publication_id"))
        batch_op.drop_index(batch_op.f("ix_proofs_made_by_id"))
        batch_op.drop_index(batch_op.f("ix_proofs_made_at"))

    op.drop_table("proofs")
    with op.batch_alter_table("confirmation_codes", schema=None) as batch_op:
        batch_op.drop_index("ix_confirmation_codes_publication_id_code_hash")
        batch_op.drop_index(batch_op.f("ix_confirmation_codes_person_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_codes_made_by_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_codes_expires_at"))

    op.drop_table("confirmation_codes")
    with op.batch_alter_table("circular_consents", schema=None) as batch_op:
        batch_op.drop_index("ix_circular_consents_space_id_revoked_at")
        batch_op.drop_index(batch_op.f("ix_circular_consents_revoked_by_id"))
        batch_op.drop_index(batch_op.f("ix_circular_consents_given_by_id"))
        batch_op.drop_index(batch_op.f("ix_circular_consents_function_code"))
        batch_op.drop_index("ix_circular_consents_agency_id_revoked_at")

    op.drop_table("circular_consents")
