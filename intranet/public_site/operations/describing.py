"""The description of an agency on its public page."""

from collections.abc import Mapping

from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.html import plain_text, render_page
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.public_site.models import ShowcaseProfile

BODY_LIMIT = 5_000
SUMMARY_CHARACTERS = 160


def describe(
    actor: Person, agency: Agency, texts: Mapping[str, str], *, version: int
) -> ShowcaseProfile:
    """Save the description, in Markdown by language; an empty text removes its language.

    Args:
        version: the version that the person edited; 0 where there was none.

    Raises:
        Forbidden: the person does not administer the agency.
        Conflict: another person changed it meanwhile.
        Invalid: a text is too long, or all are empty.
    """
    found = {
        language: text
        for language in dict.fromkeys([*agency.languages, *LANGUAGES])
        if (text := optional_text(texts.get(language, ""), f"body_{language}", BODY_LIMIT))
    }
    if not found:
        raise Invalid({f"body_{agency.language}": _l("Enter some text here.")})
    with unit_of_work() as work:
        work.lock(agency)
        require_right(actor, Act.SHOWCASE, agency.id)
        profile = db.session.get(ShowcaseProfile, agency.id)
        if (profile.version if profile else 0) != version:
            raise Conflict
        if profile is None:
            profile = ShowcaseProfile(agency_id=agency.id, version=0)
            work.add(profile)
        profile.body = Localized(found)
        profile.html = Localized({tag: str(render_page(text)) for tag, text in found.items()})
        profile.summary = Localized(
            {tag: plain_text(text, SUMMARY_CHARACTERS) for tag, text in found.items()}
        )
        profile.version += 1
        profile.updated_by_id, profile.updated_at = actor.id, clock.now()
        record(
            "showcase.describe",
            agency_id=agency.id,
            actor_id=actor.id,
            subject=("agency", agency.id),
            detail={"languages": sorted(found)},
        )
    return profile
