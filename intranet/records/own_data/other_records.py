"""Records of other packages that hold something of a person in a column of their own form."""

from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select, update

from intranet.delivery.files.operations import discard
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.own_data.ownership import table_of
from intranet.records.own_data.sweeping import rewritten
from intranet.records.own_data.traces import PersonTraces


def forget_in_plans(person_id: UUID) -> int:
    """Take the person's rows out of what plans would restore; return how many tables had some.

    Undoing a plan brings back neither their drafts nor their memberships and posts.
    """
    images = table_of("plan_images")
    column = images.c.rows
    wanted = cast(column, Text).contains(person_id.hex)

    def without(pairs: Any) -> Any:
        return [pair for pair in pairs if not any(_is_theirs(row, person_id) for row in pair)]

    return sum(map(len, rewritten(images, [column], wanted, without)))


def rename_requests(traces: PersonTraces) -> int:
    """Replace the name in requests for access to the person's own data; return in how many rows.

    Who asks is the person, in whatever form it was written.
    """
    requests, searches = table_of("access_requests"), table_of("access_searches")
    own = requests.c.subject_id == UUID(traces.person_id)
    of_own = searches.c.request_id.in_(select(requests.c.id).where(own))
    found = (
        rewritten(requests, [requests.c.asker], own, lambda _asker: traces.pseudonym),
        rewritten(requests, [requests.c.matter], own, traces.without_names),
        rewritten(searches, [searches.c.words], of_own, traces.without_names),
    )
    return sum(len(keys) for each in found for keys in each)


def let_go_of_packages(person_id: UUID) -> None:
    """Delete packages made for the person alone: of their request for access, and by their order.

    The digests stay. What they ordered goes with the next round of the packages that are over.
    """
    packages, orders = table_of("access_packages"), table_of("package_orders")
    requests = table_of("access_requests")
    own = packages.c.request_id.in_(select(requests.c.id).where(requests.c.subject_id == person_id))
    with unit_of_work():
        asked = select(packages.c.file_id).where(own, packages.c.file_id.is_not(None))
        file_ids = db.session.scalars(asked).all()
        db.session.execute(update(packages).where(own).values(file_id=None))
        discard(file_ids)
        db.session.execute(
            update(orders)
            .where(orders.c.asked_by_id == person_id, orders.c.expires_at > clock.now())
            .values(expires_at=clock.now())
        )


def _is_theirs(row: dict[str, Any] | None, person_id: UUID) -> bool:
    return row is not None and row.get("person_id") == person_id.hex
