"""Page to review what posts do: confirm what was derived, many at once, and correct it."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from pydantic import Field

from intranet.administration.admin.access import get_post, get_unit
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.function_rows import (
    FunctionFilter,
    parse_shown,
    posts_by_functions,
    rows_of,
)
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.posts import function_names
from intranet.administration.admin.typed_choices import find_unit, unit_text
from intranet.finding.directory.labels import level_names
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.operations.confirmations import (
    CONFIRMED_AT_ONCE,
    Confirmation,
    ShownFunctions,
    confirm_shown,
    undo_confirmation,
)
from intranet.organisation.agencies.operations.functions import set_levels
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import EmptyIsNone, Form, printable
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import local_address

KEEP = "keep"
CHOSEN, ALL, SET, ONE = "chosen", "all", "set", "one"
MAX_NUMBER = 2**53
LEAST_CHOICES, MAX_CHOICES = 3, 20
"""How many functions of one post can be chosen at least, and at most."""


class FunctionCorrection(Form):
    """Posts as they were shown, and what to confirm or set for them.

    `do` confirms the selected posts or all shown, or sets functions and level of those selected,
    or the functions of one. Of each post, `shown` says what it had on the page.
    """

    do: str = CHOSEN
    post_ids: Annotated[list[UUID], Field(max_length=CONFIRMED_AT_ONCE)]
    shown: Annotated[list[str], Field(max_length=CONFIRMED_AT_ONCE)]
    functions: Annotated[list[str], Field(max_length=MAX_CHOICES)]
    function_1: str = KEEP
    function_2: str = ""
    level: Annotated[int | None, EmptyIsNone] = None

    @property
    def codes(self) -> frozenset[str] | None:
        """Return the functions to set; None to confirm those of each post.

        Raises:
            Invalid: only one of the two functions is to change.
        """
        if self.do == ONE:
            return frozenset(filter(None, self.functions))
        if self.do != SET or (self.function_1 == KEEP and self.function_2 in {KEEP, ""}):
            return None
        if KEEP in {self.function_1, self.function_2}:
            raise Invalid({"functions": _l("Choose both functions, or leave both unchanged.")})
        return frozenset(filter(None, (self.function_1, self.function_2)))


class UndoForm(Form):
    """The change to undo: its first and last lines in the audit log."""

    first: Annotated[int, Field(ge=1, le=MAX_NUMBER)]
    last: Annotated[int, Field(ge=1, le=MAX_NUMBER)]


@bp.get("/<code>/functions")
@administrator
def functions(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List posts with their functions; by default, only posts with unconfirmed ones."""
    typed = printable(request.args.get("q", ""), 80)
    only = FunctionFilter(_choice(request.args.get("only")))
    unit, typed_unit = _unit(agency)
    names = function_names(agency)
    found = posts_by_functions(agency, typed, unit, only)
    page = page_of(found, get_post, agency, Post.sort_key, size=CONFIRMED_AT_ONCE)
    rows = rows_of(page.rows)
    return render_template(
        "administration/admin/functions.html",
        page=page,
        rows=rows,
        to_confirm=sum(row.is_open for row in rows),
        edited=request.args.get("edit", type=UUID),
        least_choices=LEAST_CHOICES,
        typed=typed,
        unit=unit,
        is_unit_unknown=bool(typed_unit and not unit),
        only=only.value,
        filled=filled(suggested={"function_1": KEEP, "function_2": KEEP, "unit": typed_unit}),
        chosen=set(request.form.getlist("post_ids")),
        undone=_change_to_undo(),
        names=names,
        functions=[(KEEP, _("Leave unchanged")), *names],
        levels=[("", _("Leave unchanged")), *level_names().items()],
        level_names=level_names(),
    )


@bp.post("/<code>/functions")
@again(functions)
@administrator
def correct_functions(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Confirm the functions of the selected posts, or of all shown, or set others for them."""
    form = FunctionCorrection.parse(
        request.form,
        post_ids=request.form.getlist("post_ids"),
        shown=request.form.getlist("shown"),
        functions=request.form.getlist("functions"),
    )
    shown = parse_shown(form.shown)
    ids = list(shown) if form.do in {ALL, ONE} else form.post_ids
    if not ids:
        raise Invalid({"post_ids": _l("Choose at least one post.")})
    if not set(ids) <= shown.keys():
        raise Invalid({"post_ids": _l("The page is out of date. Load it again.")})
    codes = form.codes
    wanted = {each: _wanted(shown[each], codes) for each in ids}
    with unit_of_work():
        done = confirm_shown(actor, agency, wanted)
        if form.do == ONE and done.skipped:
            words = _l("Another person has changed the functions of this post. Look again.")
            raise Conflict(words)
        if form.do == SET and form.level is not None:
            posts = [get_post(agency, post_id) for post_id in ids]
            set_levels(actor, agency, posts, form.level)
    return _answer(agency, done, is_level_set=form.do == SET and form.level is not None)


@bp.post("/<code>/functions/undo")
@administrator
def undo_functions(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Restore what the posts had before the actor confirmed or set their functions."""
    form = UndoForm.parse(request.form)
    try:
        done = undo_confirmation(actor, agency, form.first, form.last)
    except Conflict as problem:
        flash(str(problem.detail), "bad")
        return redirect(_next(agency), 303)
    said = ngettext(
        "Undone for %(num)s post. It is as it was before.",
        "Undone for %(num)s posts. They are as they were before.",
        done.count,
    )
    if done.count:
        flash(said, "ok")
    _say_skipped(done)
    return redirect(_next(agency), 303)


def _wanted(shown: ShownFunctions, codes: frozenset[str] | None) -> ShownFunctions:
    wanted = shown.wanted if codes is None else codes
    return ShownFunctions(shown.had, wanted, shown.was_suggested)


def _answer(agency: Agency, done: Confirmation, *, is_level_set: bool) -> ResponseReturnValue:
    """Return to the page, which says how many posts have changed and offers to undo it."""
    _say_skipped(done)
    if is_level_set:
        flash(_("The level is set."), "ok")
    elif not done.count and not done.skipped:
        flash(_("Nothing was changed: the functions were already confirmed."), "info")
    address = _next(agency)
    if done.count:
        address += ("&" if "?" in address else "?") + urlencode(
            {"done": f"{done.first}-{done.last}"}
        )
    return redirect(address, 303)


def _say_skipped(done: Confirmation) -> None:
    said = ngettext(
        "%(num)s post stays as it is: its functions have changed in the meantime.",
        "%(num)s posts stay as they are: their functions have changed in the meantime.",
        done.skipped,
    )
    if done.skipped:
        flash(said, "attn")


def _next(agency: Agency) -> str:
    """Return the page to return to, as it was filtered, without what it said last."""
    here = url_for(".functions", code=agency.code)
    parts = urlsplit(local_address(request.form.get("next"), here))
    if parts.path != here:
        return here
    kept = [
        each for each in parts.query.split("&") if each and not each.startswith(("done=", "edit="))
    ]
    return f"{here}?{'&'.join(kept)}" if kept else here


def _choice(asked: str | None) -> str:
    return asked if asked in set(FunctionFilter) else FunctionFilter.SUGGESTED


def _unit(agency: Agency) -> tuple[Unit | None, str]:
    """Return the unit that the address asks for, by id or as typed, and its text."""
    asked = printable(request.args.get("unit", ""), 300)
    if not asked:
        return None, ""
    try:
        unit = get_unit(agency, UUID(asked))
    except ValueError:
        try:
            unit = find_unit(agency, asked, "unit")
        except Invalid:
            return None, asked
    return unit, unit_text(unit)


def _change_to_undo() -> tuple[int, int] | None:
    """Return the first and last numbers of the change that was just made."""
    first, _dash, last = request.args.get("done", "").partition("-")
    if not all(
        each.isascii() and each.isdecimal() and len(each) < len(str(MAX_NUMBER))
        for each in (first, last)
    ):
        return None
    is_change = 0 <= int(last) - int(first) < CONFIRMED_AT_ONCE
    return (int(first), int(last)) if is_change else None
