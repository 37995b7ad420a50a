"""Errors of the public site: an item was removed, or its agency is pausing."""

from collections.abc import Mapping
from datetime import date, datetime

from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.errors import Problem
from intranet.platform.core.i18n import _l


class Gone(Problem):
    """The item was public and is no longer."""

    status = 410
    title = _l("This page has been withdrawn")
    words = _l("This page used to be public. Its publisher has removed it from the public site.")


class Paused(Problem):
    """The agency shows nothing between two days."""

    status = 503
    title = _l("This page is paused")
    words = _l("The law restricts what public administrations can publish before elections.")

    def __init__(self, agency: Agency, until: date) -> None:
        """Store the pausing agency and the last day of the pause."""
        super().__init__()
        self.agency = agency
        self.until = until

    @property
    def ends_at(self) -> datetime:
        """The instant at which the pause ends."""
        return clock.end_of(self.until, self.agency.time_zone)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the response: `Retry-After`."""
        seconds = (self.ends_at - clock.now()).total_seconds()
        return {"Retry-After": str(max(60, int(seconds)))}
