"""The scheduler of background jobs, as commands start it."""

from flask import Flask

from intranet import schedule
from intranet.bootstrap.start import has_source_tree
from intranet.platform.core.jobs import Clockwork


def clockwork(app: Flask) -> Clockwork:
    """Return the scheduler of every job, after registering the demonstration's outbox task."""
    if has_source_tree():
        from tools.demo import looking  # noqa: F401 - registers the task
    return schedule.clockwork(app)
