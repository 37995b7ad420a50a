"""Traces and error reports of a process that serves or does jobs, where they are set."""

from collections.abc import Callable
from contextlib import ExitStack

from flask import Flask

from intranet.config import Settings
from intranet.platform.core.version import version
from intranet.trace_settings import is_traced


def watch(app: Flask, settings: Settings) -> Callable[[], None]:
    """Trace the application and report its errors, if set; return what ends it. Not before a fork.

    Raises:
        BadSettingError: the collector's address cannot be one.
    """
    ends = ExitStack()
    if is_traced():
        from intranet.platform.core import tracing

        ends.callback(tracing.start(app, version()).stop)
    if settings.sentry_dsn:
        from intranet.platform.core import error_reports

        error_reports.start(settings, version())
        ends.callback(error_reports.stop)
    return ends.close
