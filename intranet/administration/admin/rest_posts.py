"""REST: the posts of an administered agency."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.administration.admin.access import get_post, get_unit
from intranet.administration.admin.responses import AdminPostResponse
from intranet.administration.admin.rest import (
    Texts,
    administrator,
    bp,
    changing,
    list_by_name,
    merged,
    words,
)
from intranet.administration.admin.serializers import post_json
from intranet.administration.admin.typed_choices import matches_words
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, PostKind
from intranet.organisation.agencies.operations import posts as operations
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.rest import body, described, idempotent, version_in, with_version
from intranet.platform.core.types import Localized

Code = Annotated[Line, Field(min_length=1, max_length=40)]
Handle = Annotated[Line, Field(min_length=1, max_length=60)]
Codes = Annotated[list[Annotated[Line, Field(max_length=3)]], Field(max_length=10)]


class NewPost(Form):
    """A post to create; level and functions are suggested from the title if not given."""

    titles: Texts
    unit_id: UUID
    kind: PostKind = PostKind.EMPLOYEE
    level: int | None = None
    is_head: bool = False
    publishes_for_agency: bool = False
    places: int = 1
    functions: Codes | None = None
    code: Code | None = None
    handle: Handle | None = None
    fallback_id: UUID | None = None


class PostChange(Form):
    """Changes to a post. `valid_to` ends it together with every appointment to it."""

    titles: Texts | None = None
    unit_id: UUID | None = None
    kind: PostKind | None = None
    level: int | None = None
    is_head: bool | None = None
    publishes_for_agency: bool | None = None
    places: int | None = None
    functions: Codes | None = None
    handle: Handle | None = None
    fallback_id: UUID | None = None
    valid_to: date | None = None


@bp.get("/posts")
@described(list[AdminPostResponse], query=("agency", "q", "limit", "cursor"))
@administrator
def posts(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List every post, ended ones included, by title."""
    found = select(Post).where(
        Post.agency_id == agency.id, matches_words(words(), Post.sort_key, Post.handle, Post.code)
    )
    return list_by_name(
        found.options(selectinload(Post.functions)), Post, Post.sort_key, _posts_json
    )


@bp.post("/posts")
@described(AdminPostResponse, form=NewPost, query=("agency",))
@administrator
def create_post(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Create a post."""
    form = NewPost.parse_exactly(body())

    def create() -> tuple[dict[str, Any], int]:
        new = operations.PostSpec(
            unit=get_unit(agency, form.unit_id),
            title=Localized(form.titles),
            kind=form.kind,
            level=form.level,
            is_head=form.is_head,
            publishes_for_agency=form.publishes_for_agency,
            places=form.places,
            functions=form.functions,
            code=form.code,
            handle=form.handle,
            fallback=get_post(agency, form.fallback_id) if form.fallback_id else None,
        )
        return _json(operations.create_post(actor, new)), 201

    return idempotent(actor.id, create, version=version_in)


@bp.get("/posts/<uuid:post_id>")
@described(AdminPostResponse, query=("agency",))
@administrator
def post(_actor: Person, agency: Agency, post_id: UUID) -> ResponseReturnValue:
    """Return a post."""
    found = get_post(agency, post_id)
    return with_version(_json(found), found.version)


@bp.patch("/posts/<uuid:post_id>")
@described(AdminPostResponse, form=PostChange, query=("agency",))
@administrator
def change_post(actor: Person, agency: Agency, post_id: UUID) -> ResponseReturnValue:
    """Change, move or end a post; a field that is not given stays as it is."""
    form = PostChange.parse_exactly(body())
    found = get_post(agency, post_id)
    with changing(agency, found):
        operations.change_post(actor, found, version=None, **_values(agency, found, form))
        if form.functions is not None:
            operations.set_functions(actor, found, form.functions)
        if form.valid_to:
            operations.end_post(actor, found, form.valid_to)
    return with_version(_json(found), found.version)


def _values(agency: Agency, found: Post, form: PostChange) -> dict[str, Any]:
    """Return every field of the post, updated with those that were sent."""
    fallback = db.session.get(Post, found.fallback_id) if found.fallback_id else None
    if "fallback_id" in form.model_fields_set and form.fallback_id != found.fallback_id:
        fallback = get_post(agency, form.fallback_id) if form.fallback_id else None
    return {
        "unit": get_unit(agency, form.unit_id) if form.unit_id else found.unit,
        "title": merged(form.titles, found.title),
        "kind": form.kind or found.kind,
        "level": found.level if form.level is None else form.level,
        "is_head": found.is_head if form.is_head is None else form.is_head,
        "publishes_for_agency": (
            found.publishes_for_agency
            if form.publishes_for_agency is None
            else form.publishes_for_agency
        ),
        "places": found.places if form.places is None else form.places,
        "handle": form.handle or found.handle,
        "fallback": fallback,
    }


def _json(found: Post) -> dict[str, Any]:
    return post_json(
        db.session.scalars(
            select(Post)
            .where(Post.id == found.id)
            .options(selectinload(Post.functions))
            .execution_options(populate_existing=True)
        ).one()
    )


def _posts_json(rows: Sequence[Post]) -> list[dict[str, Any]]:
    return [post_json(row) for row in rows]
