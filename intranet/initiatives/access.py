"""Who reads an initiative, who writes it, and who says for an agency that it uses one."""

from uuid import UUID

from sqlalchemy import select

from intranet.agencies.models import Agency, Post, Unit
from intranet.agencies.queries import agency_by_code, in_force
from intranet.core import clock
from intranet.core.errors import Forbidden, NotFound, Words
from intranet.core.i18n import _l
from intranet.core.web import current_language
from intranet.extensions import db
from intranet.initiatives.models import Initiative
from intranet.people.access import closed_agency_ids
from intranet.people.models import Person
from intranet.publications.access import may_write, readable_by, require_writer
from intranet.publications.models import Publication
from intranet.publications.voices import Voice, voices


def get_initiative(person: Person, publication_id: UUID) -> Initiative:
    """The initiative, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    found = db.session.scalar(
        select(Initiative)
        .join(Publication, Publication.id == Initiative.publication_id)
        .where(Initiative.publication_id == publication_id, readable_by(person))
    )
    if found is None:
        raise NotFound
    return found


def get_written_initiative(person: Person, publication_id: UUID) -> Initiative:
    """An initiative that the person may change: whoever speaks for the post that owns it.

    Raises:
        NotFound: they do not read it.
        Forbidden: they read it, and it is not theirs.
    """
    found = get_initiative(person, publication_id)
    require_writer(person, found.publication)
    return found


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
            "Heads, and who publishes for it, say what %(agency)s uses. Ask: %(post)s.",
            agency=name,
            post=post.title.text(current_language(), agency.language),
        )
    return _l("Heads, and who publishes for it, say what %(agency)s uses.", agency=name)


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
