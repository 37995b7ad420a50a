"""Who reads an initiative, who writes it, and who says for an agency that it uses one."""

from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.initiatives.models import Initiative
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import agency_by_code, in_force
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.voices import Voice, voices


def authorities(person: Person) -> dict[UUID, Voice]:
    """For which agencies somebody says that they use something, by their ids, and as which post.

    Heads do, with whoever acts for them, and posts that publish for their agency: those whose
    voice is their own. Whom a head only let publish does not (`Voice.rings`). The voice that
    reaches furthest counts: for the agency before for a unit.
    """
    found: dict[UUID, Voice] = {}
    for voice in voices(person):
        known = found.get(voice.post.agency_id)
        if voice.rings and (known is None or (known.space.unit_id and not voice.space.unit_id)):
            found[voice.post.agency_id] = voice
    return found


def find_agency(person: Person, code: str) -> Agency | None:
    """The agency with a code, if the person may know of it."""
    found = agency_by_code(code)
    return None if found is None or found.id in closed_agency_ids(person) else found


def adopters(person: Person, initiative: Initiative) -> dict[UUID, Voice]:
    """The same without the agency that leads the initiative."""
    found = authorities(person)
    found.pop(initiative.agency_id, None)
    return found


def require_authority(person: Person, agency: Agency) -> Voice:
    """As which post the person says what an agency uses.

    Raises:
        Forbidden: they have no authority for it. It says which post has.
    """
    if voice := authorities(person).get(agency.id):
        return voice
    raise Forbidden(no_authority(agency))


def no_authority(agency: Agency) -> Words:
    """Why somebody does not say it for an agency, and whom to ask, by post."""
    name = agency.name.text(current_language(), agency.language)
    if post := who_has_authority(agency):
        return _l(
            "Only heads and publishers can record which initiatives %(agency)s "
            "uses. Contact: %(post)s.",
            agency=name,
            post=post.title.text(current_language(), agency.language),
        )
    return _l(
        "Only heads and publishers can record which initiatives %(agency)s uses.", agency=name
    )


def who_has_authority(agency: Agency) -> Post | None:
    """The post at the head of an agency."""
    return db.session.scalar(
        select(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Unit.agency_id == agency.id,
            Unit.parent_id.is_(None),
            Post.is_head.is_(True),
            in_force(Post, clock.today(agency.time_zone)),
        )
        .order_by(Post.level, Post.id)
        .limit(1)
    )


def may_change(person: Person, initiative: Initiative) -> bool:
    """Whether the person writes on it today, and it stands."""
    return initiative.publication.withdrawn_at is None and may_write(person, initiative.publication)
