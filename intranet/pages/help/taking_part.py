"""Help for ideas and polls: proposing and supporting, answering, asking and voting."""

from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def taking_part() -> HelpGroup:
    """Return the topics about ideas and polls."""
    return HelpGroup(
        _("Ideas and polls"), [_waiting(), _proposing(), _answering(), _asking(), _secret()]
    )


def _waiting() -> Topic:
    return Topic(
        "participate",
        "hand",
        _("See what is waiting for you"),
        [
            _(
                "“Participate” starts with the polls you can vote in and the questions "
                "for you. The latest questions, ideas, polls and events appear below."
            ),
            _(
                "An amber number in the navigation counts the items waiting for you. On "
                "the phone, Groups, Participate and Initiatives are under More."
            ),
        ],
        [Link(_("Participate"), "/participate")],
    )


def _proposing() -> Topic:
    return Topic(
        "ideas",
        "lightbulb",
        _("Propose an idea"),
        [
            _(
                "Choose an ideas box for your unit, your administration or a group. The "
                "box says which post will answer, and within how many working days."
            ),
            _(
                "Others can support your idea and discuss it. You are notified when its "
                "status changes and when it gets its official answer."
            ),
        ],
        [Link(_("Ideas"), "/ideas")],
    )


def _answering() -> Topic:
    return Topic(
        "ideas-boxes",
        "inbox",
        _("Open an ideas box and answer ideas"),
        [
            _(
                "The head of a unit, an administration or a group opens a box and chooses "
                "the post that answers. That post gives the official answer. It receives "
                "reminders three days before the deadline and when the deadline passes."
            ),
            _(
                "If the deadline passes without an answer, everyone who can read the idea "
                "will see that. Similar ideas can be merged. People who support both are "
                "counted once."
            ),
        ],
        [Link(_("Ideas boxes"), "/ideas/boxes")],
    )


def _asking() -> Topic:
    return Topic(
        "polls",
        "chart-bar",
        _("Open a poll"),
        [
            _(
                "Ask the people in a space to choose among options, or to say which dates "
                "suit them for a meeting. The list of voters is fixed when the poll "
                "opens, and you can check it first."
            ),
            _(
                "By default, a new poll is open to your unit and shows only totals. "
                "You can change both settings."
            ),
            _(
                "People who have not voted are reminded a day before the poll closes. In "
                "a poll with names, you can change your vote until it closes."
            ),
        ],
        [Link(_("Polls"), "/polls")],
    )


def _secret() -> Topic:
    return Topic(
        "totals-only",
        "lock",
        _("Polls that show totals only"),
        [
            _(
                "The system records that you voted, but your choice is not stored with "
                "that record. The totals of an open poll are masked in the database, and "
                "shown in steps of five votes."
            ),
            _(
                "With fewer than five votes there are no results. If everyone chooses the "
                "same option, their choice will be known. The people who run the server "
                "could observe a vote as it is cast. For elections required by law, use "
                "the legal procedure."
            ),
        ],
    )
