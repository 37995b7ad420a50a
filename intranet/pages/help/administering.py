"""Help for administrators of an agency."""

from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def administering() -> HelpGroup:
    """Return the topics for administrators."""
    return HelpGroup(_("For administrators"), [_working_time(), _circulars(), _importing()])


def _working_time() -> Topic:
    return Topic(
        "working-time",
        "clock",
        _("Working time, holidays and duty rosters"),
        [
            _(
                "Under “Working time”, set when your agency works and whether "
                "notifications are paused outside those hours."
            ),
            _(
                "The calendar starts with the national and regional holidays. Add local "
                "holidays and working days, or copy another agency’s calendar."
            ),
            _(
                "Import a duty roster from a spreadsheet or a calendar (.ics). A shift "
                "replaces the usual hours on the days it covers. People on call keep "
                "their usual hours."
            ),
        ],
        [Link(_("Manage"), "/admin/")],
    )


def _circulars() -> Topic:
    return Topic(
        "circulars",
        "waypoints",
        _("Accept circulars from other agencies"),
        [
            _(
                "Under “Circulars”, let another agency, or one of its units, send "
                "announcements to your staff by function. For example, the provincial "
                "council can write to your secretary. Each post receives the announcement "
                "and confirms reading separately."
            ),
            _(
                "You can revoke an agency’s permission to send circulars at any time. "
                "Circulars already received can still be read, but no new ones will "
                "arrive."
            ),
        ],
        [Link(_("Manage"), "/admin")],
    )


def _importing() -> Topic:
    return Topic(
        "import",
        "upload",
        _("Import people and posts from a file"),
        [
            _(
                "Choose what the file contains and upload it as CSV, XLSX or ODS. The "
                "first row must contain the column names."
            ),
            _(
                "Check the result before anything changes. Rejected rows come first, and "
                "each row gives the reason."
            ),
            _(
                "Accept the suggested values, or download the rejected rows, correct them "
                "and upload the corrected file."
            ),
            _(
                "Apply the changes. You can leave the page and come back. Rows already "
                "applied will stay applied."
            ),
            _(
                "People with new accounts are not invited automatically. No e-mail is "
                "sent until you send the invitations."
            ),
        ],
        [Link(_("Import"), "/admin/import")],
        is_done_in_steps=True,
    )
