"""Writing the agency's own words, each time as a new version."""

from intranet.extensions import db
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.statements.facts import facts_of
from intranet.records.statements.kinds import STATEMENTS
from intranet.records.statements.models import BODY_LIMIT, StatementText
from intranet.records.statements.queries import texts_of


def write_text(
    actor: Person, agency: Agency, statement: str, part: str, body: str, *, number: int
) -> StatementText:
    """Write the agency's words on a line; empty ones take them away.

    Args:
        number: the version that the actor read, 0 for none.

    Raises:
        Forbidden: the actor does not administer the agency.
        NotFound: there is no such statement or line.
        Conflict: somebody else has written since.
        Invalid: the text is too long.
    """
    body = optional_text(body, "body", BODY_LIMIT)
    with unit_of_work() as work:
        work.lock(agency)
        require_right(actor, Act.ADMINISTER, agency.id)
        if statement not in STATEMENTS or part not in _parts(agency, statement):
            raise NotFound
        latest = texts_of(agency.id, statement).get(part)
        if (latest.number if latest else 0) != number:
            raise Conflict(_l("Someone else has changed this text. Read it and write again."))
        if body == (latest.body if latest else ""):
            return latest or StatementText(body="")
        written = StatementText(
            agency_id=agency.id,
            statement=statement,
            part=part,
            number=number + 1,
            body=body,
            written_by_id=actor.id,
        )
        work.add(written)
        db.session.flush()
        record(
            "statement.write",
            agency_id=agency.id,
            actor_id=actor.id,
            subject=("agency", agency.id),
            detail={"statement": statement, "part": part, "number": number + 1},
        )
    return written


def _parts(agency: Agency, statement: str) -> set[str]:
    sections = STATEMENTS[statement].sections(facts_of(agency))
    return {line.part for section in sections for line in section.lines}
