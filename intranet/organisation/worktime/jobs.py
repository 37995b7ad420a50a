"""Scheduled jobs of working time."""

from datetime import datetime, timedelta

from intranet.organisation.worktime.operations import forget_past_duties

KEPT_FOR = timedelta(days=30)
"""How long a duty is kept once it is over; nothing reads it any more."""


def forget_duties(now: datetime) -> None:
    """Delete duties that have been over for a while."""
    forget_past_duties(now - KEPT_FOR)
