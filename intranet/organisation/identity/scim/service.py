"""The service as a program finds it described, and its answer to a request.

The library is imported here and in the modules that only this one uses. It takes a second, so the
door imports this with the first request.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Filter,
    InvalidFilterException,
    InvalidSyntaxException,
    InvalidValueException,
    Pagination,
    Patch,
    PatchOp,
    Resource,
    ResourceType,
    Schema,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    SearchRequest,
    ServiceProviderConfig,
    Sort,
    UnauthorizedException,
    User,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.routing import Operation
from scim2_server.service import ScimService, scim_exception_of
from sqlalchemy.exc import DataError

from intranet.extensions import db
from intranet.organisation.identity.scim import brake
from intranet.organisation.identity.scim.models import ScimToken
from intranet.organisation.identity.scim.passed_over import (
    without_passed_over,
    without_passed_over_operations,
)
from intranet.organisation.identity.scim.records import ENTERPRISE, KEPT
from intranet.organisation.identity.scim.refusals import RefusedException, StoppedException
from intranet.organisation.identity.scim.storage import PeopleStorage
from intranet.platform.core.errors import Problem
from intranet.platform.core.i18n import _

PAGE_SIZE, MAX_PAGE_SIZE = 100, 200
FILTER_LIMIT = 1000
OPERATIONS_LIMIT = 200
WRITES = {Operation.create, Operation.replace, Operation.patch, Operation.delete}
NO_TOKEN_NEEDED = {Operation.service_provider_config}  # RFC 7643, section 5


class Description(ScimProvider):
    """The people who are served, with the attributes that mean something here."""

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """The schemas without the attributes that are passed over."""
        return _kept_schemas(super().schemas)


class PeopleService(ScimService):
    """The library's service, with limits on what a program may ask to be parsed."""

    def read_search(
        self, resource_types: list[ResourceType], payload: Any
    ) -> tuple[SearchRequest[Any], Any]:
        """Read a search, unless its filter is longer than any that somebody means."""
        if isinstance(payload, dict):
            for name, value in payload.items():
                is_filter = str(name).casefold() == "filter" and isinstance(value, str)
                if is_filter and len(value) > FILTER_LIMIT:
                    words = _("The filter is longer than %(limit)s characters.", limit=FILTER_LIMIT)
                    raise InvalidFilterException(detail=words)
        return super().read_search(resource_types, payload)

    def read_creation(
        self, resource_type: ResourceType, body: bytes, content_type: str | None
    ) -> Resource[Any]:
        """Read a new person, without the attributes that are passed over."""
        return super().read_creation(resource_type, without_passed_over(body), content_type)

    def read_replacement(
        self, resource_type: ResourceType, body: bytes, content_type: str | None
    ) -> Resource[Any]:
        """Read a person anew, without the attributes that are passed over."""
        return super().read_replacement(resource_type, without_passed_over(body), content_type)

    def read_patch(
        self, resource_type: ResourceType, body: bytes, content_type: str | None
    ) -> "PatchOp[Any]":
        """Read changes, without those to attributes that are passed over."""
        self.ensure_json(content_type)
        left, count = without_passed_over_operations(body)
        if count == 0:
            return PatchOp[User[EnterpriseUser]].model_construct(operations=[])
        if count and count > OPERATIONS_LIMIT:
            words = _("The request has more than %(limit)s operations.", limit=OPERATIONS_LIMIT)
            raise InvalidValueException(detail=words)
        return super().read_patch(resource_type, left, content_type)


@cache
def description() -> Description:
    """Return what is served."""
    return Description(
        models=[User, EnterpriseUser],
        resource_types=[ResourceType.from_resource(User[EnterpriseUser])],
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MAX_PAGE_SIZE),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            pagination=Pagination(
                index=True,
                cursor=False,
                default_pagination_method=Pagination.DefaultPaginationMethod.index,
                default_page_size=PAGE_SIZE,
                max_page_size=MAX_PAGE_SIZE,
            ),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="OAuth Bearer Token",
                    description="A token that an administrator of the agency makes.",
                    primary=True,
                )
            ],
        ),
        # As Entra sends them: what to remove as a value, and an address that is not there yet.
        policy=ScimPolicy(
            remove_value_as_filter=ScimPolicy.RemoveValue.apply,
            unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
        ),
    )


@cache
def service() -> PeopleService:
    """Return the service of all agencies; their people are in the storage of a request."""
    return PeopleService(description())


def answer(token: ScimToken | None, asked: ScimRequest) -> ScimResponse:
    """Return the answer to a program's request, also if it is refused."""
    try:
        return _serve(token, asked)
    except brake.TooManyEnds:
        if token is not None:
            brake.stop(token.provider)
        return refusal(StoppedException.made())
    except SCIMException as problem:
        return refusal(problem)
    except ValidationError as problem:
        return refusal(scim_exception_of(problem))
    except Problem as problem:
        return refusal(RefusedException.of(problem))
    except RecursionError:
        return refusal(InvalidSyntaxException(detail=_("The request is nested too deeply.")))


def refusal(problem: SCIMException) -> ScimResponse:
    """Return a refusal as SCIM words it."""
    response = service().error_response(problem)
    if seconds := getattr(problem, "retry_after", 0):
        response.headers["Retry-After"] = str(seconds)
    return response


def _serve(token: ScimToken | None, asked: ScimRequest) -> ScimResponse:
    operation = None
    try:
        operation = service().match(asked).operation
    finally:  # an address that is not there is told only to a program with a token
        if token is None and operation not in NO_TOKEN_NEEDED:
            raise UnauthorizedException(detail=_("The token is missing, wrong or has ended."))
    if token is None:
        return service().service_provider_config(asked.url, asked.query)
    storage = PeopleStorage(
        description(), token.provider, by_id=token.made_by_id, writes=operation in WRITES
    )
    try:
        return ScimHandler(service(), storage).handle(asked)
    except DataError as error:  # of PostgreSQL: SQLite would store it
        db.session.rollback()
        words = _("The text contains a character that cannot be stored (NUL).")
        raise InvalidValueException(detail=words) from error


def _kept_schemas(schemas: tuple[Schema, ...]) -> tuple[Schema, ...]:
    return tuple(_kept(schema) for schema in schemas)


def _kept(schema: Schema) -> Schema:
    kept: Mapping[str, frozenset[str]] = KEPT
    if schema.id == ENTERPRISE:
        kept = dict.fromkeys(KEPT[ENTERPRISE], frozenset())
    made = schema.model_copy(deep=True)
    made.attributes = [each for each in made.attributes or () if each.name in kept]
    for each in made.attributes:
        if parts := kept[str(each.name)]:
            each.sub_attributes = [part for part in each.sub_attributes or () if part.name in parts]
    return made
