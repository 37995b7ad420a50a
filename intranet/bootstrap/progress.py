"""One line that moves while something takes its time, or a few lines where nobody watches."""

import sys
import threading
import time
from types import TracebackType
from typing import Self, TextIO

TICK_SECONDS = 0.2
BAR = 24


class Progress:
    """Shows what is being done and for how long; `with Progress("Fetching") as progress:`.

    On a terminal it is one line that is redrawn; elsewhere a line for each stage and for each
    quarter of it.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._began = time.monotonic()
        self._stage = ""
        self._share = 0.0
        self._quarter = 0
        self._drawing = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        if self._live:
            threading.Thread(target=self._tick, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._live:
            with self._drawing:
                self._stream.write("\r\x1b[K")
                self._stream.flush()
        if kind is None:
            self._say(f"Ready after {self._seconds()} s.")

    def stage(self, text: str) -> None:
        """Begin another part of the work."""
        self._stage, self._share, self._quarter = text, 0.0, 0
        if self._live:
            self._draw()
        else:
            self._say(f"{text} …")

    def done(self, share: float) -> None:
        """Say how much of this part is done, from 0 to 1."""
        self._share = min(share, 1.0)
        if self._live:
            self._draw()
        elif int(self._share * 4) > self._quarter:
            self._quarter = int(self._share * 4)
            self._say(f"  {self._quarter * 25} % after {self._seconds()} s")

    def _tick(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            self._draw()

    def _draw(self) -> None:
        filled = int(self._share * BAR)
        bar = "━" * filled + "┄" * (BAR - filled)
        with self._drawing:
            if not self._over.is_set():
                self._stream.write(f"\r\x1b[K{bar} {self._stage}  {self._seconds()} s")
                self._stream.flush()

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def _seconds(self) -> int:
        return round(time.monotonic() - self._began)
