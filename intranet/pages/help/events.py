"""Help for events: planning them, replying, following a calendar."""

from intranet.pages.help.topics import Link, Topic
from intranet.platform.core.i18n import _


def events() -> Topic:
    """Return the topics about events."""
    return Topic(
        "events",
        "calendar",
        _("Create events and say whether you are going"),
        [
            _(
                "“Events” lists, by day, the events you can see. A separate list shows "
                "the events to which you have answered yes or maybe."
            ),
            _(
                "When an event is full, answering yes puts you on a waiting list. If "
                "someone gives up a place, the first person on the list gets it and is "
                "notified."
            ),
            _(
                "The organiser can move or cancel an event, or one of its days. "
                "Participants are notified and their calendars are updated. Minutes and "
                "material can be added afterwards."
            ),
            _(
                "Under “My calendar”, create an address that Outlook, Thunderbird and "
                "phones can subscribe to."
            ),
        ],
        [Link(_("Events"), "/events"), Link(_("My calendar"), "/me/calendar")],
    )


def case_files() -> Topic:
    """Return the topic about messages as a document."""
    return Topic(
        "case-files",
        "file-check",
        _("Export messages for a case file"),
        [
            _(
                "In the menu of a conversation, “For a case file” makes a PDF of the "
                "messages you choose. The PDF includes names, posts, times, versions and "
                "files."
            ),
            _(
                "The PDF carries a code, so anyone with a copy can check that nothing was "
                "changed. It is not an official notification or a signature."
            ),
        ],
        [Link(_("Messages"), "/messages")],
    )
