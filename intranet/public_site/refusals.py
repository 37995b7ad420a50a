"""Why something is not on the open web: it was taken back, or its agency pauses."""

from collections.abc import Mapping
from datetime import date, datetime

from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.errors import Problem
from intranet.platform.core.i18n import _l


class Gone(Problem):
    """It was shown and is no more, for good as far as anybody knows."""

    status = 410
    title = _l("This page has been withdrawn")
    words = _l("This page used to be public. Its publisher has removed it from the public site.")


class Paused(Problem):
    """Its agency shows nothing between two days."""

    status = 503
    title = _l("This page is paused")
    words = _l("The law restricts what public administrations can publish before elections.")

    def __init__(self, agency: Agency, until: date) -> None:
        """Take whose pause it is, and its last day."""
        super().__init__()
        self.agency = agency
        self.until = until

    @property
    def ends_at(self) -> datetime:
        """The instant from which everything is shown again."""
        return clock.end_of(self.until, self.agency.time_zone)

    @property
    def headers(self) -> Mapping[str, str]:
        """When to come back."""
        seconds = (self.ends_at - clock.now()).total_seconds()
        return {"Retry-After": str(max(60, int(seconds)))}
