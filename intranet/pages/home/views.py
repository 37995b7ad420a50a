"""The first page, and the counts in the frame of every page."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.collaboration.groups.queries import own_groups_count
from intranet.organisation.accounts.access import in_frame, signed_in
from intranet.organisation.people.first_steps import hide_first_steps
from intranet.organisation.people.models import Person
from intranet.pages.home.page import home_context
from intranet.pages.home.waiting_counts import counts_for
from intranet.platform.core.dates import part_of_day
from intranet.platform.core.web import local_address, wants_fragment

bp = Blueprint("home", __name__)


@bp.app_context_processor
@in_frame
def count_waiting(viewer: Person) -> dict[str, int]:
    """Give templates the counts beside Groups and Participate in the navigation."""
    found = counts_for(viewer)
    return {"groups_waiting": found.groups, "participate_waiting": found.participate}


@bp.get("/more")
@signed_in
def more(person: Person) -> ResponseReturnValue:
    """Show the sections that have no tab on phones: as a sheet, or as a page without scripts."""
    name = "_more" if wants_fragment() else "more"
    return render_template(
        f"pages/home/{name}.html", waiting=counts_for(person), groups=own_groups_count(person)
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
    """Show what waits for the person, what is unread and new, their agenda, groups and people."""
    context = home_context(person, request.args.get("as", ""))
    return render_template("pages/home/index.html", part_of_day=part_of_day(), **context)
