"""RFC 6455 as the server reads it."""

import struct

import pytest

from intranet.delivery.realtime.frames import (
    NOT_UTF8,
    PROTOCOL_ERROR,
    TOO_BIG,
    FrameError,
    FrameReader,
    accept_key,
    frame,
    unmask,
)

MASK = b"\x01\x02\x03\x04"


def masked(payload, opcode=1, *, final=True, first=None):
    head = bytes([first if first is not None else (0x80 if final else 0) | opcode])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += bytes([0x80 | 126]) + struct.pack("!H", size)
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", size)
    return head + MASK + unmask(payload, MASK)


def reader(data, limit=100_000, chunk=3):
    left = memoryview(data)
    answers: list[bytes] = []

    def receive(_size):
        nonlocal left
        part, left = left[:chunk], left[chunk:]
        return bytes(part)

    return FrameReader(receive, answers.append, lambda _size: None, limit), answers


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 99_999])
def test_messages_of_every_length_are_read(size):
    text = ("ñ" * size)[: size // 2] if size > 1 else "a" * size

    read, _ = reader(masked(text.encode()) + masked(b"end"), chunk=1_000)

    assert read.message() == text
    assert read.message() == "end"
    assert read.message() is None


def test_fragments_are_joined_and_pings_between_them_answered():
    data = masked(b"a\xc3", final=False) + masked(b"hi", 9) + masked(b"\xb1b", 0)

    read, answers = reader(data)

    assert read.message() == "a\u00f1b"
    assert answers == [frame(b"hi", 10)]


def test_binary_comes_as_bytes_and_a_close_is_the_end():
    read, _ = reader(masked(b"\x00\xff", 2) + masked(b"\x03\xe8", 8) + masked(b"late"))

    assert read.message() == b"\x00\xff"
    assert read.message() is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(b"not masked"), PROTOCOL_ERROR),
        (masked(b"a", first=0xC1), PROTOCOL_ERROR),
        (masked(b"a", 3), PROTOCOL_ERROR),
        (masked(b"a", 11), PROTOCOL_ERROR),
        (masked(b"a", 0), PROTOCOL_ERROR),
        (masked(b"a", final=False) + masked(b"b", 1), PROTOCOL_ERROR),
        (masked(b"a" * 126, 9), PROTOCOL_ERROR),
        (masked(b"a", 9, final=False), PROTOCOL_ERROR),
        (masked(b"\xff\xfe"), NOT_UTF8),
        (masked(b"\xed\xa0\x80"), NOT_UTF8),
        (masked(b"a" * 101), TOO_BIG),
        (masked(b"a" * 60, final=False) + masked(b"a" * 60, 0), TOO_BIG),
        (b"\x81\xff" + b"\xff" * 8, TOO_BIG),
    ],
)
def test_what_breaks_the_protocol_is_refused_with_its_code(data, code):
    read, _ = reader(data, limit=100, chunk=50)

    with pytest.raises(FrameError) as refused:
        read.message()
    assert refused.value.code == code


def test_a_stream_that_breaks_off_is_an_end():
    whole = masked(b"a" * 200)
    for size in range(len(whole)):
        assert reader(whole[:size])[0].message() is None


def test_the_key_is_answered_as_the_standard_says():
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize("key", ["", "x", "AAAA", "ñ", "dGhlIHNhbXBsZSBub25jZQ==\n", "=" * 24])
def test_a_key_that_is_none_is_refused(key):
    assert accept_key(key) is None
