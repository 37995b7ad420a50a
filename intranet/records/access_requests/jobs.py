"""Scheduled jobs of requests for access, and the making of packages in the background."""

from intranet.platform.core import clock
from intranet.records.access_requests.operations.exporting import forget_packages, make_package
from intranet.records.access_requests.operations.telling import tell_due

__all__ = ["forget_old", "make_package", "tell_due"]


def forget_old() -> None:
    """Delete the packages that were kept long enough."""
    forget_packages(clock.now())
