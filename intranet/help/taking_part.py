"""Help for ideas and polls: proposing and supporting, answering, asking and voting."""

from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def taking_part() -> Group:
    """What somebody needs who proposes, answers, asks or votes."""
    return Group(
        _("Ideas and polls"), [_waiting(), _proposing(), _answering(), _asking(), _secret()]
    )


def _waiting() -> Topic:
    return Topic(
        "participate",
        "hand",
        _("See what waits for you"),
        [
            _(
                "Participate begins with the polls you can vote in and the questions for you."
                " Below are the latest questions, ideas, polls and events."
            ),
            _(
                "An amber number in the navigation says how much waits there. On the phone,"
                " Groups, Participate and Initiatives are under More."
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
                "Choose an ideas box of your unit, your administration or a group. The box says"
                " which post answers, and in how many working days."
            ),
            _(
                "Others can support your idea and discuss it. You are told when its status"
                " changes and when it has its official answer."
            ),
        ],
        [Link(_("Ideas"), "/ideas")],
    )


def _answering() -> Topic:
    return Topic(
        "ideas-boxes",
        "inbox",
        _("Open an ideas box, and answer in it"),
        [
            _(
                "Who leads a unit, an administration or a group opens a box and chooses the post"
                " that answers. Whoever speaks for that post gives the official answer, and is"
                " reminded three days before the term ends and when it has."
            ),
            _(
                "When the term passes without an answer, everybody who reads the idea sees that."
                " Ideas that say the same can be joined: who supports both counts once."
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
                "Ask the people of a place to choose one or several things, or which days suit"
                " them for a meeting. Who is asked is fixed when the poll opens, and shown to you"
                " before."
            ),
            _("A poll begins with your unit and by totals only. You can choose otherwise."),
            _(
                "Who has not voted is reminded a day before it closes. With names you can change"
                " your vote until then."
            ),
        ],
        [Link(_("Polls"), "/polls")],
    )


def _secret() -> Topic:
    return Topic(
        "totals-only",
        "lock",
        _("What is known of a vote by totals only"),
        [
            _(
                "That you have voted is kept, what you chose is not stored with it. The totals of"
                " an open poll are masked in the database, and shown in steps of five votes."
            ),
            _(
                "If fewer than five vote there are no results. If all chose the same, everybody"
                " knows what they chose. Who runs the server could watch it at work: for an"
                " election by law use what the law provides."
            ),
        ],
    )
