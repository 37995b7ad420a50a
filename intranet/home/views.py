"""The first page: what is owed, what is new, who is there; nothing twice."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import to_user_timezone
from sqlalchemy.exc import SQLAlchemyError

from intranet.accounts.access import current_person, signed_in
from intranet.core import clock
from intranet.core.web import local_address, wants_fragment
from intranet.counterparts.access import own_posts
from intranet.counterparts.block import counterparts_of_own
from intranet.counterparts.claiming import claim_of
from intranet.groups.queries import own_groups_count
from intranet.home import queries
from intranet.home.first_steps import first_steps
from intranet.home.waiting import waiting_of
from intranet.messages.page import conversation_list
from intranet.people.first_steps import hide_first_steps
from intranet.people.models import Person
from intranet.publications.shown import rows
from intranet.questions import queries as question_queries
from intranet.questions.shown import question_rows
from intranet.worktime.notes import own_note

bp = Blueprint("home", __name__)


@bp.app_context_processor
def count_waiting() -> dict[str, int]:
    """Count what waits for the viewer in groups and in what they take part in, for the rail."""
    viewer = current_person()
    if viewer is None or wants_fragment():
        return {}
    try:
        found = waiting_of(viewer)
    except SQLAlchemyError:
        return {}  # the page may be the one that says so
    return {"groups_waiting": found.groups, "participate_waiting": found.participate}


@bp.get("/more")
@signed_in
def more(person: Person) -> ResponseReturnValue:
    """Show the places that have no tab on the phone: as a sheet, or without script as a page."""
    name = "_more" if wants_fragment() else "more"
    return render_template(
        f"home/{name}.html", waiting=waiting_of(person), groups=own_groups_count(person)
    )


@bp.post("/first-steps/end")
@signed_in
def end_steps(person: Person) -> ResponseReturnValue:
    """Hide the list of first steps."""
    hide_first_steps(person)
    return redirect(local_address(request.form.get("next"), "/"), 303)


@bp.get("/")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """What is unread, who is in my unit, with whom I talk."""
    now = clock.now()
    items = conversation_list(person)
    waiting = queries.waiting(person, items)
    units = queries.units_of(person)
    owed, news = queries.publications(person, now)
    return render_template(
        "home/index.html",
        part_of_day=_part_of_day(),
        today=now,
        owed=rows(owed),
        news=rows(news),
        asked=question_rows(question_queries.waiting(person, queries.ASKED)),
        followed=rows(queries.followed(person, [*owed, *news])),
        first_steps=first_steps(person),
        day_note=own_note(person, now),
        waiting=waiting,
        units=units,
        is_small=all(unit["count"] < queries.SMALL for unit in units),
        dates=queries.next_dates(person),
        talks=queries.recent_talks(items),
        counterparts=counterparts_of_own(person, request.args.get("as", "")),
        posts=own_posts(person),
        claim=claim_of(person),
    )


def _part_of_day() -> str:
    hour = to_user_timezone(clock.now()).hour
    if hour < 6:  # noqa: PLR2004 - the night belongs to the evening
        return "evening"
    if hour < 14:  # noqa: PLR2004 - lunch in the south is at two
        return "morning"
    return "afternoon" if hour < 20 else "evening"  # noqa: PLR2004 - eight in the evening
