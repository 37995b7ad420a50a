"""What the clock does about working time."""

from datetime import datetime, timedelta

from intranet.organisation.worktime.operations import forget_past_duties

KEPT_FOR = timedelta(days=30)
"""After how long a duty that is over is deleted: nothing asks for it any more."""


def forget_duties(now: datetime) -> None:
    """Delete the duties that are long over."""
    forget_past_duties(now - KEPT_FOR)
