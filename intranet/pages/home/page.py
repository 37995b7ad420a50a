"""The context of the first page: due items, news, people; nothing appears twice."""

from collections.abc import Sequence
from typing import Any

from intranet.collaboration.participation import queries as participation_queries
from intranet.collaboration.participation.view_models import Contribution, contributions
from intranet.collaboration.polls import queries as poll_queries
from intranet.collaboration.polls import view_models as poll_shown
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.block import counterparts_of_own, people_of_own
from intranet.finding.counterparts.function_prompt import prompt_for
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import people_with_direct_message
from intranet.messaging.messages.page import conversation_list
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.sender_notes import own_note
from intranet.pages.home import queries
from intranet.pages.home.due_items import Due, due_for
from intranet.pages.home.first_steps import first_steps
from intranet.pages.home.waiting_counts import counts_for
from intranet.platform.core import clock
from intranet.publishing.publications.view_models import rows

MAX_POLLS = 2


def home_context(person: Person, as_post: str) -> dict[str, Any]:
    """Return everything on the first page.

    Args:
        as_post: the id of the person's post to show counterparts of; their oldest post for any
            other value.
    """
    now = clock.now()
    units = queries.units_of(person)
    near = {each for unit in units for each in unit.named()}
    # Looked up together: each section would ask for its own, by up to six statements.
    faces_of({*people_with_direct_message(person), *near, *people_of_own(person, as_post)}, person)
    items = conversation_list(person)
    waiting = counts_for(person)
    polls = poll_queries.waiting(person, MAX_POLLS) if waiting.polls else []
    listed = queries.publications(person, polls)
    groups = queries.own_groups(items)
    due = due_for(person, listed.owed, waiting)
    return {
        "today": now,
        "counts": waiting,
        "due": due,
        "news": rows(listed.news),
        "followed": rows(listed.followed),
        "first_steps": first_steps(person),
        "day_note": own_note(person, now),
        "waiting": queries.waiting(person, items),
        "units": [queries.unit_shown(unit, person) for unit in units],
        "is_small": all(unit.count < queries.SMALL_UNIT_PEOPLE for unit in units),
        "dates": queries.next_dates(person),
        "groups": groups[: queries.MAX_GROUPS],
        "groups_count": len(groups),
        "polls": [poll_shown.line(one, has_voted=False, now=now) for one in polls],
        **_contributions(person, listed, due),
        "counterparts": counterparts_of_own(person, as_post),
        "posts": own_posts(person),
        "claim": prompt_for(person),
    }


def _contributions(
    person: Person, listed: queries.ListedPublications, due: Sequence[Due]
) -> dict[str, list[Contribution]]:
    """Return the person's own contributions, and new contributions in their unit."""
    states = participation_queries.states_of(person, [*listed.own, *listed.new])
    shown = {each.href.partition("#")[0] for each in due}
    return {
        "own": contributions(listed.own, states),
        "new": [one for one in contributions(listed.new, states) if one.row.href not in shown],
    }
