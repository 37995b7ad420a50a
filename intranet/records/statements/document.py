"""A statement as a document that can be archived."""

from typing import BinaryIO
from zoneinfo import ZoneInfo

from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.pdf import PdfDocument, stamp
from intranet.records.statements.facts import facts_of
from intranet.records.statements.kinds import STATEMENTS
from intranet.records.statements.lines import STATE_WORDS
from intranet.records.statements.queries import texts_of


def write_statement(out: BinaryIO, agency: Agency, statement: str, language: str) -> None:
    """Write a statement, a key of `STATEMENTS`, in the current language."""
    kind, texts = STATEMENTS[statement], texts_of(agency.id, statement)
    name = agency.name.text(language, agency.language)
    title = str(kind.title)
    document = PdfDocument(out, title=title, author=name, language=language)
    document.set_footer(name, _("Page %(page)s of", page="%(page)s"))
    document.heading(title, size=17)
    document.facts(
        [
            (_("Administration"), f"{name} ({agency.code})"),
            (_("Legal basis"), str(kind.law)),
            (_("This document"), stamp(clock.now(), ZoneInfo(agency.time_zone))),
        ]
    )
    for section in kind.sections(facts_of(agency)):
        document.heading(str(section.title))
        for line in section.lines:
            document.paragraph(f"{line.title}: {STATE_WORDS[line.state]}", bold=True)
            document.paragraph(str(line.words))
            own = texts.get(line.part)
            if own and own.body:
                document.paragraph(own.body)
    document.finish()
