"""The last look at a finished package: no hidden words are in it, however they are written."""

import base64
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import IO
from zipfile import ZipFile

from intranet.delivery.files.extraction import PDF
from intranet.platform.core.subprocesses import NotStartedError, TookTooLongError, run_apart
from intranet.records.access_requests.passages import HiddenWords, Squeezed

MAX_SECONDS = 60
_TAG = re.compile(r"<[^>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrtbf]")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_BASE64_BYTES = 3
_LEAST_BASE64 = 8

Frames = Mapping[str, Mapping[str, int]]
"""By path: how often our own words in a page, without its content, have the letters of words."""


def what_shows(path: str, passages: Iterable[HiddenWords], frames: Frames) -> Iterator[str]:
    """Yield the paths in a package that have hidden words.

    Args:
        path: where the package is.
        passages: the words that must not be in it.
        frames: what our own words have of them, such as “health” in the name of a reason.
    """
    wanted = {passage.letters: passage for passage in passages if passage.letters}.values()
    coded = [form for passage in wanted for form in _coded(passage.words)]
    with ZipFile(path) as package:
        for entry in package.infolist():
            frame = frames.get(entry.filename, {})
            with package.open(entry) as member:
                content = member.read()
            forms = [Squeezed.of(form) for form in _forms(entry.filename, content)]
            forms.append(Squeezed.of(entry.filename))
            if any(form in content for form in coded) or any(
                passage.count_in(form) > frame.get(passage.letters, 0)
                for passage in wanted
                for form in forms
            ):
                yield entry.filename


def readable_text(source: IO[bytes], media_type: str) -> str | None:
    """Return everything readable in a file, its metadata included; None if not all can be read."""
    try:
        with tempfile.TemporaryFile() as said:
            code = run_apart(
                "intranet.records.access_requests.deep_text",
                media_type,
                within_seconds=MAX_SECONDS,
                given=source,
                said=said,
            )
            said.seek(0)
            return said.read().decode(errors="replace") if code == 0 else None
    except (TookTooLongError, NotStartedError):
        return None


def _forms(name: str, content: bytes) -> Iterator[str]:
    """Yield what a member says: as it is, without marks, and without escapes."""
    text = content.decode(errors="replace")
    if name.startswith("files/") and not name.endswith(".txt"):
        yield from _in_file(name, content)
        return
    yield unescape(_TAG.sub(" ", text))
    yield unescape(_TAG.sub("", text))
    if name.endswith((".json", ".jsonl")):
        yield _unescaped(text)


def _in_file(name: str, content: bytes) -> Iterator[str]:
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.seek(0)
        kind = PDF if name.endswith(".pdf") else "application/octet-stream"
        yield readable_text(source, kind) or content.decode("latin-1")


def _unescaped(text: str) -> str:
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    return _SURROGATES.sub(
        lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain
    )


def _coded(words: str) -> Iterator[bytes]:
    """Yield the parts of Base64 that words have wherever they begin, without what is around."""
    raw = words.encode(errors="replace")
    for before in range(_BASE64_BYTES):
        coded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        first = 0 if before == 0 else 4
        last = len(coded) if (before + len(raw)) % _BASE64_BYTES == 0 else len(coded) - 1
        part = coded[first:last]
        if len(part) >= _LEAST_BASE64:
            yield part
