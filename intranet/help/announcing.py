"""Help for announcements: reading and confirming them, and for heads writing them."""

from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic
from intranet.publications.operations.attaching import FILES_LIMIT


def announcing() -> Group:
    """What somebody needs who is told something, or tells it to others."""
    return Group(
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
                "You read an announcement in your language if there is a version in it. "
                "If not, the page says which language you are reading. Past announcements "
                "are on their own tab, and search finds them."
            ),
        ],
        [Link(_("Announcements"), "/publications")],
    )


def _writing() -> Topic:
    return Topic(
        "announcing",
        "square-pen",
        _("Send an announcement to your people"),
        [
            _(
                "Heads, and the people they name under “People”, can send announcements "
                "to their unit and all units below it. Posts that publish for the agency "
                "can send them to the whole agency."
            ),
            _(
                "Write the announcement as it will look. Type / for a table or a picture "
                "and @ for a person, or paste from Word. Alt+F10 moves to the toolbar. "
                "Your text is saved automatically. You can add up to %(count)s files and "
                "several languages.",
                count=FILES_LIMIT,
            ),
            _(
                "Choose who will see it. The page shows the number of readers, their units "
                "and their names."
            ),
            _(
                "Choose when to send the announcement, whether reading must be confirmed, "
                "and how long it is valid."
            ),
            _("Review the announcement and send it. Once it is sent, its audience cannot change."),
        ],
        [Link(_("Announcements"), "/publications")],
        is_done_in_steps=True,
    )


def _counting() -> Topic:
    return Topic(
        "report",
        "clipboard-list",
        _("See who has read it"),
        [
            _(
                "The announcement has a report of confirmations. Its authors see all of "
                "it, and heads see their own people. It counts everyone the announcement "
                "was sent to, by their unit on that day. People who join later are "
                "counted separately."
            ),
            _(
                "People who have not confirmed get reminders at 9:00 on two days: the "
                "last working day before the deadline and the first working day after it. "
                "You can also remind people yourself, each at most once every 20 hours."
            ),
            _(
                "The main button reminds everyone in the filtered list, on all its "
                "pages. Tick names to remind only those people. The senders of an "
                "announcement do not confirm it and are not counted."
            ),
            _(
                "“Export proof” makes a PDF with each version, the audience and every "
                "confirmation: who, when and how. It carries a code with which anyone can check "
                "it. It is neither an official notification nor a signature."
            ),
        ],
        [Link(_("Announcements"), "/publications?view=own")],
    )


def _without_mailbox() -> Topic:
    return Topic(
        "without-mailbox",
        "printer",
        _("Confirm without a mailbox"),
        [
            _(
                "In the report, “Without a mailbox” prints a sheet with the text, a code "
                "to scan and names to tick. Then record the ticked names in the report. "
                "They count as confirmed on paper, and you can undo each record for a "
                "day."
            ),
            _(
                "On the same page, print a one-time code for each person and set up a "
                "shared screen. The screen shows only that announcement and asks for a "
                "staff number and a code."
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
                "Say what you corrected. Readers get the new text, and the old text stays "
                "in the history. You can ask people who have already confirmed to confirm "
                "again."
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
