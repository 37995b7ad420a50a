"""The report as a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from intranet.platform.core.i18n import _
from intranet.platform.core.pdf import stamp
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row
from intranet.publishing.announcements import listing
from intranet.publishing.announcements.access import AnnouncementScope
from intranet.publishing.announcements.delivery_states import delivery_words
from intranet.publishing.announcements.labels import factor_words, way_words
from intranet.publishing.announcements.listing import ConfirmationEntry

BATCH_SIZE = 1_000


def spreadsheet(scope: AnnouncementScope, language: str, now: datetime) -> Iterator[str]:
    """Yield the rows: the recipients by name, then the people who joined later."""
    yield BEGINNING + spreadsheet_row(
        (
            *(_("Name"), _("Post"), _("Unit"), _("Administration"), _("State")),
            *(_("Confirmed"), _("Version"), _("Method"), _("Sign-in factor"), _("Recorded by")),
            _("Included in the count"),
        )
    )
    yield from _lines(scope, listing.sent_to(scope, language), _("yes"))
    is_counted = (
        _("yes") if scope.publication.announcement.counts_newcomers else _("no, joined later")
    )
    yield from _lines(scope, listing.came_later(scope, language, now), is_counted)


def _lines(
    scope: AnnouncementScope, entries: list[ConfirmationEntry], is_counted: str
) -> Iterator[str]:
    zone = ZoneInfo(scope.publication.agency.time_zone)
    for start in range(0, len(entries), BATCH_SIZE):
        some = entries[start : start + BATCH_SIZE]
        told = delivery_words(scope.publication.id, [entry.person_id for entry in some])
        for entry in some:
            state, words = told.get(entry.person_id, ("", ""))
            yield spreadsheet_row(
                (
                    *(entry.name, entry.post, entry.unit, entry.agency),
                    _state(scope, entry, words if state == "bad" else ""),
                    stamp(entry.confirmed_at, zone),
                    str(entry.version or ""),
                    way_words().get(entry.way, ""),
                    factor_words().get(entry.factor, ""),
                    entry.recorded_by,
                    is_counted,
                )
            )


def _state(scope: AnnouncementScope, entry: ConfirmationEntry, undelivered: str) -> str:
    if entry.version >= scope.publication.announcement.confirmed_version:
        return _("confirmed")
    if entry.version:
        return _("confirmed an earlier version")
    return undelivered or _("not confirmed")
