"""Scheduled jobs and outbox tasks of own data."""

from intranet.platform.core import clock
from intranet.records.own_data import operations


def forget_files() -> None:
    """Delete the files that were made a week ago."""
    operations.forget_files(clock.now())
