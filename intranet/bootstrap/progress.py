"""Show progress: one line that is redrawn on a terminal, a few lines elsewhere."""

import sys
import threading
import time
from types import TracebackType
from typing import Self, TextIO

TICK_SECONDS = 0.2
BAR_CHARACTERS = 24


class Progress:
    """Shows a stage and its duration; `with Progress() as progress:`.

    On a terminal it redraws one line; elsewhere it prints a line for each stage and each quarter.
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
        """Begin another stage."""
        self._stage, self._share, self._quarter = text, 0.0, 0
        if self._live:
            self._draw()
        else:
            self._say(f"{text} …")

    def done(self, share: float) -> None:
        """Set how much of the stage is done, from 0 to 1."""
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
        filled = int(self._share * BAR_CHARACTERS)
        bar = "━" * filled + "┄" * (BAR_CHARACTERS - filled)
        with self._drawing:
            if not self._over.is_set():
                self._stream.write(f"\r\x1b[K{bar} {self._stage}  {self._seconds()} s")
                self._stream.flush()

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def _seconds(self) -> int:
        return round(time.monotonic() - self._began)
