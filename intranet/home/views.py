"""The home page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import to_user_timezone

from intranet.accounts.access import signed_in
from intranet.conversations.listing import grouped
from intranet.core import clock
from intranet.counterparts.access import own_posts
from intranet.counterparts.block import counterparts_of_own
from intranet.counterparts.claiming import claim_of
from intranet.home import queries
from intranet.messages.page import conversation_list
from intranet.people.models import Person

bp = Blueprint("home", __name__)


@bp.get("/")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """What is unread, who is in my unit, with whom I talk."""
    items = conversation_list(person)
    waiting = queries.waiting(person, items)
    return render_template(
        "home/index.html",
        part_of_day=_part_of_day(),
        today=clock.now(),
        waiting=waiting,
        units=queries.units_of(person),
        talks=queries.recent_talks(items),
        counterparts=counterparts_of_own(person, request.args.get("as", "")),
        posts=own_posts(person),
        claim=claim_of(person),
        conversations=grouped(items),
    )


def _part_of_day() -> str:
    hour = to_user_timezone(clock.now()).hour
    if hour < 6:  # noqa: PLR2004 - the night belongs to the evening
        return "evening"
    if hour < 14:  # noqa: PLR2004 - lunch in the south is at two
        return "morning"
    return "afternoon" if hour < 20 else "evening"  # noqa: PLR2004 - eight in the evening
