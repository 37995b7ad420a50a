"""The rules of conduct of an agency, written by its administrators."""

from collections.abc import Mapping

from intranet.attention.moderation.models import HouseRules
from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

RULES_LIMIT = 10_000


def write_rules(
    person: Person, agency: Agency, texts: Mapping[str, str], *, version: int
) -> HouseRules:
    """Save the rules of conduct of an agency. Empty texts remove them.

    Args:
        texts: Markdown by language; the agency's own languages come first.
        version: the version that the person edited; 0 where there was none.

    Raises:
        Forbidden: the person does not administer the agency.
        Conflict: they were changed since.
        Invalid: a text is too long.
    """
    known = dict.fromkeys((*agency.languages, *texts))
    given = {tag: optional_text(texts.get(tag, ""), f"body_{tag}", RULES_LIMIT) for tag in known}
    body = Localized({tag: text for tag, text in given.items() if text})
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(person, agency.id)
        rules = db.session.get(HouseRules, agency.id, populate_existing=True)
        if (rules.version if rules else 0) != version:
            raise Conflict
        if rules is None:
            rules = HouseRules(agency_id=agency.id, body=body, version=0, changed_by_id=person.id)
            work.add(rules)
        rules.body, rules.changed_at, rules.changed_by_id = body, clock.now(), person.id
        rules.version += 1
        record(
            "house_rules.change",
            agency_id=agency.id,
            actor_id=person.id,
            subject=("agency", agency.id),
            detail={"languages": list(body)},
        )
    return rules
