"""Hiding what a person says of themselves, for who moderates: they ask for rights themselves."""

from intranet.extensions import db
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.models import HiddenProfile, Person
from intranet.platform.core.unit_of_work import unit_of_work


def hide_profile(person: Person) -> HiddenProfile:
    """Show nothing of their text and photo; both are put aside."""
    with unit_of_work() as work:
        work.lock(person)
        kept = HiddenProfile(person_id=person.id, about=person.about, photo_key=person.photo_key)
        work.add(kept)
        person.about, person.photo_key = "", None
        person.version += 1
        work.publish(ProfileChanged(person.id))
    return kept


def show_profile(kept: HiddenProfile) -> str | None:
    """Put both back, where the person has written nothing else since.

    Returns:
        the key of a photo that is no longer needed, for who can let go of its bytes.
    """
    with unit_of_work() as work:
        person = db.session.get_one(Person, kept.person_id)
        work.lock(person)
        person.about = person.about or kept.about
        left = kept.photo_key if person.photo_key else None
        person.photo_key = person.photo_key or kept.photo_key
        person.version += 1
        work.delete(kept)
        work.publish(ProfileChanged(person.id))
    return left
