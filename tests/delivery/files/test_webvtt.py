"""Captions are read, looked through and written anew."""

import pytest

from intranet.delivery.files.webvtt import (
    Cue,
    read_captions,
    stored_cues,
    transcript_of,
    write_captions,
)
from intranet.platform.core.errors import Invalid

VTT = """WEBVTT - Permits
Kind: captions

STYLE
::cue { color: red }

NOTE made by hand

1
00:01.000 --> 00:04.000 line:80% align:start nonsense:1
<v Ana>Bos días.</v>

00:04.200 --> 00:07.000
<v Ana>A licenza <i>de obra</i> <script>alert(1)</script> & máis.

01:00:09.500 --> 01:00:12.000
<v Bieito>¿E nos menus 900 veciños?
"""


def test_captions_keep_times_places_and_text_and_nothing_that_could_run():
    read = read_captions(VTT.encode())

    assert not read.was_srt
    assert read.cues[0] == Cue(1000, 4000, "<v Ana>Bos días.</v>", "line:80% align:start")
    written = write_captions(read.cues)
    assert "<script" not in written
    assert "STYLE" not in written
    assert "01:00:09.500 --> 01:00:12.000" in written
    assert read_captions(written.encode()).cues == read.cues


def test_what_was_written_is_read_again_whatever_was_left_out_of_it_or_grew():
    emptied = b"WEBVTT\n\n00:01.000 --> 00:02.000\nBos\n<font>\nd\xc3\xadas\n"
    long = b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<" * 900_000 + b"\n"
    for content in (emptied, long):
        cues = read_captions(content).cues
        assert stored_cues(write_captions(cues)) == cues
    assert read_captions(emptied).cues[0].text == "Bos\ndías"


def test_subrip_becomes_webvtt():
    srt = "\ufeff1\r\n00:00:01,000 --> 00:00:04,000\r\n<font color=red>Kaixo</font>\r\n\r\n"

    read = read_captions(srt.encode())

    assert read.was_srt
    assert write_captions(read.cues) == "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nKaixo\n"


def test_a_transcript_has_a_paragraph_for_each_speaker_and_pause():
    told = [
        (part.clock, part.speaker, part.text)
        for part in transcript_of(read_captions(VTT.encode()).cues)
    ]

    assert told == [
        ("0:01", "Ana", "Bos días. A licenza de obra alert(1) & máis."),
        ("1:00:09", "Bieito", "¿E nos menus 900 veciños?"),
    ]


CUE = "00:01.000 --> 00:02.000\nHola\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "WEBVTT"),
        (b"Hola, this is a letter.\n", "WEBVTT"),
        (b"WEBVTTX\n\n" + CUE.encode(), "WEBVTT"),
        (b"\x7fELF\x02\x01\x01" + bytes(50), "a different type of file"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nContrataci\xf3n\n", "Line 4"),
        (b"WEBVTT\n\n", "contain no timed text"),
        (b"WEBVTT\n\n" + CUE.encode() + b"\nHola\n", "Line 6"),
        (b"WEBVTT\n\n00:01 --> 00:02\nHola\n", "Line 3"),
        (b"WEBVTT\n\n00:99.000 --> 01:00.000\nHola\n", "Line 3"),
        (b"WEBVTT\n\n1\n00:02.000 --> 00:01.000\nHola\n", "Line 4"),
        (b"WEBVTT\n\n00:05.000 --> 00:06.000\nHola\n\n" + CUE.encode(), "Line 6"),
        (b"WEBVTT\n\n" + b"x" * (1024 * 1024), "1 MB"),
        (b"WEBVTT\n\n" + f"{CUE}\n".encode() * 10_001, "10000"),
    ],
)
def test_what_are_no_captions_is_refused_with_the_line(content, said):
    with pytest.raises(Invalid) as refused:
        read_captions(content)

    assert said in str(refused.value.errors["captions"])
