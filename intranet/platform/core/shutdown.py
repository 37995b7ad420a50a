"""Callbacks for when the process is asked to end, before its requests are finished."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

_told: list[Callable[[], object]] = []
_stopping = threading.Event()


def on_stop(tell: Callable[[], object]) -> None:
    """Register a callback for when the process is asked to end, such as closing sockets."""
    if tell not in _told:
        _told.append(tell)


def stop() -> None:
    """Run the callbacks once; an exception in one does not stop the others."""
    if _stopping.is_set():
        return
    _stopping.set()
    for tell in _told:
        try:
            tell()
        except Exception:
            log.exception("on stopping")
