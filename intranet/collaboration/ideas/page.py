"""Contexts of the pages of ideas."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intranet.collaboration.ideas import queries, view_models
from intranet.collaboration.ideas.access import answers, get_box, joins, may_support, proposes_in
from intranet.collaboration.ideas.forms import id_sent
from intranet.collaboration.ideas.models import IDEA, Idea, IdeaBox, IdeaStatus
from intranet.collaboration.ideas.queries import IdeaOrder
from intranet.messaging.spaces.access import leads
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.parsing import printable
from intranet.publishing.publications.nearest_views import nearest_context, text_to_compare
from intranet.publishing.publications.page import discussion_context, publication_context
from intranet.publishing.publications.placement import placement_context, visibilities_of
from intranet.publishing.publications.view_models import name_of_space, text_of

PAGE_SIZE = 30
MAX_FIRST_BOXES = 4
MAX_BOXES = 100
MAX_SIMILAR = 12
MAX_MERGED = 20


def list_context(person: Person, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of a page of ideas, under the boxes or in one of them.

    Raises:
        NotFound: the named box does not exist, or the person may not know of it.
    """
    now = clock.now()
    order = _known(IdeaOrder, sent.get("order", ""), IdeaOrder.NEWEST)
    status = _known(IdeaStatus, sent.get("status", ""), None)
    words = printable(sent.get("q", ""), 80)
    box = get_box(person, id_sent(sent, "box") or UUID(int=0)) if sent.get("box") else None
    found = queries.listed(
        person,
        order,
        box=box,
        status=status,
        words=words,
        after=_after(sent.get("after", "")),
        limit=PAGE_SIZE + 1,
    )
    rows = found[:PAGE_SIZE]
    mine = queries.supported_by(person, [one.publication.id for one in rows])
    is_first = not sent.get("after") and not words and box is None
    boxes = queries.boxes(person, MAX_FIRST_BOXES, is_open=True) if is_first else []
    late = queries.late_in([one.id for one in boxes], now) if boxes else set()
    last = queries.cursor_after(rows[-1], order) if len(found) > PAGE_SIZE else None
    return {
        "order": order.value,
        "status": status.value if status else "",
        "words": words,
        "box": view_models.box(box) if box else None,
        "boxes": [view_models.box(one, is_late=one.id in late) for one in boxes],
        "lines": [
            view_models.line(one, is_mine=one.publication.id in mine, now=now) for one in rows
        ],
        "next_after": f"{last[0]}~{last[1]}" if last else None,
        "may_propose": proposes_in(person, box) if box else True,
        "may_lead": leads(person, box.space) if box else bool(queries.led_spaces(person)),
        "statuses": view_models.STATUS_WORDS,
        "tones": view_models.STATUS_TONES,
    }


def boxes_context(person: Person) -> dict[str, Any]:
    """Return the context of every box that the person may see."""
    rows = queries.boxes(person, MAX_BOXES)
    late = queries.late_in([row.id for row in rows], clock.now())
    return {
        "boxes": [view_models.box(row, is_late=row.id in late) for row in rows],
        "may_lead": bool(queries.led_spaces(person)),
    }


def idea_context(person: Person, idea: Idea, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of an idea: its statuses, its answers, and the post that answers."""
    now = clock.now()
    box = idea.box
    who = answering([box.post_id], now, [box.post])[box.post_id]
    context = publication_context(person, idea.publication, sent.get("in", ""))
    return context | {
        "idea": idea,
        "box": view_models.box(box),
        "post": box.post,
        "post_title": _title(box.post),
        "covered_by": _title(who.by) if who.by and who.is_covered else None,
        "speakers": who.people,
        "steps": queries.steps(idea),
        "answers": [view_models.answer_view(row) for row in queries.answers_to(idea)],
        "is_late": view_models.is_late(idea, now),
        "was_late": idea.answered_at is not None and idea.answered_at > idea.due_at,
        "supports": bool(queries.supported_by(person, [idea.publication_id])),
        "may_support": may_support(idea),
        "may_answer": answers(person, box),
        "may_join": joins(person, box) and idea.joined_into_id is None,
        "joined": [
            view_models.line(one, is_mine=False, now=now)
            for one in queries.joined_with(person, idea, MAX_MERGED)
        ],
        "statuses": view_models.STATUS_WORDS,
        "tones": view_models.STATUS_TONES,
        "discussion": discussion_context(person, idea.publication, sent),
    }


def new_context(person: Person, box: IdeaBox | None, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of an idea's form, or of the choice of a box if none is given."""
    if box is None:
        rows = queries.boxes(person, MAX_BOXES, is_open=True)
        return {
            "box": None,
            "boxes": [view_models.box(row) for row in rows],
            "may_lead": bool(queries.led_spaces(person)),
        }
    place = placement_context(person, sent)
    return place | {
        "box": view_models.box(box),
        "place_spaces": [(box.space_id, view_models.box(box).place)],
        "place_visibilities": visibilities_of(box.space),
        **nearest_context(person, IDEA, text_to_compare(sent)),
        "sent": sent,
        "due_days": box.term_days,
    }


def join_context(person: Person, idea: Idea, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the ideas into which an idea could be merged."""
    now = clock.now()
    words = printable(sent.get("q", ""), 80)
    found = queries.alike(person, idea, words, MAX_SIMILAR)
    title = publication_context(person, idea.publication, "")["article"]["title"]
    return {
        "idea": idea,
        "title": title,
        "words": words,
        "lines": [view_models.line(one, is_mine=False, now=now) for one in found],
        "statuses": view_models.STATUS_WORDS,
        "tones": view_models.STATUS_TONES,
    }


def box_context(
    person: Person, space: Space | None, box: IdeaBox | None, sent: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the context of a box's settings, or of those of a new box."""
    spaces = [] if box else queries.led_spaces(person)
    space = box.space if box else space or (spaces[0] if spaces else None)
    posts = queries.posts_offered(person, space, box.post_id if box else None) if space else []
    return {
        "row": box,
        "space": space,
        "spaces": [(one.id, name_of_space(one)) for one in spaces],
        "posts": [(post.id, f"{_title(post)} · {_unit(post)}") for post in posts],
        "sent": sent,
    }


def _title(post: Post) -> str:
    return text_of(post.title, post.unit.agency.language)


def _unit(post: Post) -> str:
    return text_of(post.unit.name, post.unit.agency.language)


def _known(kind: Any, text: str, default: Any) -> Any:
    return kind(text) if text in set(kind) else default


def _after(text: str) -> tuple[str, UUID] | None:
    value, _tilde, row_id = text.rpartition("~")
    try:
        return (value, UUID(row_id)) if value else None
    except ValueError:
        return None
