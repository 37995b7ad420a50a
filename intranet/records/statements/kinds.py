"""The statements there are: how each is called, and how its lines are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from intranet.platform.core.i18n import _l
from intranet.records.statements.accessibility import accessibility_statement
from intranet.records.statements.facts import StatementFacts
from intranet.records.statements.lines import StatementSection
from intranet.records.statements.processing import processing_statement
from intranet.records.statements.security import security_statement


@dataclass(frozen=True)
class StatementKind:
    """A statement: its title, the law that asks for it, and its lines from facts."""

    title: LazyString
    law: LazyString
    sections: Callable[[StatementFacts], list[StatementSection]]


STATEMENTS: Mapping[str, StatementKind] = {
    "processing": StatementKind(
        _l("Record of processing"),
        _l("General Data Protection Regulation, article 30; Organic Law 3/2018, article 31."),
        processing_statement,
    ),
    "security": StatementKind(
        _l("Statement of applicability (ENS, medium)"),
        _l("Royal Decree 311/2022, article 28 and annex II."),
        security_statement,
    ),
    "accessibility": StatementKind(
        _l("Accessibility statement"),
        _l("Royal Decree 1112/2018, article 15; EN 301 549."),
        accessibility_statement,
    ),
}
