"""Pages for posts: list, create, change and end them, and set their functions."""

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.administration.admin import queries
from intranet.administration.admin.access import get_post, get_unit
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import (
    Filled,
    again,
    filled,
    languages_of,
    localized_fields,
    localized_values,
)
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.typed_choices import find_post, find_unit, post_text, unit_text
from intranet.extensions import db
from intranet.finding.directory.labels import kind_names, level_names
from intranet.organisation.agencies.labels import function_name
from intranet.organisation.agencies.models import Agency, Function, Post, PostKind
from intranet.organisation.agencies.operations import posts as operations
from intranet.organisation.agencies.operations.posts import TITLE_LIMIT, PostSpec
from intranet.organisation.agencies.own_places import own_places
from intranet.organisation.agencies.queries import ancestors, posts_with_roles
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import holders, holders_of
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, pgettext
from intranet.platform.core.parsing import EmptyIsNone, Form, Line, printable
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import current_language

MAX_FUNCTIONS = 3
SHOWN = "shown_functions"
"""The field with the functions that the form showed first."""


class PostForm(Form):
    """The fields of a post besides its titles."""

    unit: Annotated[Line, Field(max_length=300)]
    kind: PostKind
    level: Annotated[int | None, EmptyIsNone] = None
    is_head: bool = False
    publishes_for_agency: bool = False
    places: int = 1
    code: Annotated[Annotated[Line, Field(max_length=40)] | None, EmptyIsNone] = None
    handle: Annotated[Annotated[Line, Field(max_length=60)] | None, EmptyIsNone] = None
    fallback: Annotated[Line, Field(max_length=300)] = ""
    function_1: str = ""
    function_2: str = ""
    function_3: str = ""
    shown_functions: str = ""
    version: int = 0

    @property
    def functions(self) -> list[str]:
        """Return the selected codes without duplicates."""
        chosen = (self.function_1, self.function_2, self.function_3)
        return list(dict.fromkeys(code for code in chosen if code))


class EndPostForm(Form):
    """The fields by which a post ends."""

    last_day: date
    version: int = 0


@bp.get("/<code>/posts")
@administrator
def posts(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List posts, filtered by text, by unit and by vacancy."""
    typed = printable(request.args.get("q", ""), 80)
    within = request.args.get("unit", type=UUID)
    unit = get_unit(agency, within) if within else None
    only_vacant = request.args.get("vacant") == "1"
    found = queries.posts(agency, typed, within=unit, only_vacant=only_vacant)
    page = page_of(found, get_post, agency, Post.sort_key)
    return render_template(
        "administration/admin/posts.html",
        page=page,
        typed=typed,
        unit=unit,
        only_vacant=only_vacant,
        holders=holders_of([post.id for post in page.rows], clock.now()),
        kind_names=kind_names(),
    )


@bp.get("/<code>/posts/new")
@administrator
def new_post(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form for a new post."""
    within = request.args.get("unit", type=UUID)
    unit = get_unit(agency, within) if within else None
    suggested = {"unit": unit_text(unit), "kind": "employee", "places": "1"}
    return _form(agency, None, filled(suggested=suggested))


@bp.post("/<code>/posts/new")
@again(new_post)
@administrator
def create_post(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Create a post; fields left empty are derived from its title."""
    form = PostForm.parse(request.form)
    created = operations.create_post(
        actor,
        PostSpec(
            unit=find_unit(agency, form.unit, "unit"),
            title=localized_fields("title", agency.languages, TITLE_LIMIT),
            kind=form.kind,
            level=form.level,
            is_head=form.is_head,
            publishes_for_agency=form.publishes_for_agency,
            places=form.places,
            functions=form.functions or None,
            code=form.code,
            handle=form.handle,
            fallback=_fallback(agency, form),
        ),
    )
    flash(_("Post created. You can now appoint people to it."), "ok")
    return redirect(url_for(".post", code=agency.code, post_id=created.id), 303)


@bp.get("/<code>/posts/<uuid:post_id>")
@administrator
def post(_actor: Person, agency: Agency, post_id: UUID) -> ResponseReturnValue:
    """Show the form of a post, and who holds it."""
    found = get_post(agency, post_id)
    form = filled(_stored(found))
    theirs = {name: text for name, text in form.theirs.items() if name != SHOWN}
    return _form(agency, found, replace(form, theirs=theirs))


@bp.post("/<code>/posts/<uuid:post_id>")
@again(post)
@administrator
def change_post(actor: Person, agency: Agency, post_id: UUID) -> ResponseReturnValue:
    """Change the fields of a post, or move it to another unit."""
    found = get_post(agency, post_id)
    form = PostForm.parse(request.form)
    tags = languages_of(found.title, agency.languages)
    with unit_of_work():
        operations.change_post(
            actor,
            found,
            version=form.version,
            unit=find_unit(agency, form.unit, "unit"),
            title=localized_fields("title", tags, TITLE_LIMIT),
            kind=form.kind,
            level=form.level or found.level,
            is_head=form.is_head,
            publishes_for_agency=form.publishes_for_agency,
            places=form.places,
            handle=form.handle or found.handle,
            fallback=_fallback(agency, form, found),
        )
        _set_functions(actor, found, form)
    flash(_("Saved."), "ok")
    return redirect(url_for(".post", code=agency.code, post_id=found.id), 303)


@bp.get("/<code>/posts/<uuid:post_id>/end")
@administrator
def ending_post(actor: Person, agency: Agency, post_id: UUID) -> ResponseReturnValue:
    """Ask when a post ends, and list the people who lose it."""
    found = get_post(agency, post_id)
    today = clock.today(agency.time_zone)
    return render_template(
        "administration/admin/post_end.html",
        post=found,
        may_empower=actor.may(Act.EMPOWER, agency.id),
        has_role=bool(posts_with_roles([found.id])),
        is_own=found.id in own_places(actor, agency.id).post_ids,
        filled=filled({"version": str(found.version)}, suggested={"last_day": today.isoformat()}),
        holders=holders(found.id, clock.now()),
    )


@bp.post("/<code>/posts/<uuid:post_id>/end")
@again(ending_post)
@administrator
def end_post(actor: Person, agency: Agency, post_id: UUID) -> ResponseReturnValue:
    """End a post."""
    form = EndPostForm.parse(request.form)
    operations.end_post(actor, get_post(agency, post_id), form.last_day, version=form.version)
    flash(_("The end date of the post has been saved."), "ok")
    return redirect(url_for(".posts", code=agency.code), 303)


def _form(agency: Agency, found: Post | None, form: Filled) -> str:
    actor: Person = g.administrator
    return render_template(
        "administration/admin/post.html",
        post=found,
        filled=form,
        tags=languages_of(found.title if found else None, agency.languages),
        kinds=list(kind_names().items()),
        levels=list(level_names().items()),
        functions=function_names(agency),
        suggested=_is_suggested(found),
        may_empower=actor.may(Act.EMPOWER, agency.id),
        has_role=found is not None and bool(posts_with_roles([found.id])),
        is_own=found is not None and found.id in own_places(actor, agency.id).post_ids,
        beyond=_beyond(found),
        holders=holders(found.id, clock.now()) if found else [],
        trail=ancestors(found.unit)[1:] if found else [],
    )


def _set_functions(actor: Person, found: Post, form: PostForm) -> None:
    """Set the functions that were chosen, and keep those for which the form has no field.

    If they are as shown and not suggested, they stay as another person may have set them since.
    """
    rows = _with_functions(found).functions
    is_as_shown = " ".join(form.functions) == form.shown_functions
    if is_as_shown and not any(row.is_suggested for row in rows):
        return
    beyond = [row.function_code for row in rows[MAX_FUNCTIONS:]]
    operations.set_functions(actor, found, [*form.functions, *beyond])


def _stored(found: Post) -> dict[str, str]:
    db.session.refresh(found, ["fallback"])
    functions = [row.function_code for row in _with_functions(found).functions]
    return {
        **localized_values("title", found.title, found.unit.agency.languages),
        "unit": unit_text(found.unit),
        "kind": found.kind,
        "level": str(found.level),
        "is_head": "1" if found.is_head else "",
        "publishes_for_agency": "1" if found.publishes_for_agency else "",
        "places": str(found.places),
        "handle": found.handle,
        "fallback": post_text(found.fallback),
        **{f"function_{n + 1}": code for n, code in enumerate(functions[:MAX_FUNCTIONS])},
        SHOWN: " ".join(functions[:MAX_FUNCTIONS]),
        "version": str(found.version),
    }


def _with_functions(found: Post) -> Post:
    return db.session.scalars(
        select(Post)
        .where(Post.id == found.id)
        .options(selectinload(Post.functions))
        .execution_options(populate_existing=True)
    ).one()


def _is_suggested(found: Post | None) -> bool:
    return found is not None and any(row.is_suggested for row in _with_functions(found).functions)


def _beyond(found: Post | None) -> str:
    """Return the names of the functions for which the form has no field."""
    rows = _with_functions(found).functions[MAX_FUNCTIONS:] if found else []
    return ", ".join(function_name(row.function_code) for row in rows)


def function_names(agency: Agency) -> list[tuple[str, str]]:
    """Return codes and names of all functions by name, an empty choice first, for a select box."""
    functions = db.session.scalars(select(Function)).all()
    language = current_language()
    named = [(row.code, row.name.text(language, agency.language)) for row in functions]
    return [("", pgettext("function", "None")), *sorted(named, key=lambda each: each[1])]


def _fallback(agency: Agency, form: PostForm, found: Post | None = None) -> Post | None:
    if found and found.fallback and form.fallback == post_text(found.fallback):
        return found.fallback  # it may be another agency's, which has accepted
    return find_post(agency, form.fallback, "fallback") if form.fallback else None
