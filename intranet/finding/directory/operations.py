"""Changing a portrait: the file and the row that names it, together."""

from typing import IO

from intranet.delivery.files.operations import discard_photo, store_photo
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.people import set_photo
from intranet.platform.core.unit_of_work import unit_of_work


def change_photo(person: Person, stream: IO[bytes]) -> None:
    """Replace the person's portrait, and delete the previous one.

    Raises:
        Invalid: it is no picture, a damaged or huge one, or it holds a virus.
        TooLarge: it is over the limit.
        TooMany, Busy, Unavailable: the upload can be tried again later.
        StorageFull: the disk has no room.
    """
    _replace(person, store_photo(stream))


def remove_photo(person: Person) -> None:
    """Show initials instead of a portrait."""
    _replace(person, None)


def _replace(person: Person, key: str | None) -> None:
    with unit_of_work():
        before = person.photo_key
        set_photo(person, person, key)
        if before:
            discard_photo(before)
