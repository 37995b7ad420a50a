"""A scanner that speaks clamd's protocol and knows one virus, which every scanner knows: EICAR."""

import socketserver
import struct
import threading
from contextlib import contextmanager
from pathlib import Path

# In two parts, so that no scanner takes this file for the virus.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
MIB = 1 << 20


class State:
    """What a scanner was shown, and how it behaves."""

    def __init__(self):
        self.scanned: list[bytes] = []
        self.says: bytes | None = None
        self.most_bytes = 8 * MIB
        self.address = ""


class Conversation(socketserver.StreamRequestHandler):
    """One command, as a client of clamd begins it with `z`."""

    server: "OverUnix | OverTcp"

    def handle(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.3/27800/Mon Nov 30 08:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._verdict() + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _verdict(self):
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > self.server.most_bytes:
                return b"INSTREAM size limit exceeded. ERROR"
        self.server.scanned.append(content)
        if self.server.says is not None:
            return self.server.says
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"


class OverUnix(State, socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path):
        State.__init__(self)
        socketserver.ThreadingUnixStreamServer.__init__(self, path, Conversation)
        self.address = f"unix:{path}"


class OverTcp(State, socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        State.__init__(self)
        socketserver.ThreadingTCPServer.__init__(self, ("127.0.0.1", 0), Conversation)
        self.address = f"tcp://127.0.0.1:{self.socket.getsockname()[1]}"


@contextmanager
def scanner(folder: Path, *, tcp: bool = False):
    """A scanner that listens; `.address` is for the settings, `.scanned` what it was shown."""
    made = OverTcp() if tcp else OverUnix(str(folder / "clamd.ctl"))
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        thread.join()
        made.server_close()
