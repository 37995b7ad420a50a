"""Help for finding again what was said and sent."""

from intranet.core.i18n import _
from intranet.help.topics import Link, Topic
from intranet.search.suggesting import operator_examples


def searching() -> Topic:
    """How to search, and what can be typed besides words."""
    return Topic(
        "search",
        "search",
        _("Search messages and files"),
        [
            _(
                "Search finds what was written in the conversations that you read, the names of "
                "files, and what is in PDF, ODT, DOCX and text files. You find only what you may "
                "see, and nobody sees what you look for."
            ),
            _(
                "All words must be there, with or without accents; the beginning of a word is "
                "enough. The newest comes first, and each hit leads to the message in its place."
            ),
            _("Besides words you can type these, in any of the five languages:"),
        ],
        [Link(_("Search"), "/search")],
        below="operators",
    )


def operator_words() -> str:
    """What the list of operators says, so that its words are found as well."""
    return " ".join(f"{example} {text}" for example, text in operator_examples())
