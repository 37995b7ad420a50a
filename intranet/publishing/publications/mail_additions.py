"""Additions of a kind of publication to its notification mails: lines, a calendar entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intranet.organisation.agencies.models import MailContent
from intranet.organisation.people.models import Person
from intranet.publishing.publications.models import Publication


@dataclass(frozen=True)
class Enclosure:
    """Lines to add to a mail for its reader, and an iCalendar object to attach with its method."""

    lines: Sequence[str] = ()
    calendar: str = ""
    method: str = "PUBLISH"


Enclose = Callable[[Publication, Person, str, MailContent], Enclosure]
"""Takes the reader, the reason for the mail and how much content may leave; uses their language."""
