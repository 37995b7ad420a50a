"""The last look at a finished package: no hidden words are in it, however they are written."""

import base64
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import IO
from zipfile import ZipFile

from intranet.delivery.files.models import File
from intranet.delivery.files.storage import storage
from intranet.platform.core.subprocesses import NotStartedError, TookTooLongError, run_apart
from intranet.records.access_requests.models import FileReach
from intranet.records.access_requests.passages import HiddenWords, Squeezed

MAX_SECONDS = 60
_TAG = re.compile(r"<[^>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrtbf]")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_BASE64_BYTES = 3
_LEAST_BASE64 = 8

Frames = Mapping[str, Mapping[str, int]]
"""By path: how often our own words in a page, without its content, have the letters of words."""


def what_shows(
    path: str, passages: Iterable[HiddenWords], frames: Frames, kinds: Mapping[str, str]
) -> Iterator[str]:
    """Yield the paths in a package that have hidden words, or that cannot be searched whole.

    Args:
        path: where the package is.
        passages: the words that must not be in it.
        frames: what our own words have of them, such as “health” in the name of a reason.
        kinds: the media types of the files in it.
    """
    wanted = {passage.letters: passage for passage in passages if passage.letters}.values()
    if not wanted:
        return
    coded = [form for passage in wanted for form in _coded(passage.words)]
    with ZipFile(path) as package:
        for entry in package.infolist():
            frame = frames.get(entry.filename, {})
            with package.open(entry) as member:
                content = member.read()
            said = list(_forms(entry.filename, content, kinds.get(entry.filename)))
            forms = [Squeezed.of(form) for form in (*said, entry.filename)]
            is_in = any(form in content for form in coded) or any(
                passage.count_in(form) > frame.get(passage.letters, 0)
                for passage in wanted
                for form in forms
            )
            if is_in or not said:
                yield entry.filename


@dataclass(frozen=True)
class DeepLook:
    """Everything readable in a file, and whether it also has what only eyes can read."""

    text: str
    has_pictures: bool


def look_into(source: IO[bytes], media_type: str) -> DeepLook | None:
    """Return what is readable in a file, its metadata included; None if not all can be read."""
    try:
        return _look(source, media_type)
    except (TookTooLongError, NotStartedError):
        return None


def _look(source: IO[bytes], media_type: str) -> DeepLook | None:
    """Do so in a process apart.

    Raises:
        TookTooLongError: there was no time for it.
        NotStartedError: there was no room for it.
    """
    with tempfile.TemporaryFile() as said:
        code = run_apart(
            "intranet.records.access_requests.deep_text",
            media_type,
            within_seconds=MAX_SECONDS,
            given=source,
            said=said,
        )
        said.seek(0)
        text, has_pictures = said.read().decode(errors="replace"), {"0": False, "1": True}
    if code or text[-1:] not in has_pictures:
        return None
    return DeepLook(text[:-1], has_pictures[text[-1]])


def look_into_bytes(content: bytes, media_type: str) -> DeepLook | None:
    """Return what is readable in the content of a file, as `look_into`."""
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.seek(0)
        return look_into(source, media_type)


def reach_of(file: File) -> FileReach | None:
    """Return how much of a file can be searched for hidden words; None if it is to be tried again.

    A machine that is busy for a while says nothing of the file.
    """
    try:
        with storage().open(file.key) as source:
            looked = _look(source, file.media_type)
    except (TookTooLongError, NotStartedError):
        return None
    if looked is None:
        return FileReach.PARTLY
    return FileReach.PICTURES if looked.has_pictures else FileReach.WHOLE


def _forms(name: str, content: bytes, kind: str | None) -> Iterator[str]:
    """Yield what a member says: a file whole or not at all, a page without marks and escapes."""
    if kind:
        if looked := look_into_bytes(content, kind):
            yield looked.text
        return
    text = content.decode(errors="replace")
    yield unescape(_TAG.sub(" ", text))
    yield unescape(_TAG.sub("", text))
    if name.endswith((".json", ".jsonl")):
        yield _unescaped(text)


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
