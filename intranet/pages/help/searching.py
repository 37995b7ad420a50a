"""Help for search."""

from intranet.attention.search.suggesting import operator_examples
from intranet.pages.help.topics import Link, Topic
from intranet.platform.core.i18n import _


def searching() -> Topic:
    """Return the topic about search, and the operators."""
    return Topic(
        "search",
        "search",
        _("Search messages and files"),
        [
            _(
                "Search covers the conversations you can read, file names, and the text "
                "of PDF, ODT, DOCX and text files. You find only things you have access "
                "to. No one can see your searches."
            ),
            _(
                "Results contain all your words, with or without accents. The beginning of "
                "a word is enough. The newest come first, and each opens the message in "
                "its conversation."
            ),
            _("Besides words, you can type the following in any of the five languages:"),
        ],
        [Link(_("Search"), "/search")],
        below="operators",
    )


def operator_words() -> str:
    """Return the text of the operator list, so that the help search finds it."""
    return " ".join(f"{example} {text}" for example, text in operator_examples())
