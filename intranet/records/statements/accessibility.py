"""The accessibility statement (Royal Decree 1112/2018; model of Decision (EU) 2018/1523)."""

from intranet.platform.core.i18n import _l
from intranet.records.statements.facts import StatementFacts
from intranet.records.statements.lines import (
    StatementLine,
    StatementSection,
    StatementState,
)

MET, PARTLY, NOT_MET = StatementState.MET, StatementState.PARTLY, StatementState.NOT_MET
AGENCY, FACT = StatementState.AGENCY, StatementState.FACT


def accessibility_statement(facts: StatementFacts) -> list[StatementSection]:
    """Return the sections of the model, with what is not accessible said."""
    tags = ", ".join(facts.agency.languages)
    return [
        StatementSection(
            _l("Compliance status"),
            [
                StatementLine(
                    "status",
                    _l("Compliance"),
                    PARTLY,
                    _l(
                        "This site is partially compliant with Royal Decree 1112/2018 (EN 301 "
                        "549 V3.2.1), for the reasons below."
                    ),
                ),
                StatementLine(
                    "scope",
                    _l("Scope"),
                    FACT,
                    _l(
                        "All pages of the intranet, and its public pages. Languages of the "
                        "agency: %(tags)s.",
                        tags=tags,
                    ),
                ),
            ],
        ),
        StatementSection(
            _l("Accessible content"),
            [
                StatementLine(
                    "pages",
                    _l("Pages"),
                    MET,
                    _l(
                        "Built for WCAG 2.2, level AA: keyboard, contrast, zoom, names and live "
                        "messages."
                    ),
                ),
                StatementLine(
                    "without_scripts",
                    _l("Without scripts"),
                    MET,
                    _l("Forms and pages work without JavaScript; live updates need it."),
                ),
                StatementLine(
                    "preferences",
                    _l("Preferences"),
                    MET,
                    _l(
                        "Dark and light, reduced motion, five languages, single keys that can be "
                        "turned off."
                    ),
                ),
            ],
        ),
        StatementSection(
            _l("Content that is not accessible"),
            [
                StatementLine(
                    "documents",
                    _l("Documents made by the program"),
                    NOT_MET,
                    _l(
                        "Its PDF files have text and a language, but no tags (EN 301 549, "
                        "10.1.3.1)."
                    ),
                ),
                StatementLine(
                    "uploads",
                    _l("Files of users"),
                    NOT_MET,
                    _l("Documents are shown as they were uploaded. Nothing checks them."),
                ),
                StatementLine(
                    "captions",
                    _l("Videos"),
                    PARTLY,
                    _l("Authors are asked for captions; a video without them can be sent."),
                ),
                StatementLine(
                    "pictures",
                    _l("Pictures"),
                    PARTLY,
                    _l("Authors are asked for a description; in messages it can be left out."),
                ),
                StatementLine(
                    "burden",
                    _l("Disproportionate burden"),
                    AGENCY,
                    _l("None is claimed. Write it here if your agency claims one."),
                ),
            ],
        ),
        StatementSection(
            _l("Preparation of this statement"),
            [
                StatementLine(
                    "method",
                    _l("Method"),
                    FACT,
                    _l(
                        "Self-assessment: axe runs on the pages with each release, with tests by "
                        "keyboard. No third party has reviewed it."
                    ),
                ),
                StatementLine(
                    "prepared",
                    _l("Dates"),
                    AGENCY,
                    _l("When your agency prepared and last reviewed this statement."),
                ),
            ],
        ),
        StatementSection(
            _l("Feedback, contact and enforcement"),
            [
                StatementLine(
                    "contact",
                    _l("Contact"),
                    AGENCY,
                    _l(
                        "Where people report a barrier or ask for content in another form. "
                        "Answer within twenty working days."
                    ),
                ),
                StatementLine(
                    "unit",
                    _l("Unit in charge of accessibility"),
                    AGENCY,
                    _l("The unit that answers requests and complaints."),
                ),
                StatementLine(
                    "complaint",
                    _l("Complaint"),
                    AGENCY,
                    _l("To whom people complain if the answer does not satisfy them."),
                ),
            ],
        ),
    ]
