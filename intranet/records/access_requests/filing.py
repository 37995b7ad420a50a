"""The pages of a package as documents to file: PDF/A, a hundred items in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from intranet.platform.core.i18n import _
from intranet.platform.core.pdf import PdfDocument
from intranet.records.access_requests.hiding import BAR
from intranet.records.access_requests.labels import kind_names, role_names
from intranet.records.access_requests.models import AccessRequest
from intranet.records.access_requests.texts import AccessSection, AccessText, AccessThing

ITEMS_IN_DOCUMENT = 100
MARK = "[…]"
"""In place of the bar of hidden words, which the font of documents lacks."""


@dataclass(frozen=True)
class Wording:
    """How contents are written: as they go out, or as nothing, to see what our own words are."""

    words: Callable[[AccessText], str]
    author: Callable[[AccessSection], str]
    caption: Callable[[AccessSection], str]
    title: Callable[[AccessThing], str]
    masked: Callable[[str], str]
    say: Callable[[str], str]


@dataclass(frozen=True)
class Moments:
    """How days and instants are written, in the language and by the clock of the request."""

    day: Callable[[date | datetime], str]
    moment: Callable[[datetime], str]


def in_documents(things: Sequence[AccessThing]) -> Mapping[str, Sequence[AccessThing]]:
    """Return the items of each document, by its path."""
    return {
        f"filed/{things[first].finding.number:04d}.pdf": things[first : first + ITEMS_IN_DOCUMENT]
        for first in range(0, len(things), ITEMS_IN_DOCUMENT)
    }


def document(
    request: AccessRequest, things: Sequence[AccessThing], wording: Wording, moments: Moments
) -> bytes:
    """Return items as a document."""
    out = BytesIO()
    name = _("Request %(number)s of %(year)s", number=request.number, year=request.year)
    agency = request.agency.name.text(request.language, request.agency.language)
    written = PdfDocument(out, title=name, author=agency, language=request.language)
    written.set_footer(f"{agency} · {name}", _("Page %(page)s of", page="%(page)s"))
    written.heading(name, 16)
    written.paragraph(_marked(wording.masked(request.matter)))
    for thing in things:
        _item(written, thing, wording, moments)
    written.finish()
    return out.getvalue()


def _marked(text: str) -> str:
    return text.replace(BAR, MARK)


def _item(written: PdfDocument, thing: AccessThing, wording: Wording, moments: Moments) -> None:
    finding = thing.finding
    kind = str(kind_names()[finding.kind])
    written.heading(_marked(f"{finding.number} · {wording.title(thing) or kind}"))
    about = (kind, wording.words(thing.place), moments.day(thing.at))
    written.paragraph(_marked(" · ".join(part for part in about if part)), size=8)
    for section in thing.chosen:
        who = (wording.author(section), wording.caption(section), moments.moment(section.at))
        written.paragraph(_marked(" · ".join(part for part in who if part)), bold=True)
        for text in section.texts:
            if text.text and not (text.role == "extracted" and not finding.as_text):
                _text(written, text, wording)
        for _file_id, held in section.holds:
            written.paragraph(_marked(wording.words(held)), size=8)


def _text(written: PdfDocument, text: AccessText, wording: Wording) -> None:
    if text.role in role_names():
        written.paragraph(str(role_names()[text.role]), size=8)
    written.paragraph(_marked(wording.words(text)))
