"""Page for the agency's public site: its description, pauses, and published content."""

from datetime import date
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import MAX_INTEGER, Form, Line
from intranet.platform.core.refused import flashing
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import site_address
from intranet.public_site import queries
from intranet.public_site.access import approving_posts
from intranet.public_site.models import ShowcaseFreeze, ShowcaseProfile
from intranet.public_site.operations.describing import BODY_LIMIT, describe
from intranet.public_site.operations.pausing import NOTE_LIMIT, TO_COME_LIMIT, freeze, lift
from intranet.public_site.pauses import pause_of, pauses_to_come

PAGE_SIZE = 50


class PauseForm(Form):
    """The first and last day of a pause, both included."""

    starts_on: date
    ends_on: date
    note: Annotated[Line, Field(max_length=NOTE_LIMIT)] = ""


class ShowcaseProfileForm(Form):
    """The version of the description that the person edited."""

    version: Annotated[int, Field(ge=0, le=MAX_INTEGER)] = 0


@bp.get("/<code>/showcase")
@administrator
def showcase(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the description, the pauses, the approving posts, and what is pending or public."""
    own = queries.of_agency(agency)
    before = read_time(request.args.get("before", ""))
    shown = queries.on_show(own, before=before, limit=PAGE_SIZE + 1)
    last = shown[PAGE_SIZE - 1].item if len(shown) > PAGE_SIZE else None
    return render_template(
        "administration/admin/showcase.html",
        profile=filled(_stored(agency), sent_to="describe_showcase"),
        pausing=filled(sent_to="freeze_showcase"),
        tags=_tags(agency),
        body_limit=BODY_LIMIT,
        pauses=pauses_to_come(agency, TO_COME_LIMIT),
        running=pause_of(agency, clock.now()),
        approving=approving_posts(agency.id),
        waiting=queries.waiting(own, PAGE_SIZE),
        shown=shown[:PAGE_SIZE],
        count=queries.count_on_show(own),
        following=after_time(last.approved_at, last.publication_id)
        if last and last.approved_at
        else None,
        address=site_address(f"/open/{agency.code}"),
    )


@bp.post("/<code>/showcase/profile")
@again(showcase)
@administrator
def describe_showcase(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Save the agency's description, from the fields `body_es` and so on."""
    form = ShowcaseProfileForm.parse(request.form)
    texts = {tag: request.form.get(f"body_{tag}", "") for tag in _tags(agency)}
    describe(actor, agency, texts, version=form.version)
    flash(_("Saved."), "ok")
    return _back(agency)


@bp.post("/<code>/showcase/pauses")
@again(showcase)
@administrator
def freeze_showcase(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Pause the public site between two days."""
    form = PauseForm.parse(request.form)
    freeze(actor, agency, form.starts_on, form.ends_on, form.note)
    flash(_("Pause scheduled. It starts and ends automatically."), "ok")
    return _back(agency)


@bp.post("/<code>/showcase/pauses/<uuid:pause_id>/lift")
@administrator
def lift_showcase(actor: Person, agency: Agency, pause_id: UUID) -> ResponseReturnValue:
    """End a pause now, or cancel one that has not begun."""
    pause = db.session.get(ShowcaseFreeze, pause_id)
    if pause is None or pause.agency_id != agency.id:
        raise NotFound
    with flashing(_("This pause has already ended.")):
        lift(actor, pause)
    return _back(agency)


def _tags(agency: Agency) -> list[str]:
    return list(dict.fromkeys([*agency.languages, *LANGUAGES]))


def _stored(agency: Agency) -> dict[str, str]:
    profile = db.session.get(ShowcaseProfile, agency.id)
    if profile is None:
        return {"version": "0"}
    return {
        **{f"body_{tag}": profile.body.get(tag, "") for tag in _tags(agency)},
        "version": str(profile.version),
    }


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".showcase", code=agency.code), 303)
