"""What a kind of publication adds to the mails that tell of it: a few lines, a calendar's entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intranet.organisation.agencies.models import MailContent
from intranet.organisation.people.models import Person
from intranet.publishing.publications.models import Publication, PublicationKind


@dataclass(frozen=True)
class Enclosure:
    """Lines for every reader of the mail, and an iCalendar object with its method."""

    lines: Sequence[str] = ()
    calendar: str = ""
    method: str = "PUBLISH"


Enclose = Callable[[Publication, Person, str, MailContent], Enclosure]
"""Takes who reads the mail, why they are told, and how much may leave; it is in their language."""

_by_kind: dict[PublicationKind, Enclose] = {}


def encloses(kind: PublicationKind, enclose: Enclose) -> None:
    """Let a package say what goes with the mails of its kind."""
    _by_kind[kind] = enclose


def enclosure_of(
    publication: Publication, person: Person, why: str, content: MailContent
) -> Enclosure:
    """What goes with a mail of a publication; mostly nothing."""
    enclose = _by_kind.get(publication.kind)
    return enclose(publication, person, why, content) if enclose else Enclosure()
