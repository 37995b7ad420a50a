"""The form on which an agency records its use of an initiative."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from intranet.collaboration.initiatives import editing
from intranet.collaboration.initiatives.access import adopters, no_authority
from intranet.collaboration.initiatives.labels import own_use_words
from intranet.collaboration.initiatives.models import Adoption, Initiative, Use
from intranet.collaboration.initiatives.queries import current_adoption
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.refused import refusal
from intranet.publishing.publications.operations.drafting import require_not_withdrawn
from intranet.publishing.publications.placement import posts_of
from intranet.publishing.publications.view_models import text_of
from intranet.publishing.publications.voices import PublicationVoice, reaches

MAX_CONTACTS = 200
TEXTS = ("use", "cost", "took", "changed")


def form_context(person: Person, initiative: Initiative, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the form: the person's agencies, and the values of the fields.

    Args:
        sent: fields of a form that was refused, or the agency that an address names.

    Raises:
        Forbidden: the person has no authority for an agency that could use it.
    """
    require_not_withdrawn(initiative.publication)
    may = adopters(person, initiative)
    if not may:
        raise _refusal(person, initiative)
    at_home_first = dict.fromkeys([*(post.agency_id for post in posts_of(person)), *may])
    agencies = {may[each].agency.code: may[each] for each in at_home_first if each in may}
    voice = agencies.get(sent.get("agency", ""), next(iter(agencies.values())))
    known = current_adoption(initiative.publication_id, voice.agency.id)
    values = _values(known, voice)
    if "use" in sent:
        typed = {name: text for name in values if (text := sent.get(name)) is not None}
        values |= typed
        if isinstance(refusal(), Conflict):  # the form now replaces what was recorded meanwhile
            values["replaces"] = str(known.id) if known else ""
    return {
        **editing.frame(initiative),
        "known": known,
        "speaking": voice.agency,
        "agencies": [
            (code, text_of(each.agency.name, each.agency.language))
            for code, each in agencies.items()
        ],
        "as_post": text_of(voice.post.title, voice.agency.language),
        "uses": list(own_use_words().items()),
        "contacts": _contacts(person, voice),
        "values": values,
        "today": clock.today(voice.agency.time_zone),
    }


def _values(known: Adoption | None, voice: PublicationVoice) -> dict[str, str]:
    if known is None:
        today = clock.today(voice.agency.time_zone).isoformat()
        return {
            "use": Use.ADOPTED.value,
            "since_on": today,
            "cost": "",
            "took": "",
            "changed": "",
            "contact_id": str(voice.post.id),
            "replaces": "",
        }
    return {
        "use": known.use.value,
        "since_on": known.since_on.isoformat(),
        "cost": known.cost,
        "took": known.took,
        "changed": known.changed,
        "contact_id": str(known.contact_id),
        "replaces": str(known.id),
    }


def _contacts(person: Person, voice: PublicationVoice) -> list[tuple[str, str]]:
    """Return the possible contacts: the person's own posts, then others that the space reaches."""
    agency = voice.agency
    own = [post for post in posts_of(person) if post.agency_id == agency.id]
    others = db.session.scalars(
        select(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            reaches(voice.space),
            in_force(Post, clock.today(agency.time_zone)),
            Post.id.not_in([post.id for post in own]),
        )
        .order_by(Post.sort_key, Post.id)
        .limit(MAX_CONTACTS)
    )
    return [(str(post.id), _named(post, agency)) for post in (*own, *others)]


def _named(post: Post, agency: Agency) -> str:
    names = (post.title, post.unit.name)
    return " · ".join(dict.fromkeys(text_of(name, agency.language) for name in names))


def _refusal(person: Person, initiative: Initiative) -> Forbidden:
    for held in current_appointments(person.id):
        agency = held.post.unit.agency
        if agency.id != initiative.agency_id:
            return Forbidden(no_authority(agency))
    return Forbidden(
        _l("Your administration leads this initiative, so it is already counted as a user.")
    )
