"""The things that can be exported, found by code or id, with the names for their package."""

from dataclasses import dataclass
from uuid import UUID

from intranet.collaboration.groups.models import Group
from intranet.collaboration.initiatives.models import Initiative
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.queries import agency_by_code
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.types import Localized
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.versions import get_version
from intranet.records.portability.models import PackageOrder
from intranet.records.portability.scope import PackageKind, Scope


@dataclass(frozen=True)
class PackageSubject:
    """The thing that a package is about: its agency, its scope, and its name."""

    scope: Scope
    agency: Agency
    title: Localized

    @property
    def language(self) -> str:
        """The language of its pages."""
        return self.agency.language

    @property
    def time_zone(self) -> str:
        """The clock of its pages."""
        return self.agency.time_zone

    @property
    def name(self) -> str:
        """Its name, in words."""
        return self.title.text(self.language)

    @property
    def file_name(self) -> str:
        """The name of the file, without its ending."""
        day = clock.today(self.time_zone).isoformat()
        if self.scope.kind == PackageKind.AGENCY:
            return f"{self.agency.code}-{day}"
        return f"{self.scope.kind.value}-{self.scope.subject_id}-{day}"


def subject_of(kind: PackageKind, wanted: str | UUID) -> PackageSubject:
    """Return what can be exported: an agency by its code, anything else by its id.

    Raises:
        NotFound: there is no such thing.
    """
    if isinstance(wanted, str):
        agency = agency_by_code(wanted)
        if agency is None:
            raise NotFound
        return of_agency(agency)
    agency, title = _FOUND[kind](wanted)
    return PackageSubject(Scope(kind, wanted, whole=False), agency, title)


def of_agency(agency: Agency, *, whole: bool = True) -> PackageSubject:
    """Return an agency as the subject of a package."""
    scope = Scope(PackageKind.AGENCY, agency.id, agency.id, whole=whole)
    return PackageSubject(scope, agency, agency.name)


def _group(group_id: UUID) -> tuple[Agency, Localized]:
    group = db.session.get(Group, group_id)
    if group is None:
        raise NotFound
    return group.space.agency, group.space.title


def _initiative(publication_id: UUID) -> tuple[Agency, Localized]:
    initiative = db.session.get(Initiative, publication_id)
    if initiative is None:
        raise NotFound
    publication = db.session.get_one(Publication, publication_id)
    return publication.agency, _title_of(publication)


def _title_of(publication: Publication) -> Localized:
    version = get_version(publication, publication.version)
    return version.title if version else publication.agency.name


def _channel(conversation_id: UUID) -> tuple[Agency, Localized]:
    conversation = db.session.get(Conversation, conversation_id)
    if conversation is None or conversation.space is None:
        raise NotFound
    return conversation.space.agency, conversation.name or conversation.space.title


_FOUND = {
    PackageKind.GROUP: _group,
    PackageKind.INITIATIVE: _initiative,
    PackageKind.CHANNEL: _channel,
}


def subject_of_order(order: PackageOrder) -> PackageSubject:
    """Return what a package that was asked for is about.

    Raises:
        NotFound: it is there no longer.
    """
    kind, subject_id = order.kind, order.subject_id
    if kind == PackageKind.AGENCY:
        return of_agency(order.agency, whole=False)
    if kind == PackageKind.OWN:
        person = db.session.get_one(Person, subject_id)
        scope = Scope(kind, subject_id, whole=False)
        return PackageSubject(scope, order.agency, Localized({order.agency.language: person.name}))
    if kind == PackageKind.CONTRIBUTED:
        _owner, title = _group(subject_id)
        language = order.agency.language
        name = f"{title.text(language)} · {order.agency.name.text(language)}"
        scope = Scope(kind, subject_id, order.agency_id, whole=False)
        return PackageSubject(scope, order.agency, Localized({language: name}))
    return subject_of(kind, subject_id)
