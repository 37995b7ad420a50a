"""Write a PDF document of lines and tables on A4, which can be archived (PDF/A-2b).

The only module that uses reportlab. Where a document is made it loads it, and pypdf: documents are
rare, and the two take 14 MB of each process.

The font has the letters of European languages. A character that it lacks is replaced by its Unicode
name, so that an emoji in a title is at least named.
"""

import threading
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import segno

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Atkinson", "Atkinson-Bold"
MARGIN_POINTS = 51.0
TOP_POINTS, BOTTOM_POINTS = 54.0, 62.0
PAGES = "pages"
INK, GREY, RULE = (0.08, 0.13, 0.12), (0.35, 0.41, 0.4), (0.75, 0.8, 0.79)
# Invisible characters: they only change how their neighbours are drawn.
UNSEEN = {"Cf", "Mn", "Me", "Sk", "Cc", "Co", "Cs", "Cn"}
MAX_NAME_CHARACTERS = 40


class PdfDocument:
    """A PDF document, written from top to bottom; pages follow as needed."""

    def __init__(self, out: BinaryIO, *, title: str, author: str, language: str) -> None:
        """Begin the first page.

        Args:
            out: receives the bytes when the document is finished.
            title: the title that viewers show in their window.
        """
        from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - a library for rare work
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - a library for rare work

        _register()
        self._out, self._written = out, BytesIO()
        self._about = {"title": title, "author": author, "language": language}
        self._canvas = Canvas(
            self._written,
            pagesize=A4,
            lang=language,
            pageCompression=1,
            initialFontName=REGULAR,
        )
        self._width, self._height = A4
        self._footer = ""
        self._page_words = "%(page)s"
        self._page = 0
        self._y = 0.0
        self._columns: Sequence[tuple[str, float]] = ()
        self._beside = 0.0
        self._beside_until = 0.0
        self._begin_page()

    @property
    def width(self) -> float:
        """The width of a line, in points."""
        return float(self._width - 2 * MARGIN_POINTS)

    def set_footer(self, words: str, page_words: str) -> None:
        """Set the footer of every page.

        Args:
            words: the text at the left.
            page_words: the text at the right, with `%(page)s` for the number of the page. It must
                end in a word such as “of”, because the number of pages is written after it.
        """
        self._footer, self._page_words = plain(words), plain(page_words)

    def heading(self, text: str, size: float = 13) -> None:
        """Write a heading with space above it; it is also a bookmark."""
        self._columns = ()
        self._need(size * 4)
        self._y -= size * 0.9
        key = f"heading-{self._page}-{self._y}"
        self._canvas.bookmarkHorizontal(key, 0, self._y + size)
        self._canvas.addOutlineEntry(plain(text)[:120], key, 0)
        self.paragraph(text, size=size, bold=True)

    def paragraph(self, text: str, *, size: float = 10, bold: bool = False) -> None:
        """Write text over as many lines as it needs; its own line breaks are kept."""
        font = BOLD if bold else REGULAR
        for line in plain(text).split("\n"):
            for part in _lines(line, font, size, self._room()):
                self._need(size * 1.4)
                self._write(MARGIN_POINTS, part, font, size)
                self._y -= size * 1.4
        self._y -= size * 0.4

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write names and values side by side."""
        indent, size = 130.0, 10.0
        for name, text in rows:
            lines = _lines(plain(text), REGULAR, size, self.width - indent)
            for number, line in enumerate(lines):
                self._need(size * 1.45)
                if number == 0:
                    self._write(MARGIN_POINTS, plain(name), REGULAR, size, GREY)
                self._write(MARGIN_POINTS + indent, line, REGULAR, size)
                self._y -= size * 1.45
        self._y -= 4

    def code(self, address: str, size: float = 72) -> None:
        """Draw an address as a QR code at the right edge; the following text stands beside it."""
        self._beside, self._beside_until = size + 12, self._y - size
        matrix = segno.make(address, error="m").matrix
        step = size / len(matrix)
        left = self._width - MARGIN_POINTS - size
        self._canvas.setFillColorRGB(0, 0, 0)
        for row, line in enumerate(matrix):
            for column, is_dark in enumerate(line):
                if is_dark:
                    x, y = left + column * step, self._y + 8 - (row + 1) * step
                    self._canvas.rect(x, y, step, step, stroke=0, fill=1)

    def table(self, columns: Sequence[tuple[str, float]]) -> None:
        """Begin a table; `columns` are headings and their shares of the width."""
        self._columns = ()
        self._need(60)
        self._columns = [(plain(head), share * self.width) for head, share in columns]
        self._head()

    def row(self, cells: Sequence[str]) -> None:
        """Write a row of the table; the headings are repeated on each page."""
        size = 8.0
        parts = [
            _lines(plain(cell), REGULAR, size, width - 6)
            for cell, (_head, width) in zip(cells, self._columns, strict=True)
        ]
        tall = max(len(part) for part in parts)
        self._need(tall * size * 1.25 + 5)
        left = MARGIN_POINTS
        for part, (_head, width) in zip(parts, self._columns, strict=True):
            for number, line in enumerate(part):
                self._write(left, line, REGULAR, size, above=-number * size * 1.25)
            left += width
        self._y -= tall * size * 1.25 + 2
        self._rule()
        self._y -= size + 1

    def end_table(self) -> None:
        """End the table."""
        self._columns = ()
        self._y -= 6

    def next_page(self) -> None:
        """Go on with a new page."""
        self._end_page()
        self._begin_page()

    def strip(self, name: str, detail: str, code: str) -> None:
        """Write a strip to cut out: a name, a detail below it, a large code at the right."""
        size, tall = 11.0, 46.0
        self._need(tall + 12)
        self._canvas.setDash(2, 2)
        self._rule()
        self._canvas.setDash()
        self._y -= 20
        room = self.width * 0.62
        for text, font, ink in ((name, BOLD, INK), (detail, REGULAR, GREY)):
            self._write(MARGIN_POINTS, _lines(plain(text), font, size, room)[0], font, size, ink)
            self._y -= size * 1.35
        left = self._width - MARGIN_POINTS - _width_of(code, BOLD, 18)
        self._write(left, code, BOLD, 18, above=size * 1.6)
        self._y -= 8

    def finish(self) -> int:
        """Write the document out; return its number of pages."""
        self._end_page()
        self._canvas.beginForm(PAGES)
        self._canvas.setFont(REGULAR, 8)
        self._canvas.setFillColorRGB(*GREY)
        self._canvas.drawString(0, 0, str(self._page))
        self._canvas.endForm()
        with _fonts:
            self._canvas.save()
        from intranet.platform.core.pdf_archival import (  # noqa: PLC0415 - a library for rare work
            write_archival,
        )

        write_archival(self._out, self._written, **self._about)
        return self._page

    def _room(self) -> float:
        """Return the width for a line at the current height: less than `width` beside a QR code."""
        return self.width - (self._beside if self._y > self._beside_until else 0)

    def _need(self, points: float) -> None:
        if self._y - points < BOTTOM_POINTS:
            self._end_page()
            self._begin_page()
            if self._columns:
                self._head()

    def _begin_page(self) -> None:
        self._page += 1
        self._beside = 0.0
        self._y = self._height - TOP_POINTS - 10

    def _end_page(self) -> None:
        self._y = BOTTOM_POINTS - 24
        self._write(MARGIN_POINTS, self._footer, REGULAR, 8, GREY)
        words = f"{self._page_words % {'page': self._page}} "
        digits = _width_of("00000", REGULAR, 8)
        left = self._width - MARGIN_POINTS - _width_of(words, REGULAR, 8) - digits
        self._write(left, words, REGULAR, 8, GREY)
        self._canvas.saveState()
        self._canvas.translate(self._width - MARGIN_POINTS - digits, self._y)
        self._canvas.doForm(PAGES)
        self._canvas.restoreState()
        self._canvas.showPage()

    def _head(self) -> None:
        left = MARGIN_POINTS
        for head, width in self._columns:
            self._write(left, head, BOLD, 8)
            left += width
        self._y -= 4
        self._rule()
        self._y -= 10

    def _rule(self) -> None:
        self._canvas.setStrokeColorRGB(*RULE)
        self._canvas.setLineWidth(0.4)
        self._canvas.line(MARGIN_POINTS, self._y, self._width - MARGIN_POINTS, self._y)

    def _write(
        self,
        left: float,
        text: str,
        font: str,
        size: float,
        ink: tuple[float, float, float] = INK,
        *,
        above: float = 0,
    ) -> None:
        self._canvas.setFont(font, size)
        self._canvas.setFillColorRGB(*ink)
        self._canvas.drawString(left, self._y + above, text)


def stamp(instant: datetime | None, zone: ZoneInfo) -> str:
    """Format an instant for documents: day, time and offset from UTC."""
    if instant is None:
        return ""
    there = instant.astimezone(zone)
    offset = there.strftime("%z")
    return f"{there:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]}"


def plain(text: str) -> str:
    """Return a text in letters of the font; others are named or, if invisible, left out.

    Ligatures and the like are decomposed if that helps: ŀ becomes l·.
    """
    found = []
    for sign in unicodedata.normalize("NFC", text):
        if sign == "\n" or ord(sign) in _letters():
            found.append(sign)
        elif sign == "\t":
            found.append("    ")
        else:
            found.append(_instead(sign))
    return "".join(found)


def _instead(sign: str) -> str:
    taken_apart = unicodedata.normalize("NFKC", sign)
    if taken_apart != sign and all(ord(part) in _letters() for part in taken_apart):
        return taken_apart
    if unicodedata.category(sign) in UNSEEN:
        return ""
    name = unicodedata.name(sign, "")
    return (
        f"[{name.lower()}]" if name and len(name) <= MAX_NAME_CHARACTERS else f"[U+{ord(sign):04X}]"
    )


def _lines(text: str, font: str, size: float, width: float) -> list[str]:
    """Wrap a text to a width; words that are longer than a line are cut."""
    from reportlab.lib.utils import simpleSplit  # noqa: PLC0415 - a library for rare work

    found: list[str] = []
    for line in simpleSplit(text, font, size, width) or [""]:
        rest = line
        while _width_of(rest, font, size) > width:
            fits = len(rest)
            while fits > 1 and _width_of(rest[:fits], font, size) > width:
                fits -= 1
            found.append(rest[:fits])
            rest = rest[fits:]
        found.append(rest)
    return found


def _width_of(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415 - a library for rare work

    return float(stringWidth(text, font, size))


@cache
def _letters() -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - a library for rare work

    _register()
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


# All documents share the fonts. Registering one again would mix two fonts in a document, and making
# the subset of a font for a document moves a file position that is kept in the font.
_fonts = threading.Lock()
_known: set[str] = set()


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - a library for rare work
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 - a library for rare work

    with _fonts:
        for name, file in ((REGULAR, "atkinson-regular.ttf"), (BOLD, "atkinson-bold.ttf")):
            if name not in _known:
                pdfmetrics.registerFont(TTFont(name, FONTS / file))
                _known.add(name)
