"""REST: the settings of an administered agency that affect other agencies."""

from typing import Annotated, Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.access import get_post
from intranet.administration.admin.responses import AdminAgencyResponse
from intranet.administration.admin.rest import administrator, bp, version_of
from intranet.organisation.agencies.models import Agency, ArticleRule
from intranet.organisation.agencies.operations.agencies import VIDEO_MB_LIMIT, change_agency
from intranet.organisation.agencies.operations.vacancy_readers import name_registry, registry_named
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import Form
from intranet.platform.core.rest import body, described, with_version
from intranet.platform.core.unit_of_work import unit_of_work


class AgencyChange(Form):
    """Changes to an agency; a field that is not given stays as it is."""

    in_directory: bool | None = None
    contact_outside: bool | None = None
    basis_shown_outside: bool | None = None
    video_mb: Annotated[int | None, Field(ge=1, le=VIDEO_MB_LIMIT)] = None
    articles: ArticleRule | None = None
    registry_post_id: UUID | None = None


@bp.get("/agency")
@described(AdminAgencyResponse, query=("agency",))
@administrator
def agency(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Return the agency's visibility to others, its limits and its registry post."""
    return with_version(_json(agency), agency.version)


@bp.patch("/agency")
@described(AdminAgencyResponse, form=AgencyChange, query=("agency",))
@administrator
def change(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Change the agency's visibility to others, its limits or its registry post."""
    form = AgencyChange.parse_exactly(body())
    version_of(agency)
    with unit_of_work() as work:
        work.lock(agency)
        version_of(agency)
        basis = form.basis_shown_outside
        change_agency(
            actor,
            agency,
            version=None,
            name=agency.name,
            languages=agency.languages,
            time_zone=agency.time_zone,
            second_factor=agency.second_factor,
            basis_shown_outside=agency.basis_shown_outside if basis is None else basis,
            in_directory=form.in_directory,
            contact_outside=form.contact_outside,
            video_mb=form.video_mb,
            articles=form.articles,
        )
        if "registry_post_id" in form.model_fields_set:
            post_id = form.registry_post_id
            name_registry(actor, agency, get_post(agency, post_id) if post_id else None)
    return with_version(_json(agency), agency.version)


def _json(agency: Agency) -> dict[str, Any]:
    registry = registry_named(agency)
    return {
        "code": agency.code,
        "in_directory": agency.in_directory,
        "contact_outside": agency.contact_outside,
        "basis_shown_outside": agency.basis_shown_outside,
        "video_mb": agency.video_mb,
        "articles": agency.articles.value,
        "registry_post_id": str(registry.id) if registry else None,
    }
