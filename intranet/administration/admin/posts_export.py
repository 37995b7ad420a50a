"""An agency's posts as a spreadsheet, in the form that the import takes: nothing gets lost."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.administration.admin import queries
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.imports.columns import LAYOUTS, ImportKind
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row

BATCH_SIZE = 500
COLUMNS = LAYOUTS[ImportKind.POSTS].known


@bp.get("/<code>/posts/export")
@administrator
def export_posts(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Download the posts, with a line for each language of a title.

    Only confirmed functions are in it: a suggestion that came back would count as confirmed.
    """
    found = queries.posts(agency, "", within=None, only_vacant=False)
    ids = db.session.scalars(found.with_only_columns(Post.id).order_by(Post.id)).all()
    name = f"posts-{agency.handle}-{clock.today(agency.time_zone):%Y-%m-%d}.csv"
    return Response(
        stream_with_context(_spreadsheet(ids)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _spreadsheet(ids: Sequence[UUID]) -> Iterator[str]:
    yield BEGINNING + spreadsheet_row(COLUMNS)
    for some in batches(ids, BATCH_SIZE):
        posts = select(Post).where(Post.id.in_(some)).options(selectinload(Post.functions))
        for post in db.session.scalars(posts.order_by(Post.id)):
            yield from _lines(post)
        db.session.expunge_all()


def _lines(post: Post) -> Iterator[str]:
    unit = post.unit
    is_root = unit.parent_id is None
    confirmed = [row.function_code for row in post.functions if not row.is_suggested]
    for language, title in post.title.items():
        cells = {
            "code": post.code,
            "title": title,
            "unit_code": unit.agency.code if is_root else unit.code,
            "lang": language,
            "level": str(post.level),
            "head": "yes" if post.is_head else "no",
            "functions": "; ".join(confirmed),
            "places": str(post.places),
            "valid_from": post.valid_from.isoformat() if post.valid_from else "",
            "valid_to": post.valid_to.isoformat() if post.valid_to else "",
        }
        yield spreadsheet_row([cells[column] for column in COLUMNS])
