"""Things that nobody in an agency answers for, and the one act that gives them to a post."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.organisation.people.speakers import answering, speaks_for
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.hand_over.all_kinds import declared, line_kind
from intranet.records.hand_over.line_kinds import UNSEEN, LeftThing, LineKind, hidden_from

TAKEN = _l("Someone already answers for this.")


@dataclass(frozen=True)
class LeftEntry:
    """A thing that nobody has, with whose it was: a post, or a person who has left."""

    kind: LineKind
    thing: LeftThing
    post: Post | None
    person: Person | None
    is_named: bool = True
    """Whether the reader may know what it is called."""


def left_in(agency: Agency, viewer: Person | None = None) -> list[LeftEntry]:
    """Return what nobody in an agency is responsible for, in a constant number of queries.

    Args:
        viewer: the reader, who is not told the names of what they may not see.
    """
    found = [(kind, thing) for kind in declared() if kind.left for thing in kind.left(agency)]
    things = [(kind, thing.thing_id) for kind, thing in found]
    hidden = hidden_from(viewer, things) if viewer else frozenset()
    posts = _posts([thing.post_id for _kind, thing in found if thing.post_id])
    people = _people([thing.person_id for _kind, thing in found if thing.person_id])
    return [
        LeftEntry(
            kind,
            thing,
            posts.get(thing.post_id) if thing.post_id else None,
            people.get(thing.person_id) if thing.person_id else None,
            is_named=(kind.name, thing.thing_id) not in hidden,
        )
        for kind, thing in found
    ]


def give_left(actor: Person, agency: Agency, kind_name: str, thing_id: UUID, post: Post) -> None:
    """Give a thing that nobody has to a post, whose people then answer for it.

    Raises:
        Forbidden: the actor does not administer the agency, or would get to see what they may not.
        Conflict: somebody answers for it already.
        Invalid: the post is of another agency or has ended, nobody acts for it, or its people may
            not do there what the thing asks for.
    """
    with unit_of_work() as work:
        require_administrator(actor, agency.id)
        kind = line_kind(kind_name)
        if kind is None or kind.left is None or kind.give is None:
            raise Conflict(TAKEN)
        thing = next((one for one in kind.left(agency) if one.thing_id == thing_id), None)
        if thing is None:
            raise Conflict(TAKEN)
        _require_holder(agency, post)
        if hidden_from(actor, [(kind, thing_id)]) and speaks_for(actor, post.id, clock.now()):
            raise Forbidden(UNSEEN)
        kind.give(work, thing_id, post, actor)
        record(
            "hand_over.give",
            agency_id=agency.id,
            actor_id=actor.id,
            subject=("post", post.id),
            detail={
                "kind": kind_name,
                "thing": str(thing_id),
                "from": str(thing.post_id or thing.person_id or ""),
            },
        )


def _require_holder(agency: Agency, post: Post) -> None:
    refused = None
    if post.agency_id != agency.id:
        refused = _l("Choose a post in the same agency.")
    elif not post.is_in_force(clock.today(agency.time_zone)):
        refused = _l("This post has ended.")
    elif not answering([post.id], clock.now())[post.id].speakers:
        refused = _l("There is nobody to act for this post at present. Choose another post.")
    if refused:
        raise Invalid({"post": refused})


def _posts(ids: Sequence[UUID]) -> dict[UUID, Post]:
    found: dict[UUID, Post] = {}
    for some in in_parts(ids):
        wanted = select(Post).where(Post.id.in_(some)).options(joinedload(Post.unit))
        found.update({post.id: post for post in db.session.scalars(wanted)})
    return found


def _people(ids: Sequence[UUID]) -> dict[UUID, Person]:
    found: dict[UUID, Person] = {}
    for some in in_parts(ids):
        rows = db.session.scalars(select(Person).where(Person.id.in_(some)))
        found.update({person.id: person for person in rows})
    return found
