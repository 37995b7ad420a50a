"""Posts with a role: a file fills and empties them only as its person might in a form."""

from uuid import UUID

from sqlalchemy import or_, select

from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.organisation.accounts.operations.last_administrators import administrators_at
from intranet.organisation.agencies.models import Administration, Post
from intranet.organisation.agencies.queries import posts_with_roles
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Appointment
from intranet.platform.core import clock


class RolePosts:
    """Posts with a role, and the administrators that the lines so far leave in office."""

    def __init__(self, scope: ImportScope) -> None:
        """Start with nothing loaded."""
        self._scope = scope
        self._empowered: dict[UUID, bool] = {}
        self._with_role: dict[UUID, set[UUID]] = {}
        self._in_office: dict[UUID, set[tuple[UUID, UUID]]] = {}

    def require(self, column: str, agency_id: UUID, post_id: UUID, person_id: UUID | None) -> None:
        """Require the right to fill, change or empty a post (`people.operations.empowering`).

        Raises:
            Rejected: the post has a role, or it is the importing person's own appointment.
        """
        actor = self._scope.actor
        if actor is None:
            return
        has_role = self.has_role(agency_id, post_id)
        if agency_id not in self._empowered:
            self._empowered[agency_id] = actor.may(Act.EMPOWER, agency_id)
        if self._empowered[agency_id]:
            return
        if has_role:
            raise Rejected(column, "needs_administrator")
        if person_id == actor.id:
            raise Rejected("name", "own_appointment")

    def has_role(self, agency_id: UUID, post_id: UUID) -> bool:
        """Return whether a post has a role, a mandate too, or is the deputy of one."""
        if agency_id not in self._with_role:
            of_agency = (
                select(Administration.post_id, Administration.deputy_post_id)
                .join(Post, Post.id == Administration.post_id)
                .where(or_(Post.agency_id == agency_id, Administration.agency_id == agency_id))
            )
            posts = {each for row in db.session.execute(of_agency) for each in row if each}
            self._with_role[agency_id] = posts_with_roles(posts)
        return post_id in self._with_role[agency_id]

    def end(self, column: str, agency_id: UUID, post_id: UUID, person_id: UUID | None) -> None:
        """Note that a person, or everybody in a post, no longer holds it.

        Raises:
            Rejected: the agency would have no administrator.
        """
        if agency_id not in self._in_office:
            found = administrators_at(clock.now()).where(Administration.agency_id == agency_id)
            rows = db.session.execute(
                found.where(Post.agency_id == agency_id).with_only_columns(
                    Appointment.post_id, Appointment.person_id
                )
            )
            self._in_office[agency_id] = {(row.post_id, row.person_id) for row in rows}
        there = self._in_office[agency_id]
        gone = {one for one in there if one[0] == post_id and person_id in {None, one[1]}}
        if gone and gone == there:
            raise Rejected(column, "last_administrator")
        there -= gone


def refuse_own(column: str, *, is_bound: bool) -> None:
    """Refuse a line on which someone else has to decide (`agencies.own_places`).

    Raises:
        Rejected: it is so.
    """
    if is_bound:
        raise Rejected(column, "for_others")
