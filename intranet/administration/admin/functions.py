"""Page to review functions and levels of posts, and correct many of them at once."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.administration.admin import queries
from intranet.administration.admin.access import get_post
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.paging import PAGE_SIZE, page_of
from intranet.administration.admin.posts import function_names
from intranet.extensions import db
from intranet.finding.directory.labels import level_names
from intranet.organisation.agencies.models import Agency, Post, PostFunction
from intranet.organisation.agencies.operations.functions import correct_posts
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import EmptyIsNone, Form, printable
from intranet.platform.core.web import local_address

SUGGESTED, NONE, ALL = "suggested", "none", "all"
KEEP = "keep"


class FunctionCorrection(Form):
    """Selected posts, and the functions and level to set for all of them."""

    post_ids: Annotated[list[UUID], Field(max_length=PAGE_SIZE)]
    function_1: str = KEEP
    function_2: str = ""
    level: Annotated[int | None, EmptyIsNone] = None

    @property
    def codes(self) -> list[str] | None:
        """Return the functions to set for all of them; None to keep those of each post.

        Raises:
            Invalid: only one of the two functions is to change.
        """
        if self.function_1 == KEEP and self.function_2 in {KEEP, ""}:
            return None
        if KEEP in {self.function_1, self.function_2}:
            raise Invalid({"functions": _l("Choose both functions, or leave both unchanged.")})
        return list(dict.fromkeys(code for code in (self.function_1, self.function_2) if code))


@bp.get("/<code>/functions")
@administrator
def functions(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List posts with their functions; by default, only posts with unconfirmed ones."""
    typed = printable(request.args.get("q", ""), 80)
    asked = request.args.get("only")
    only = asked if asked in {NONE, ALL} else SUGGESTED
    found = queries.posts(agency, typed, within=None, only_vacant=False)
    said = select(PostFunction.post_id)
    if only == SUGGESTED:
        found = found.where(Post.id.in_(said.where(PostFunction.is_suggested)))
    elif only == NONE:
        found = found.where(Post.id.not_in(said))
    shown = page_of(found.options(selectinload(Post.functions)), get_post, agency, Post.sort_key)
    names = function_names(agency)
    return render_template(
        "administration/admin/functions.html",
        page=shown,
        typed=typed,
        only=only,
        filled=filled(suggested={"function_1": KEEP, "function_2": KEEP}),
        chosen=set(request.form.getlist("post_ids")),
        names=dict(names),
        functions=[(KEEP, _("Leave unchanged")), *names],
        levels=[("", _("Leave unchanged")), *level_names().items()],
        level_names=level_names(),
        is_suggested=_suggested_among(shown.rows),
    )


@bp.post("/<code>/functions")
@again(functions)
@administrator
def correct_functions(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Set functions and level of the selected posts; without a choice, confirm the present ones."""
    chosen = request.form.getlist("post_ids")
    form = FunctionCorrection.parse(request.form, post_ids=chosen)
    if not chosen:
        raise Invalid({"post_ids": _l("Choose at least one post.")})
    posts = [get_post(agency, post_id) for post_id in form.post_ids]
    correct_posts(actor, agency, posts, codes=form.codes, level=form.level)
    count = len(posts)
    said = ngettext("Functions set for %(num)s post.", "Functions set for %(num)s posts.", count)
    flash(said, "ok")
    here = url_for(".functions", code=agency.code)
    return redirect(local_address(request.form.get("next"), here), 303)


def _suggested_among(posts: Sequence[Post]) -> set[UUID]:
    """Return which of these posts have functions that nobody has confirmed yet."""
    ids = [post.id for post in posts]
    rows = select(PostFunction.post_id).where(
        PostFunction.post_id.in_(ids), PostFunction.is_suggested
    )
    return set(db.session.scalars(rows))
