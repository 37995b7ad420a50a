"""Virus scanning: ClamAV checks every upload before it is kept.

Uploads are scanned if `INTRANET_CLAMAV` names the daemon. What cannot be scanned is then refused,
so that an absent scanner lets no virus in. The manual page `clamd(8)` describes the protocol.
"""

import logging
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final
from urllib.parse import urlsplit

from intranet.platform.core import operation
from intranet.platform.core.errors import Invalid, TooLarge, Unavailable, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings

log = logging.getLogger("intranet.security")

PORT: Final = 3310
CONNECT_SECONDS: Final = 5
SCAN_SECONDS: Final = 60
PART_BYTES: Final = 64 * 1024
ANSWER_BYTES: Final = 4096
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


class ScannerError(Exception):
    """The scanner does not answer, or its answer is no verdict."""


class StreamTooLongError(Exception):
    """The file is longer than the scanner accepts (`StreamMaxLength`)."""


def scan(stream: IO[bytes], field: str = "file") -> None:
    """Scan a stream, if there is a scanner; the stream is rewound.

    Args:
        field: the name under which a form has the file.

    Raises:
        Invalid: there is a virus in it.
        TooLarge: the scanner does not take a file of this length.
        Unavailable: the scanner does not answer.
    """
    if not (address := settings().clamav):
        return
    try:
        name = virus_in(stream, address)
    except StreamTooLongError as error:
        log.warning("a file is longer than ClamAV takes: raise its StreamMaxLength")
        raise TooLarge(
            _l("The virus scanner does not accept files of this size. Tell an administrator.")
        ) from error
    except (ScannerError, OSError) as error:
        log.error("ClamAV does not answer: %r", error)  # noqa: TRY400 - no traceback
        raise Unavailable(
            _l(
                "Files cannot be checked for viruses right now, so nothing was saved. Try "
                "again in a few minutes."
            )
        ) from error
    finally:
        stream.seek(0)
    if name:
        asking = operation.current()
        log.warning("virus refused: %s, sent by %s", name, asking and asking.person_id)
        raise Invalid({field: _infected(name)})


def virus_in(stream: IO[bytes], address: str) -> str:
    """Ask a scanner for the name of the virus in a stream; empty where there is none.

    Raises:
        StreamTooLongError: it is longer than the scanner takes.
        ScannerError, OSError: there is no verdict.
    """
    stream.seek(0)
    with _connected(address) as scanner:
        # A scanner may answer and hang up before the end; the answer is still there to be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            scanner.sendall(b"zINSTREAM\0")
            while part := stream.read(PART_BYTES):
                scanner.sendall(struct.pack(">I", len(part)) + part)
            scanner.sendall(struct.pack(">I", 0))
        answer = _answer(scanner)
    if answer == "stream: OK":
        return ""
    if found := _FOUND.fullmatch(answer):
        return found["name"]
    if "size limit exceeded" in answer:
        raise StreamTooLongError
    raise ScannerError(answer[:200])


def version_of(address: str) -> str:
    """Ask a scanner for its version and that of its signatures.

    Raises:
        ScannerError, OSError: it does not answer.
    """
    with _connected(address) as scanner:
        scanner.sendall(b"zVERSION\0")
        return _answer(scanner)


@contextmanager
def _connected(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as scanner:
            scanner.settimeout(CONNECT_SECONDS)
            scanner.connect(parts.path)
            scanner.settimeout(SCAN_SECONDS)
            yield scanner
        return
    where = (parts.hostname or "localhost", parts.port or PORT)
    with socket.create_connection(where, CONNECT_SECONDS) as scanner:
        scanner.settimeout(SCAN_SECONDS)
        yield scanner


def _answer(scanner: socket.socket) -> str:
    """Return the answer, up to the NUL that ends it."""
    said = b""
    while b"\0" not in said and len(said) < ANSWER_BYTES:
        part = scanner.recv(ANSWER_BYTES)
        if not part:
            break
        said += part
    if not said:
        raise ScannerError("no answer")
    return said.partition(b"\0")[0].decode(errors="replace").strip()


def _infected(name: str) -> Words:
    return _l(
        "The virus scanner found %(name)s in this file, so it was not saved. Tell your IT support.",
        name=name,
    )
