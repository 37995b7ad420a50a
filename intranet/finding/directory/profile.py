"""A profile as a viewer may see it: limited by the person's settings and between agencies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.directory import queries
from intranet.finding.directory.entries import DirectoryEntry, Tag, entries_of
from intranet.finding.directory.faces import Face, faces_of
from intranet.finding.directory.labels import language_name
from intranet.messaging.conversations.post_readers import PostResponders
from intranet.messaging.messages.successors import successor_of
from intranet.organisation.agencies.models import Function, Unit
from intranet.organisation.agencies.queries import ancestors
from intranet.organisation.people.absence_queries import absences_ahead
from intranet.organisation.people.access import (
    closed_agency_ids,
    may_set_absence,
    own_agency_ids,
    visible_fields,
)
from intranet.organisation.people.availability import WEEKDAYS, agencies_of, zone_of
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Absence, Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import current_appointments, past_appointments
from intranet.platform.core import clock
from intranet.platform.core.i18n import _

MAX_COLLEAGUES_SHOWN = 12
MAX_FORMER_SHOWN = 3


@dataclass(frozen=True)
class DirectoryHeldPost:
    """A post that the person holds, as a card."""

    entry: DirectoryEntry
    functions: Sequence[Function]
    tag: Tag

    @property
    def appointment(self) -> Appointment:
        """The appointment, with its start and kind."""
        if self.entry.appointment is None:
            raise LookupError
        return self.entry.appointment


@dataclass(frozen=True)
class DirectoryProfile:
    """The page of a person. A field that the viewer may not see is empty."""

    person: Person
    face: Face
    is_own: bool
    held: Sequence[DirectoryHeldPost]
    former: Sequence[DirectoryEntry]
    heads: Sequence[DirectoryEntry]
    colleagues: Sequence[DirectoryEntry]
    has_more_colleagues: bool
    absences: Sequence[Absence]
    present_absence: Absence | None
    may_set_absence: bool
    fields: frozenset[str]
    trail: Sequence[Unit]
    successor: PostResponders | None = None

    @property
    def main_unit(self) -> Unit | None:
        """The unit of the oldest post."""
        return self.held[0].entry.post.unit if self.held else None

    @property
    def large_face(self) -> Face:
        """The face with the portrait in the size of this page."""
        address = self.face["photo_url"]
        return {**self.face, "photo_url": f"{address}?size=large" if address else None}

    @property
    def week(self) -> list[tuple[str, dict[str, str]]]:
        """The person's working days in order, with place and hours."""
        known = self.person.week
        return [(day, known[day]) for day in WEEKDAYS if known.get(day)]

    @property
    def is_bare(self) -> bool:
        """Whether the person has not written about themselves yet."""
        person = self.person
        return not (person.about or person.ask_about or person.week)

    def shows(self, field: str) -> bool:
        """Whether a field has content that the viewer may see."""
        return field in self.fields and bool(getattr(self.person, field))

    @property
    def languages(self) -> list[str]:
        """The person's languages, named in the reader's language."""
        return (
            [language_name(tag) for tag in self.person.languages] if self.shows("languages") else []
        )


def profile_of(viewer: Person, person: Person) -> DirectoryProfile:
    """Build the page of a person, in a number of queries that does not grow.

    Raises:
        TooMany: they are of another agency, and the viewer has reached the hourly limit of people.
    """
    now = clock.now()
    current = _open_to(viewer, current_appointments(person.id))
    is_own = viewer.id == person.id
    fields = visible_fields(viewer, person) if current or is_own else frozenset()
    own_agencies = own_agency_ids(viewer)
    within = is_own or any(row.post.agency_id in own_agencies for row in current)
    unit_ids = {row.post.unit_id for row in current}
    found = queries.colleagues(unit_ids, now, but=person.id, limit=MAX_COLLEAGUES_SHOWN + 1)
    heads = queries.heads_above(current, now)
    # Heads have a section of their own and are not repeated among colleagues.
    above = {row.person_id for row in heads}
    colleagues = [row for row in found[:MAX_COLLEAGUES_SHOWN] if row.person_id not in above]
    if not within:
        others = (row.person_id for row in (*colleagues, *heads))
        hand_out(viewer, {person.id, *others})
    past = past_appointments(person.id, now) if within else ()
    former = (past if is_own else _open_to(viewer, past))[:MAX_FORMER_SHOWN]
    entries = iter(entries_of([*current, *former, *heads, *colleagues], viewer))
    today = clock.today(zone_of(agencies_of(current)))
    absences = absences_ahead(person.id, today) if current else ()
    may_set = bool(current) and may_set_absence(viewer, person)
    functions = queries.functions_of_posts({row.post_id for row in current})
    return DirectoryProfile(
        person=person,
        face=faces_of([person], viewer)[person.id],
        is_own=is_own,
        held=[_held(next(entries), functions, own_agencies) for _ in current],
        former=[next(entries) for _ in former],
        heads=[next(entries) for _ in heads],
        colleagues=[next(entries) for _ in colleagues],
        has_more_colleagues=len(found) > MAX_COLLEAGUES_SHOWN,
        absences=absences if may_set else (),
        present_absence=next((each for each in absences if each.starts_on <= today), None),
        may_set_absence=may_set,
        fields=fields,
        trail=ancestors(current[0].post.unit) if current else (),
        successor=None if current else successor_of(person, viewer),
    )


def _open_to(viewer: Person, rows: Sequence[Appointment]) -> Sequence[Appointment]:
    """Drop posts of agencies that left the directory and are not the viewer's."""
    if all(row.post.unit.agency.in_directory for row in rows):
        return rows
    closed = closed_agency_ids(viewer)
    return [row for row in rows if row.post.agency_id not in closed]


def _held(
    entry: DirectoryEntry, functions: dict[UUID, list[Function]], own: Collection[UUID]
) -> DirectoryHeldPost:
    row = entry.appointment
    if row is None:
        raise LookupError
    agency = row.post.unit.agency
    open_basis = agency.basis_shown_outside or agency.id in own
    return DirectoryHeldPost(
        entry=entry,
        functions=functions.get(row.post_id, ()),
        tag=_standing(row, row.basis if open_basis else ""),
    )


def _standing(row: Appointment, basis: str) -> Tag:
    """Return how the person holds the post, as a tag.

    `basis` is the agency's term for the appointment; empty if the viewer may not see it.
    """
    word = basis[:1].upper() + basis[1:]
    if row.kind == AppointmentKind.HOLDER:
        return (word, "plain") if word else (_("Holder"), "ok")
    kind = _("Acting") if row.kind == AppointmentKind.ACTING else _("Substitute")
    return f"{kind} · {word}" if word else kind, "attn"
