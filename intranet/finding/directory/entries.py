"""A person in a post, or a vacant post, as pages list them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.directory.faces import Face, faces_of
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

Tag = tuple[str, str]


@dataclass(frozen=True)
class DirectoryEntry:
    """A row of a list: a post, with the name and picture of its holder if it has one."""

    post: Post
    appointment: Appointment | None = None
    face: Face | None = None
    tags: tuple[Tag, ...] = ()
    vacant: int = 0
    stand_ins: tuple[Face, ...] = ()

    @property
    def title(self) -> str:
        """The post's title for the reader."""
        return words(self.post.title, self.post.unit.agency)

    @property
    def unit_name(self) -> str:
        """The unit's name for the reader."""
        return words(self.post.unit.name, self.post.unit.agency)

    @property
    def agency_name(self) -> str:
        """The agency's name for the reader."""
        return words(self.post.unit.agency.name, self.post.unit.agency)

    @property
    def stand_in_names(self) -> str:
        """The names of those who cover the vacancy."""
        return ", ".join(face["name"] for face in self.stand_ins)


def entries_of(appointments: Collection[Appointment], viewer: Person) -> list[DirectoryEntry]:
    """Return an entry for each appointment, in the order given."""
    faces = faces_of((row.person for row in appointments), viewer)
    return [entry_of(row, faces) for row in appointments]


def entry_of(row: Appointment, faces: Mapping[UUID, Face]) -> DirectoryEntry:
    """Return the directory entry of an appointment, with the name and picture of its person."""
    return DirectoryEntry(row.post, row, faces[row.person_id], tuple(tags_of(row)))


def tags_of(row: Appointment) -> list[Tag]:
    """Return labels, with their tone, for how a person holds a post."""
    return tags_of_kind(row.kind, is_head=row.post.is_head)


def tags_of_kind(kind: AppointmentKind, *, is_head: bool) -> list[Tag]:
    """Return labels for a capacity in which a post is held."""
    tags = []
    if kind == AppointmentKind.ACTING:
        tags.append((_("Acting"), "attn"))
    if kind == AppointmentKind.SUBSTITUTE:
        tags.append((_("Substitute"), "attn"))
    if is_head and kind == AppointmentKind.HOLDER:
        tags.append((_("Head"), "accent"))
    return tags


def words(text: Mapping[str, str] | None, agency: Agency) -> str:
    """Return a text in the reader's language, else in the agency's, else in any."""
    if not text:
        return ""
    return text.get(current_language()) or text.get(agency.language) or next(iter(text.values()))
