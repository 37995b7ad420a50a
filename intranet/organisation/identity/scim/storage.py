"""The people of one agency's program, as the library reads and writes them.

Each write is one transaction with what follows from it: the account is made, changed, reopened or
ended, or nothing is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from scim2_models import (
    InvalidValueException,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import ScimStorage, SearchPage
from sqlalchemy import Select, delete, func, select

from intranet.extensions import db
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ExternalIdentity, Provider
from intranet.organisation.identity.operations.provisioning import end, provision
from intranet.organisation.identity.provisioned_people import NotProvisioned
from intranet.organisation.identity.scim.brake import count_end
from intranet.organisation.identity.scim.filters import condition_of, key_of, order_of
from intranet.organisation.identity.scim.models import KEY_LIMIT, ScimEmail, ScimUser
from intranet.organisation.identity.scim.records import TooLong, kept_of, provided
from intranet.organisation.identity.scim.refusals import not_provisioned
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.unit_of_work import Work, unit_of_work

USER = "User"


class PeopleStorage(ScimStorage):
    """The people whom an agency's program described."""

    def __init__(
        self, description: ScimProvider, provider: Provider, *, by_id: UUID, writes: bool = True
    ) -> None:
        """Serve a request.

        Args:
            by_id: the administrator who made the token.
            writes: whether the request writes; one that reads needs no transaction.
        """
        self._model = cast("type[Resource[Any]]", description.model_for(USER))
        self._provider = provider
        self._by_id = by_id
        self._writes = writes

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Enclose a request in one transaction, if it writes."""
        if not self._writes:
            yield
            return
        with unit_of_work():
            yield

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,  # noqa: ARG002 - it is small
    ) -> Resource[Any]:
        """Return a person.

        Raises:
            NotFoundException: the agency's program does not have them.
        """
        return self._resource(self._found(resource_type, resource_id))

    def search(
        self,
        resource_types: list[ResourceType],  # noqa: ARG002 - there is one
        search_request: SearchRequest[Any],
        *,
        position: Any = None,  # noqa: ARG002 - pages go by number
    ) -> SearchPage:
        """Return a page of people, and how many there are."""
        found = self._theirs()
        if search_request.filter is not None:
            found = found.where(condition_of(search_request.filter))
        total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        if search_request.count == 0:
            return SearchPage(total, [])
        page = found.order_by(*order_of(search_request, self._model))
        start = min(search_request.start_index_0 or 0, MAX_INTEGER)
        page = page.offset(start).limit(search_request.count)
        return SearchPage(total, [self._resource(user) for user in db.session.scalars(page)])

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:  # noqa: ARG002 - there is one
        """Bring in a person.

        Raises:
            UniquenessException: their `userName` or address is taken.
            InvalidValueException: an attribute cannot be followed.
        """
        with unit_of_work() as work:
            lock_organisation(work, self._provider.agency)
            now = clock.now()
            user = ScimUser(
                provider_id=self._provider.id, version=0, created_at=now, changed_at=now
            )
            self._write(user, resource)
            user.resource.setdefault("active", True)
            work.add(user)
            work.flush()
            self._write_emails(user)
            if user.is_active:
                self._provision(user)
        return self._resource(user)

    def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """Change, end or reopen a person.

        Raises:
            NotFoundException: the agency's program does not have them.
            PreconditionFailedException: they were changed since.
            UniquenessException: their `userName` or address is taken.
            InvalidValueException: an attribute cannot be followed.
            ForbiddenException: they are the last administrator.
            TooManyEnds: the program is stopped.
        """
        with unit_of_work() as work:
            user = self._locked(work, resource_type, resource.id or "", expected_version)
            was_active = user.is_active
            self._write(user, resource)
            self._write_emails(user)
            if user.is_active:
                self._provision(user)
            elif was_active:
                self._end(work, user)
        return self._resource(user)

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """End a person, and forget what the program said of them.

        Raises:
            NotFoundException: the agency's program does not have them.
            PreconditionFailedException: they were changed since.
            ForbiddenException: they are the last administrator.
            TooManyEnds: the program is stopped.
        """
        with unit_of_work() as work:
            user = self._locked(work, resource_type, resource_id, expected_version)
            if user.is_active:
                self._end(work, user)
            identity_id = user.identity_id
            db.session.execute(delete(ScimEmail).where(ScimEmail.user_id == user.id))
            work.delete(user)
            work.flush()
            # Otherwise the account could never be tied to another record of the program.
            db.session.execute(delete(ExternalIdentity).where(ExternalIdentity.id == identity_id))

    def _theirs(self) -> Select[ScimUser]:
        return select(ScimUser).where(ScimUser.provider_id == self._provider.id)

    def _found(self, resource_type: ResourceType, resource_id: str) -> ScimUser:
        try:
            user_id = UUID(resource_id)
        except ValueError:
            user_id = None
        user = None
        if user_id and resource_type.name == USER:
            user = db.session.scalar(self._theirs().where(ScimUser.id == user_id))
        if user is None:
            raise NotFoundException(detail=_("There is no such person."))
        return user

    def _locked(
        self, work: Work, resource_type: ResourceType, resource_id: str, expected: str | None
    ) -> ScimUser:
        lock_organisation(work, self._provider.agency)
        user = self._found(resource_type, resource_id)
        work.lock(user)
        if expected is not None and expected != _version(user):
            raise PreconditionFailedException
        return user

    def _write(self, user: ScimUser, resource: Resource[Any]) -> None:
        """Write what a program says of a person, and by what it searches them."""
        try:
            kept = kept_of(resource.model_dump())
        except TooLong as problem:
            words = _("“%(name)s” is too long.", name=str(problem))
            raise InvalidValueException(detail=words) from None
        user_name_key = key_of(str(kept.get("userName", "")))
        if not user_name_key.strip() or len(user_name_key) > KEY_LIMIT:
            raise InvalidValueException(detail=_("A person needs a “userName”."))
        taken = self._theirs().where(
            ScimUser.user_name_key == user_name_key, ScimUser.id != user.id
        )
        if db.session.scalar(taken.with_only_columns(ScimUser.id)):
            raise UniquenessException(detail=_("Another person has this “userName”."))
        family_name = (kept.get("name") or {}).get("familyName")
        user.resource, user.user_name_key = kept, user_name_key
        user.external_id = kept.get("externalId")
        user.display_name_key = key_of(kept["displayName"]) if "displayName" in kept else None
        user.family_name_key = key_of(family_name) if family_name else None
        user.is_active = kept.get("active") is not False
        user.version += 1
        if user.version > 1:
            user.changed_at = clock.now()

    def _write_emails(self, user: ScimUser) -> None:
        db.session.execute(delete(ScimEmail).where(ScimEmail.user_id == user.id))
        for place, email in enumerate(user.resource.get("emails") or ()):
            value, kind = email.get("value"), email.get("type")
            db.session.add(
                ScimEmail(
                    user_id=user.id,
                    place=place,
                    value_key=key_of(value) if value else None,
                    type_key=key_of(kind) if kind else None,
                    is_primary=email.get("primary"),
                )
            )

    def _provision(self, user: ScimUser) -> None:
        account = user.identity.account if user.identity else None
        try:
            provision(self._provider, provided(user, account), by_id=self._by_id)
        except NotProvisioned as problem:
            raise not_provisioned(problem) from None
        found = queries.identity_of(self._provider.id, str(user.id))
        user.identity_id = found.id if found else None

    def _end(self, work: Work, user: ScimUser) -> None:
        try:
            has_ended = end(self._provider, str(user.id))
        except NotProvisioned as problem:
            raise not_provisioned(problem) from None
        if has_ended:
            count_end(work, self._provider)

    def _resource(self, user: ScimUser) -> Resource[Any]:
        return self._model.model_validate(
            {
                **user.resource,
                "id": str(user.id),
                "meta": {
                    "resourceType": USER,
                    "created": user.created_at,
                    "lastModified": user.changed_at,
                    "version": _version(user),
                },
            }
        )


def _version(user: ScimUser) -> str:
    return f'W/"{user.version}"'
