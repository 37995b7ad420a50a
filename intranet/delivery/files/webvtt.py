"""Captions: parse and check WebVTT and write it anew; convert SubRip (SRT).

Source: WebVTT, W3C Candidate Recommendation. A cue keeps its times, its position and its text;
styles, regions and notes are dropped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from intranet.delivery.files.limits import CAPTIONS_BYTES, MAX_CUES, MIB
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l

_TIME = r"(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s+(.*))?")
_PLACE = re.compile(
    r"(?:align:(?:start|center|end|left|right)|vertical:(?:rl|lr)|size:\d{1,3}(?:\.\d+)?%"
    r"|(?:line|position):-?\d{1,4}(?:\.\d+)?%?(?:,[a-z-]{1,12})?)"
)
_TAG = re.compile(r"</?(?:[ibuvc]|ruby|rt|lang)(?:[.\s][^<>]{0,200})?>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPEAKER = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]{1,100})>")
_LEFT_OUT = ("NOTE", "STYLE", "REGION")
_PAUSE_MS = 2_000
_PARAGRAPH_CHARACTERS = 400


@dataclass(frozen=True)
class Cue:
    """A cue: its times, its text, and its position (`place`) as WebVTT settings."""

    start_ms: int
    end_ms: int
    text: str
    place: str = ""


@dataclass(frozen=True)
class Read:
    """Parsed captions, and whether they came as SRT."""

    cues: tuple[Cue, ...]
    was_srt: bool


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a transcript: its start, its speaker if known, and its text."""

    start_ms: int
    speaker: str
    text: str

    @property
    def start_s(self) -> int:
        """The second of the video to jump to."""
        return self.start_ms // 1000

    @property
    def clock(self) -> str:
        """The time in the video, as players show it: `1:02:03`, `0:07`."""
        return format_time(self.start_ms)


def format_time(ms: int) -> str:
    """Format a time in a video as players show it."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def read_captions(content: bytes) -> Read:
    """Parse uploaded captions.

    Raises:
        Invalid: they are not WebVTT or SRT in UTF-8, or too large; the message may name the line.
    """
    if len(content) > CAPTIONS_BYTES:
        raise _refused(_l("Caption files can be up to %(limit)s MB.", limit=CAPTIONS_BYTES // MIB))
    lines = _text(content).splitlines()
    is_vtt = bool(lines) and re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) is not None
    if not is_vtt and not _is_srt(lines):
        raise _refused(
            _l(
                "This file has no captions. Send a WebVTT file (.vtt), whose first line "
                "begins with WEBVTT, or a SubRip file (.srt)."
            )
        )
    cues = tuple(_cues(lines, start=1 if is_vtt else 0))
    if not cues:
        raise _refused(_l("These captions contain no timed text."))
    return Read(cues, was_srt=not is_vtt)


def stored_cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of stored captions, which may be longer than an upload may be."""
    return tuple(_cues(text.splitlines(), start=1))


def write_captions(cues: Sequence[Cue]) -> str:
    """Format the cues as WebVTT."""
    parts = ["WEBVTT\n"]
    for cue in cues:
        place = f" {cue.place}" if cue.place else ""
        parts.append(f"{_said(cue.start_ms)} --> {_said(cue.end_ms)}{place}\n{cue.text}\n")
    return "\n".join(parts)


def transcript_of(cues: Sequence[Cue]) -> list[Paragraph]:
    """Return a transcript; a pause, another speaker or its length ends a paragraph."""
    paragraphs: list[Paragraph] = []
    ended_ms = 0
    for cue in cues:
        named = _SPEAKER.search(cue.text)
        text = " ".join(unescape(_ANY_TAG.sub("", cue.text)).split())
        speaker = named[1].strip() if named else ""
        last = paragraphs[-1] if paragraphs else None
        if (
            last is None
            or speaker != last.speaker
            or cue.start_ms - ended_ms >= _PAUSE_MS
            or (len(last.text) > _PARAGRAPH_CHARACTERS and last.text.endswith((".", "?", "!", "…")))
        ):
            paragraphs.append(Paragraph(cue.start_ms, speaker, text))
        elif not last.text.endswith(text):  # some programs repeat a line in the next cue
            paragraphs[-1] = Paragraph(last.start_ms, speaker, f"{last.text} {text}")
        ended_ms = cue.end_ms
    return paragraphs


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        words = _l(
            "Line %(line)s is not in UTF-8. Save the captions in UTF-8 and send them again.",
            line=line,
        )
        raise _refused(words) from error
    if "\0" in text:
        raise _refused(_l("This is a different type of file, not a caption file."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_srt(lines: Sequence[str]) -> bool:
    """Return whether the lines begin as SRT: a number, then times with a comma."""
    first = [line.strip() for line in lines if line.strip()][:2]
    return len(first) == 2 and first[0].isdecimal() and bool(_TIMES.fullmatch(first[1]))  # noqa: PLR2004


def _cues(lines: Sequence[str], start: int) -> Iterator[Cue]:
    before_ms, count = 0, 0
    for number, block in _blocks(lines, start):
        at = next((at for at, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            if number == start + 1 or block[0].startswith(_LEFT_OUT):
                continue  # the header, and blocks that are no cues
            raise _refused_at(
                number, _l("times are missing; write them as 00:01.000 --> 00:04.000")
            )
        cue = _cue(number + at, block[at], block[at + 1 :], before_ms)
        count += 1
        if count > MAX_CUES:
            raise _refused(
                _l("A caption file can have at most %(limit)s captions.", limit=MAX_CUES)
            )
        before_ms = cue.start_ms
        if cue.text:
            yield cue


def _cue(number: int, times: str, text: Sequence[str], before_ms: int) -> Cue:
    found = _TIMES.fullmatch(times)
    if found is None:
        words = _l("times must be written as 00:01.000 --> 00:04.000")
        raise _refused_at(number, words)
    start_ms, end_ms = _ms(found.groups()[:4]), _ms(found.groups()[4:8])
    if end_ms <= start_ms:
        raise _refused_at(number, _l("this caption ends before it starts"))
    if start_ms < before_ms:
        raise _refused_at(number, _l("this caption starts before the one above it"))
    place = " ".join(part for part in (found[9] or "").split() if _PLACE.fullmatch(part))
    kept = "\n".join(said for line in text if (said := _kept(line)))  # a blank line ends a cue
    return Cue(start_ms, end_ms, kept, place)


def _blocks(lines: Sequence[str], start: int) -> Iterator[tuple[int, list[str]]]:
    """Yield blocks of lines without a gap, with the number of the first line."""
    block: list[str] = []
    for number, line in enumerate([*lines[start:], ""], start + 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _kept(line: str) -> str:
    """Return a line of text with WebVTT tags kept, and other markup escaped."""
    parts, place = [], 0
    for tag in _TAG.finditer(line):
        parts += [_plain(line[place : tag.start()]), tag[0]]
        place = tag.end()
    return "".join([*parts, _plain(line[place:])]).strip()


def _plain(text: str) -> str:
    text = _ANY_TAG.sub("", text)
    return text.replace("-->", "→").replace("<", "&lt;").replace(">", "&gt;")


def _ms(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _said(ms: int) -> str:
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"


def _refused(words: Words) -> Invalid:
    return Invalid({"captions": words})


def _refused_at(line: int, reason: Words) -> Invalid:
    return _refused(_l("Line %(line)s of the captions: %(reason)s.", line=line, reason=reason))
