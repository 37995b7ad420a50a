"""Access to initiatives: reading, changing, and recording an agency's use."""

from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.initiatives.models import Initiative
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.voices import PublicationVoice, voices


def authorities(person: Person) -> dict[UUID, PublicationVoice]:
    """Return the voices in which the person may record uses, by the agency's id.

    These are voices of heads, of the people who act for them, and of posts that publish for their
    agency. A person whom a head merely authorised to publish has none (`PublicationVoice.rings`).
    The voice with the widest reach counts: one for the agency before one for a unit.
    """
    found: dict[UUID, PublicationVoice] = {}
    for voice in voices(person):
        known = found.get(voice.post.agency_id)
        if voice.rings and (known is None or (known.space.unit_id and not voice.space.unit_id)):
            found[voice.post.agency_id] = voice
    return found


def adopters(person: Person, initiative: Initiative) -> dict[UUID, PublicationVoice]:
    """Return the person's authorities without the agency that leads the initiative."""
    found = authorities(person)
    found.pop(initiative.agency_id, None)
    return found


def require_authority(person: Person, agency: Agency) -> PublicationVoice:
    """Return the voice in which the person may record uses of an agency.

    Raises:
        Forbidden: the person has no authority for it. The error names the post that has.
    """
    if voice := authorities(person).get(agency.id):
        return voice
    raise Forbidden(no_authority(agency))


def no_authority(agency: Agency) -> Words:
    """Return the error for a person without authority, with the post to contact."""
    name = agency.name.text(current_language(), agency.language)
    if post := head_post_of(agency):
        return _l(
            "Only heads and publishers can record which initiatives %(agency)s "
            "uses. Contact: %(post)s.",
            agency=name,
            post=post.title.text(current_language(), agency.language),
        )
    return _l(
        "Only heads and publishers can record which initiatives %(agency)s uses.", agency=name
    )


def head_post_of(agency: Agency) -> Post | None:
    """Return the post at the head of an agency."""
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
    """Whether the person may change the initiative today, and it was not withdrawn."""
    return initiative.publication.withdrawn_at is None and may_write(person, initiative.publication)
