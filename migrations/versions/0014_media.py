"""Videos: how large an agency lets them be, how long they are, captions, and those on their way.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("video_mb", sa.Integer(), nullable=False, server_default="500")
        )
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.alter_column("video_mb", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duration_ms", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("long_text", sa.Text(), nullable=True))
    op.create_table(
        "captions",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"],
            ["files.id"],
            name=op.f("fk_captions_video_id_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captions")),
        sa.UniqueConstraint("video_id", "language", name=op.f("uq_captions_video_id_language")),
    )
    op.create_table(
        "uploads",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_uploads_file_id_files"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["people.id"], name=op.f("fk_uploads_owner_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    for column in ("owner_id", "file_id", "created_at"):
        op.create_index(op.f(f"ix_uploads_{column}"), "uploads", [column])


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_table("captions")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_column("long_text")
        batch_op.drop_column("duration_ms")
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.drop_column("video_mb")
