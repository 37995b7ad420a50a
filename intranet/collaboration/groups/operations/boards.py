"""The board of an agency's staff representatives, opened by an administrator of the agency."""

from intranet.collaboration.groups.access import board_of
from intranet.collaboration.groups.models import Group, Joining
from intranet.extensions import db
from intranet.messaging.spaces.groups import create_group_space
from intranet.messaging.spaces.models import Reach, Visibility
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speakers_of
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

BOARD_NAMES = {
    "es": "Representación del personal",
    "ca": "Representació del personal",
    "gl": "Representación do persoal",
    "eu": "Langileen ordezkaritza",
    "en": "Staff representatives",
}


def open_board(administrator: Person, owner: Post) -> Group:
    """Open the board of an agency's staff representatives, to be led by a post.

    Everyone in the agency can read it; its administrators cannot do more.

    Raises:
        Forbidden: the person does not administer the agency.
        Invalid: there is a board already, or nobody acts for the post.
    """
    agency = owner.unit.agency
    with unit_of_work() as work:
        require_administrator(administrator, agency.id)
        work.lock(owner)
        if board_of(agency.id):
            raise Invalid({"post_id": _l("There is already a staff representatives’ board.")})
        if not db.session.scalars(speakers_of(owner.id, clock.now())).all():
            raise Invalid({"post_id": _l("There is nobody to act for this post at present.")})
        names = {tag: BOARD_NAMES[tag] for tag in agency.languages if tag in BOARD_NAMES}
        space = create_group_space(
            Localized(names or {"en": BOARD_NAMES["en"]}),
            owner,
            reach=Reach.AGENCY,
            visibility=Visibility.AGENCY,
            hides_people=True,
        )
        group = Group(
            space_id=space.id,
            language=agency.language if agency.language in names else "en",
            created_by_id=administrator.id,
            joining=Joining.INVITATION,
            is_listed=True,
            sort_key=sort_key(space.title.text(agency.language))[:400],
        )
        work.add(group)
        record(
            "board.open",
            agency_id=agency.id,
            actor_id=administrator.id,
            subject=("group", space.id),
            detail={"post": str(owner.id)},
        )
    return group
