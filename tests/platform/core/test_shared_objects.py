"""What libraries keep in objects that all threads share is written by one thread at a time.

Each was read in its source; where two threads would mix theirs, they are held apart. Chance shows
that too seldom, so the libraries' own functions are watched: whether two are in one at once.
"""

import io
import threading
import time

from pygments.lexer import RegexLexerMeta
from pygments.lexers import get_lexer_by_name
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFont, TTFontFile

from intranet import app  # noqa: F401 - every form is defined
from intranet.platform.core import pdf
from intranet.platform.core.html import code, markdown
from intranet.platform.core.parsing import Form

THREADS = 6


class Watched:
    """A function, and how many were in it at once; each stays for a while."""

    def __init__(self, function):
        self._function = function
        self._inside = 0
        self.at_once = 0
        self.times = 0

    def __get__(self, instance, _owner=None):
        return lambda *given, **named: self(instance, *given, **named)

    def __call__(self, *given, **named):
        self._inside += 1
        self.times += 1
        self.at_once = max(self.at_once, self._inside)
        time.sleep(0.02)
        try:
            return self._function(*given, **named)
        finally:
            self._inside -= 1


def at_once(do):
    start, faults = threading.Barrier(THREADS), []

    def each(number):
        start.wait()
        try:
            do(number)
        except Exception as error:  # noqa: BLE001 - whatever it is
            faults.append(error)

    threads = [threading.Thread(target=each, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_rules_of_markdown_are_gathered_before_anybody_reads():
    parser = markdown._make()
    rulers = (parser.core.ruler, parser.block.ruler, parser.inline.ruler, parser.inline.ruler2)
    assert [ruler.__cache__ is not None for ruler in rulers] == [True] * 4


def test_the_rules_of_a_language_are_made_by_one_thread(monkeypatch):
    made = Watched(RegexLexerMeta.process_tokendef)
    monkeypatch.setattr(RegexLexerMeta, "process_tokendef", made)
    monkeypatch.setattr(code, "_lexers", {}, raising=False)
    for language in ("html", "javascript", "css"):
        kind = type(get_lexer_by_name(language))
        monkeypatch.delattr(kind, "_tokens", raising=False)
    made.times = made.at_once = 0

    at_once(lambda _number: code.coloured("<script>let a = 1</script>", "html"))
    assert (made.at_once, made.times) == (1, 3)


def test_fonts_are_registered_once_and_cut_by_one_thread(monkeypatch):
    read = Watched(TTFont.__init__)
    cut = Watched(TTFontFile.makeSubset)
    monkeypatch.setattr(TTFont, "__init__", read)
    monkeypatch.setattr(TTFontFile, "makeSubset", cut)
    monkeypatch.setattr(pdf, "_known", set(), raising=False)
    made: dict[int, bytes] = {}

    def make(number):
        out = io.BytesIO()
        document = pdf.PdfDocument(out, title="x", author="y", language="es")
        document.paragraph(f"Ñandú {chr(0xC0 + number) * 20}")
        document.finish()
        made[number] = out.getvalue()

    at_once(make)
    assert (read.at_once, read.times) == (1, 2)
    assert cut.at_once == 1
    for number, content in made.items():
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert f"Ñandú {chr(0xC0 + number) * 20}" in text


def test_every_form_is_whole_when_it_is_defined():
    def below(parent):
        for each in parent.__subclasses__():
            yield each
            yield from below(each)

    assert [each.__name__ for each in below(Form) if not each.__pydantic_complete__] == []
