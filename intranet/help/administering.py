"""Help for who administers an agency."""

from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def administering() -> Group:
    """What only administrators are asked to do."""
    return Group(_("For administrators"), [_working_time(), _circulars(), _importing()])


def _working_time() -> Topic:
    return Topic(
        "working-time",
        "clock",
        _("Working time, holidays and duty rosters"),
        [
            _(
                "Under “Working time” you say when your agency works, and whether it is quiet "
                "outside that."
            ),
            _(
                "The calendar begins with the holidays of the State and of your region. Add the "
                "local ones, say on which you work, or take over the calendar of another agency."
            ),
            _(
                "A duty roster comes from a spreadsheet or a calendar (.ics). A shift takes the "
                "place of the usual hours on the days that it touches; who is on call keeps them."
            ),
        ],
        [Link(_("Manage"), "/admin/")],
    )


def _circulars() -> Topic:
    return Topic(
        "circulars",
        "waypoints",
        _("Take circulars of other administrations"),
        [
            _(
                "Under “Circulars” you let a unit or all of another administration announce to "
                "your people who do a certain job, such as the council to your secretary. Each "
                "post gets it and confirms for itself."
            ),
            _("You can revoke it at any time: what arrived stays readable, nothing new arrives."),
        ],
        [Link(_("Manage"), "/admin")],
    )


def _importing() -> Topic:
    return Topic(
        "import",
        "upload",
        _("Import people and posts from a file"),
        [
            _("Choose what the file holds and send it: CSV, XLSX or ODS, with the columns named."),
            _("Look at what would happen: rejected lines first, with their reasons."),
            _(
                "Take the value that is offered, or download the rejected lines, mend them and "
                "send that file too."
            ),
            _("Apply. You can leave the page and come back; what is applied stays."),
            _(
                "Accounts that are made wait for an invitation. Nothing is sent until you invite "
                "somebody."
            ),
        ],
        [Link(_("Import"), "/admin/import")],
        is_done_in_steps=True,
    )
