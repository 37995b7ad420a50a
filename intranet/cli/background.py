"""The scheduler of background jobs, as commands start it."""

from flask import Flask

from intranet import schedule
from intranet.platform.core.jobs import Clockwork
from tools.demo import looking  # noqa: F401 - registers its kind of outbox task


def clockwork(app: Flask) -> Clockwork:
    """Return the scheduler of every job."""
    return schedule.clockwork(app)
