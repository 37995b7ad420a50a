"""REST: the ordered log of changes of an administered agency."""

from typing import Any

from flask.typing import ResponseReturnValue

from intranet.administration.admin.responses import AdminChangeResponse
from intranet.administration.admin.rest import administrator, bp
from intranet.organisation.agencies.models import Agency
from intranet.organisation.history.models import OrganisationChange
from intranet.organisation.history.queries import changes_after
from intranet.organisation.people.models import Person
from intranet.platform.core.query_values import limit, number_cursor
from intranet.platform.core.rest import described, page


@bp.get("/changes")
@described(list[AdminChangeResponse], query=("agency", "limit", "cursor"))
@administrator
def changes(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Return what changed in units, posts, appointments and roles, in the order of the changes."""
    count = limit()
    rows = changes_after(agency.id, number_cursor() or 0, count + 1)
    more = len(rows) > count
    some = [_json(row) for row in rows[:count]]
    return page(some, str(some[-1]["number"]) if more else None)


def _json(row: OrganisationChange) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "kind": row.kind.value,
        "id": str(row.row_id),
        "state": row.state,
        "audit_number": row.audit_number,
    }
