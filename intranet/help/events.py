"""Help for events: planning them, saying whether one comes, following a calendar."""

from intranet.core.i18n import _
from intranet.help.topics import Link, Topic


def events() -> Topic:
    """What is planned, and who comes."""
    return Topic(
        "events",
        "calendar",
        _("Plan events and say whether you come"),
        [
            _(
                "Under “Events” you find by day what you may read of, and under “I come” what you "
                "said yes or maybe to."
            ),
            _(
                "When all places are taken, a yes waits in line. Who gives a place up lets the "
                "first in line move up, and they are told."
            ),
            _(
                "Whoever planned an event moves or cancels it, or one of its days: who comes is "
                "told, and their calendars follow. Minutes and material are added afterwards."
            ),
            _(
                "Under “My calendar” you make an address that Outlook, Thunderbird and telephones "
                "follow."
            ),
        ],
        [Link(_("Events"), "/events"), Link(_("My calendar"), "/me/calendar")],
    )


def case_files() -> Topic:
    """Messages as a document."""
    return Topic(
        "case-files",
        "file-check",
        _("Take messages out for a case file"),
        [
            _(
                "In the menu of a conversation, “For a case file” makes a PDF of the messages that "
                "you choose, with names, posts, times, versions and files."
            ),
            _(
                "It has a code by which whoever holds a copy can check that nothing in it was "
                "changed. It is neither an official notification nor a signature."
            ),
        ],
        [Link(_("Messages"), "/messages")],
    )
