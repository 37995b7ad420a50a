"""The scheduler of background jobs, as commands start it."""

from flask import Flask

from intranet import schedule
from intranet.demo import looking  # noqa: F401 - registers its kind of outbox task
from intranet.platform.core.jobs import Clockwork


def clockwork(app: Flask) -> Clockwork:
    """Return the scheduler of every job."""
    return schedule.clockwork(app)
