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
                "What is announced to you stands under “Announcements”: first what you are asked "
                "to confirm, then what is kept on top, then the rest, the newest first."
            ),
            _(
                "“I have read it” writes down your name, your post, the time and the version. It "
                "is no signature and no official notification. That you opened it is not recorded."
            ),
            _(
                "You read it in your language where there is a version; otherwise in another one, "
                "and that is said. What has ended is found under “Over” and by searching."
            ),
        ],
        [Link(_("Announcements"), "/publications")],
    )


def _writing() -> Topic:
    return Topic(
        "announcing",
        "square-pen",
        _("Announce something to your people"),
        [
            _(
                "Heads announce to their unit and all below it, and so do those whom they name "
                "under “People”. Communication announces to the agency, where its "
                "administrator says so in the post."
            ),
            _(
                "Write it as it will look. Type / for a table or a picture and @ for a person; "
                "paste from Word. Alt+F10 leads to the toolbar. It is saved automatically, with "
                "up to %(count)s files and several languages.",
                count=FILES_LIMIT,
            ),
            _(
                "Choose who will see it. The number, the units and the list are those to whom it "
                "will go."
            ),
            _("Choose the time, whether it is to be confirmed, until when it counts."),
            _("Review it and send it. Once it is out, its audience is fixed."),
        ],
        [Link(_("Announcements"), "/publications")],
        is_done_in_steps=True,
    )


def _counting() -> Topic:
    return Topic(
        "report",
        "clipboard-list",
        _("Know who has read it"),
        [
            _(
                "The report stands on the announcement, under “Who has confirmed”: for who speaks "
                "for its post all of it, for heads their own people. It counts those to whom it "
                "was sent, in the unit of that day; who joins later is counted apart."
            ),
            _(
                "All who are missing are reminded by themselves at 9:00 on the last working day "
                "before the date and on the first one after it. You can remind some yourself, "
                "each once in twenty hours."
            ),
            _(
                "The main button reminds all people in the filtered list, on every page of it. "
                "Tick names to remind only these. The people who send an announcement do not "
                "confirm it and are not counted."
            ),
            _(
                "“Export proof” makes a PDF with each version, the audience and who confirmed "
                "when and how, with a code by which whoever holds it can check it. It is neither "
                "an official notification nor a signature."
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
                "In the report, “Without a mailbox” prints a sheet with the text, a code to scan "
                "and the names to tick. Who ticked it you then write down in the report; that is "
                "marked as confirmed on paper, and you can take it back for a day."
            ),
            _(
                "On the same page you print a one-time code for each, and hand over a screen: it "
                "shows that announcement, takes staff number and code, and nothing else."
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
                "A correction says what was corrected. Readers get the new text, and find the old "
                "one in the history. You can ask those who confirmed to confirm again."
            ),
            _(
                "What is withdrawn is no longer read nor found. Its readers see that it was "
                "withdrawn, and why."
            ),
            _(
                "What was scheduled does not go out when who scheduled it no longer speaks for "
                "the post. It is held back, and marked so in the list of who writes there."
            ),
        ],
        [Link(_("Announcements"), "/publications")],
    )
