"""Help for announcements: reading and confirming them, and for heads writing them."""

from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _
from intranet.publishing.publications.operations.attaching import FILES_LIMIT


def announcing() -> HelpGroup:
    """Return the topics about announcements."""
    return HelpGroup(
        _("Announcements"), [_reading(), _writing(), _counting(), _without_mailbox(), _correcting()]
    )


def _reading() -> Topic:
    return Topic(
        "announcements",
        "megaphone",
        _("Read and confirm announcements"),
        [
            _(
                "Find your announcements under “Announcements”. Required reading comes "
                "first, then pinned announcements, then the rest, newest first."
            ),
            _(
                "When you confirm reading, your name, post, the time and the version are "
                "recorded. This is not a signature or an official notification. Opening an "
                "announcement is not recorded."
            ),
            _(
                "Announcements appear in your language if there is a version in that "
                "language. If not, the page says which language you are reading. Past "
                "announcements are on their own tab, and search finds them."
            ),
        ],
        [Link(_("Announcements"), "/publications")],
    )


def _writing() -> Topic:
    return Topic(
        "announcing",
        "square-pen",
        _("Send an announcement to your staff"),
        [
            _(
                "Heads, and the people they authorise under “People”, can send "
                "announcements to their unit and all units below it. Posts that publish "
                "for the agency can send them to the whole agency."
            ),
            _(
                "Write the announcement as you want it to appear. Type / for a table or a "
                "picture and @ for a person, or paste from Word. Alt+F10 moves to the "
                "toolbar. Your text is saved automatically. You can add up to %(count)s "
                "files and several languages.",
                count=FILES_LIMIT,
            ),
            _(
                "Choose who will see the announcement. The page shows the number of "
                "readers, their units and their names."
            ),
            _(
                "Choose when to send the announcement, whether reading must be confirmed, "
                "and how long it is valid."
            ),
            _(
                "Review the announcement and send it. Once it has been sent, its "
                "audience cannot be changed."
            ),
        ],
        [Link(_("Announcements"), "/publications")],
        is_done_in_steps=True,
    )


def _counting() -> Topic:
    return Topic(
        "report",
        "clipboard-list",
        _("See who has read an announcement"),
        [
            _(
                "Each announcement has a confirmation report. The authors see the whole "
                "report, and heads see only their own staff. The report counts everyone "
                "the announcement was sent to, by their unit on that day. People who join "
                "later are counted separately."
            ),
            _(
                "People who have not confirmed get two reminders, at 9:00. The first "
                "comes on the last working day before the deadline. The second comes on "
                "the first working day after it. You can also send reminders yourself, at "
                "most one to each person every 20 hours."
            ),
            _(
                "The main button reminds everyone in the filtered list, on all its "
                "pages. Tick names to remind only those people. The senders of an "
                "announcement do not confirm it and are not counted."
            ),
            _(
                "“Export proof” makes a PDF with each version, the audience, and the "
                "name, time and method of every confirmation. The PDF carries a code that "
                "anyone can use to check it. It is neither an official notification nor a "
                "signature."
            ),
        ],
        [Link(_("Announcements"), "/publications?view=own")],
    )


def _without_mailbox() -> Topic:
    return Topic(
        "without-mailbox",
        "printer",
        _("Confirm reading without a mailbox"),
        [
            _(
                "In the report, “Without a mailbox” prints a sheet with the text, a code "
                "to scan and names to tick. Then record the ticked names in the report. "
                "They count as confirmed on paper, and you can undo each record for a "
                "day."
            ),
            _(
                "On the same page, you can also print a one-time code for each person and "
                "set up a shared screen. The screen shows only the announcement and asks "
                "for a staff number and a code."
            ),
        ],
        [Link(_("Announcements"), "/publications?view=own")],
    )


def _correcting() -> Topic:
    return Topic(
        "correcting",
        "history",
        _("Correct or withdraw an announcement"),
        [
            _(
                "State what you have corrected. Readers will see the new text, and the "
                "old text will stay in the history. You can ask people who have already "
                "confirmed to confirm again."
            ),
            _(
                "A withdrawn announcement can no longer be read or found. Its readers see "
                "that it was withdrawn, and why."
            ),
            _(
                "A scheduled announcement is held back if its author no longer acts for "
                "the post. It is then marked in the list of drafts."
            ),
        ],
        [Link(_("Announcements"), "/publications")],
    )
