"""Settings of an agency: names, zone, second factor, videos, registry."""

from typing import Annotated
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import (
    again,
    filled,
    localized_fields,
    localized_values,
)
from intranet.administration.admin.labels import article_rule_names, second_factor_names
from intranet.administration.admin.typed_choices import find_post, post_text
from intranet.config import LANGUAGES
from intranet.organisation.agencies.models import Agency, ArticleRule, SecondFactor
from intranet.organisation.agencies.operations import agencies as operations
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT
from intranet.organisation.agencies.operations.vacancy_readers import name_registry, registry_named
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line
from intranet.platform.core.templating import LANGUAGE_NAMES
from intranet.platform.core.unit_of_work import unit_of_work


class AgencySettingsForm(Form):
    """The fields of the settings besides the names."""

    language: Annotated[Line, Field(max_length=35)]
    time_zone: Annotated[Line, Field(max_length=40)]
    second_factor: SecondFactor
    passkeys_alone: bool = False
    basis_shown_outside: bool = False
    in_directory: bool = False
    contact_outside: bool = False
    video_mb: Annotated[Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None, EmptyIsNone] = None
    articles: ArticleRule = ArticleRule.OFF
    registry: Annotated[Line, Field(max_length=300)] = ""
    version: int = 0


@bp.get("/<code>/settings")
@administrator
def settings(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form of the settings."""
    tags = _offered(agency)
    return render_template(
        "administration/admin/settings.html",
        filled=filled(_stored(agency)),
        tags=tags,
        languages_offered=[(tag, LANGUAGE_NAMES.get(tag, tag)) for tag in tags],
        timezones=[(zone, zone) for zone in sorted(available_timezones()) if "/" in zone],
        second_factors=list(second_factor_names().items()),
        article_rules=list(article_rule_names().items()),
    )


@bp.post("/<code>/settings")
@again(settings)
@administrator
def change_settings(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Change the agency's settings."""
    form = AgencySettingsForm.parse(request.form)
    languages = _languages(agency, form.language)
    with unit_of_work():
        operations.change_agency(
            actor,
            agency,
            version=form.version,
            name=localized_fields("name", languages, NAME_LIMIT),
            languages=languages,
            time_zone=form.time_zone,
            second_factor=form.second_factor,
            basis_shown_outside=form.basis_shown_outside,
            in_directory=form.in_directory,
            contact_outside=form.contact_outside,
            video_mb=form.video_mb,
            articles=form.articles,
            passkeys_alone=form.passkeys_alone,
        )
        registry = form.registry and find_post(agency, form.registry, "registry")
        name_registry(actor, agency, registry or None)
    flash(_("Saved."), "ok")
    return redirect(url_for(".settings", code=agency.code), 303)


def _languages(agency: Agency, own: str) -> list[str]:
    """Return the agency's own language, then the others in which a name was written."""
    known = _offered(agency)
    if own not in known:
        raise Invalid({"language": _l("This language is not available here.")})
    named = [tag for tag in known if request.form.get(f"name_{tag}", "").strip()]
    return [own, *(tag for tag in named if tag != own)]


def _offered(agency: Agency) -> list[str]:
    return list(dict.fromkeys([*agency.languages, *LANGUAGES]))


def _stored(agency: Agency) -> dict[str, str]:
    return {
        **localized_values("name", agency.name, _offered(agency)),
        "language": agency.language,
        "time_zone": agency.time_zone,
        "second_factor": agency.second_factor,
        "passkeys_alone": "1" if agency.passkeys_alone else "",
        "basis_shown_outside": "1" if agency.basis_shown_outside else "",
        "in_directory": "1" if agency.in_directory else "",
        "contact_outside": "1" if agency.contact_outside else "",
        "video_mb": str(agency.video_mb),
        "articles": agency.articles.value,
        "registry": post_text(registry_named(agency)),
        "version": str(agency.version),
    }
