"""Pictures are decoded apart: their memory goes with a process, and so does what breaks it."""

import io
import os
import signal
import struct
import tempfile
import threading
import time
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from intranet.delivery.files.pictures import FOLDERS, cleaned_picture, discard_left
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Unavailable
from tests.delivery.files.test_pictures import chunk
from tests.delivery.realtime.clients import PATIENCE
from tests.memory import memory_bytes

HERE = Path("/proc/self")
PROGRAM = b"intranet.delivery.files.decoding"
MIB = 1 << 20


def deep_png(side):
    """A PNG of 16 bits a colour that is small as long as nobody decodes it."""
    header = struct.pack(">IIBBBBB", side, side, 16, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side * 6)) for _ in range(side)) + packer.flush()
    ends = chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + ends


def clean(content, media_type="image/png"):
    with cleaned_picture(io.BytesIO(content), media_type) as picture:
        return picture.width, picture.height, picture.thumbnail.read()


def decoding_process():
    """The process that decodes for us now, waited for."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for task in (HERE / "task").iterdir():
            for child in (task / "children").read_text().split():
                line = Path(f"/proc/{child}/cmdline")
                if line.exists() and PROGRAM in line.read_bytes():
                    return int(child)
        time.sleep(0.002)
    raise AssertionError("nothing was decoded")


@pytest.mark.slow
def test_the_memory_of_a_picture_is_never_that_of_the_site():
    content = deep_png(4000)
    (HERE / "clear_refs").write_text("5")  # the peak begins anew
    before = memory_bytes()

    assert clean(content)[:2] == (4000, 4000)

    assert memory_bytes("VmHWM") - before < 24 * MIB  # decoded, it is 61


@pytest.mark.slow
def test_a_decoder_that_is_killed_is_a_sentence_and_the_next_picture_works(pictures):
    answers = []

    def send():
        try:
            answers.append(clean(deep_png(6000)))
        except Invalid as refused:
            answers.append(str(refused.errors["file"]))

    sending = threading.Thread(target=send)
    sending.start()
    os.kill(decoding_process(), signal.SIGKILL)
    sending.join(30)

    (answer,) = answers
    assert "takes too much time or memory to process" in answer
    assert clean(pictures.picture())[:2] == (40, 30)


def test_a_decoder_that_cannot_begin_does_not_accuse_the_picture(pictures, monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/nowhere")

    with pytest.raises(Unavailable):
        clean(pictures.picture())


def test_what_a_picture_will_take_is_reckoned_from_its_header():
    """A JPEG in several scans is kept whole besides, so it may have fewer pixels."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (11, 93, 102)).save(out, "JPEG", progressive=True)
    sent = bytearray(out.getvalue())
    place = sent.index(b"\xff\xc2")
    sent[place + 5 : place + 9] = struct.pack(">HH", 6300, 6300)

    with pytest.raises(Invalid) as answer:
        clean(bytes(sent), "image/jpeg")

    assert "38 million" in str(answer.value.errors["file"])


def test_what_a_killed_process_left_is_removed_the_day_after(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, new = (Path(tempfile.mkdtemp(prefix=FOLDERS)) for _ in range(2))
    (left / "sent").write_bytes(b"A photo.")
    (tmp_path / f"{FOLDERS}link").symlink_to(tmp_path)
    os.utime(left, (time.time() - 90_000,) * 2)

    with clock.freeze(clock.now() + timedelta(days=3)):  # another's picture is not older for it
        discard_left(timedelta(days=1))

    assert not left.exists()
    assert new.exists()
