"""Hide a profile's text and photo, for moderation, which checks the right itself."""

from intranet.extensions import db
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.hidden_profiles import HiddenProfile
from intranet.organisation.people.models import Person
from intranet.platform.core.unit_of_work import unit_of_work


def hide_profile(person: Person) -> HiddenProfile:
    """Hide the text and photo of a profile; both are kept, so that they can be restored."""
    with unit_of_work() as work:
        work.lock(person)
        kept = HiddenProfile(person_id=person.id, about=person.about, photo_key=person.photo_key)
        work.add(kept)
        person.about, person.photo_key = "", None
        person.version += 1
        work.publish(ProfileChanged(person.id))
    return kept


def show_profile(kept: HiddenProfile) -> str | None:
    """Restore the hidden text and photo, unless the person has written new ones since.

    Returns:
        the key of a photo that is no longer needed, so that the caller can release its bytes.
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
