"""The people who may ask for a package, and have it."""

from uuid import UUID

from intranet.collaboration.groups.access import get_group, require_lead
from intranet.collaboration.initiatives.access import may_change
from intranet.collaboration.initiatives.models import Initiative
from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.models import ConversationKind
from intranet.messaging.spaces.access import leads
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.access import administers
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.access import get_publication
from intranet.records.portability.models import PackageOrder
from intranet.records.portability.scope import PackageKind

NOT_SETTLED = _l("Only someone who has administered the agency for a week can agree.")


def require_may_ask(person: Person, kind: PackageKind, subject_id: UUID) -> None:
    """Check that a person may take a group, an initiative, a channel or their own words along.

    Raises:
        NotFound: there is no such thing, or they may not know of it.
        Forbidden: they do not lead it.
    """
    if kind == PackageKind.OWN and subject_id == person.id:
        return
    if kind == PackageKind.GROUP:
        require_lead(person, get_group(person, subject_id))
    elif kind == PackageKind.INITIATIVE:
        _require_initiative(person, subject_id)
    elif kind == PackageKind.CHANNEL:
        _require_channel(person, subject_id)
    else:
        raise NotFound


def require_administrator(actor: Person, agency: Agency) -> None:
    """Check that a person administers an agency.

    Raises:
        NotFound: they do not.
    """
    if not administers(actor, agency):
        raise NotFound


def get_order(person: Person, order_id: UUID) -> PackageOrder:
    """Return a package that the person asked for; nobody else has it.

    Raises:
        NotFound: there is none, or somebody else asked for it.
    """
    order = db.session.get(PackageOrder, order_id)
    if order is None or order.asked_by_id != person.id:
        raise NotFound
    return order


def get_order_of(agency: Agency, order_id: UUID) -> PackageOrder:
    """Return a package of an agency, for its administrators.

    Raises:
        NotFound: there is none, or it is another agency's, or it is of a single person.
    """
    order = db.session.get(PackageOrder, order_id)
    if order is None or order.agency_id != agency.id or order.kind not in OF_ADMINISTRATORS:
        raise NotFound
    return order


OF_ADMINISTRATORS = frozenset({PackageKind.AGENCY, PackageKind.CONTRIBUTED})


def _require_initiative(person: Person, publication_id: UUID) -> None:
    publication = get_publication(person, publication_id)
    initiative = db.session.get(Initiative, publication.id)
    if initiative is None:
        raise NotFound
    if not may_change(person, initiative):
        raise Forbidden(_l("Only those who may change the initiative can do this."))


def _require_channel(person: Person, conversation_id: UUID) -> None:
    conversation = get_conversation(person, conversation_id)
    if conversation.kind != ConversationKind.CHANNEL or conversation.space is None:
        raise NotFound
    if conversation.space.hides_people or not leads(person, conversation.space):
        raise Forbidden(_l("Only those who lead the channel can do this."))
