"""What has to be told when the process is asked to end, before its requests are finished."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

_told: list[Callable[[], object]] = []
_stopping = threading.Event()


def on_stop(tell: Callable[[], object]) -> None:
    """Have something told when the process is asked to end: for example, to open sockets."""
    if tell not in _told:
        _told.append(tell)


def stop() -> None:
    """Tell everybody, each once, whatever goes wrong with one."""
    if _stopping.is_set():
        return
    _stopping.set()
    for tell in _told:
        try:
            tell()
        except Exception:
            log.exception("on stopping")
