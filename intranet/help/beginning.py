"""Help for the first days: where things are, who is who, why one is where one is."""

from intranet.core.i18n import _
from intranet.help.counterparts import counterparts
from intranet.help.searching import searching
from intranet.help.topics import Group, Link, Topic


def beginning() -> Group:
    """What somebody needs who joined on Monday."""
    return Group(
        _("To begin with"),
        [
            _first_steps(),
            _finding(),
            counterparts(),
            searching(),
            _posts(),
            _languages(),
            _on_a_phone(),
        ],
    )


def _first_steps() -> Topic:
    return Topic(
        "first-steps",
        "map-pin",
        _("First steps"),
        [
            _("Write in your profile what you do, your hours and what one can ask you about."),
            _("Open Messages: the channel of your unit is there already, because of your post."),
            _("Press Ctrl and K to go to any person or conversation, from every page."),
            _("Choose your language, your time zone and what the Enter key does."),
        ],
        [Link(_("Edit my profile"), "/me/edit"), Link(_("Settings"), "/me/settings")],
        is_done_in_steps=True,
    )


def _finding() -> Topic:
    return Topic(
        "find-people",
        "search",
        _("Find people"),
        [
            _(
                "The field at the top of each page finds people by parts of their names, those of "
                "your agency first, and the conversations that you are in."
            ),
            _(
                "Under People one box finds people, posts, units and agencies of the whole "
                "network: by a part of a name, without accents, in another order or misspelt, and "
                "by what somebody does, in any language. What is near to you comes first."
            ),
            _(
                "Filters narrow it by agency, kind, place, function and level; the address of the "
                "page keeps them, so that you can send it to a colleague. The organisation chart "
                "shows your units as a tree, with heads and vacant posts."
            ),
            _(
                "Other agencies see your telephone only if you and your agency let them. Nobody "
                "is shown more than three thousand people in an hour."
            ),
            _(
                "Post and unit stand beside every name. A round picture is a person, a square one "
                "is a unit or a conversation, a dashed one is a post that nobody holds."
            ),
        ],
        [Link(_("Who is who"), "/people"), Link(_("All agencies"), "/agencies")],
    )


def _posts() -> Topic:
    return Topic(
        "posts",
        "stamp",
        _("Posts stay, people move"),
        [
            _(
                "Rooms and rights come from the post that you hold. When you change posts, you "
                "lose the rooms of the old one and gain those of the new one at once, and nobody "
                "has to do anything."
            ),
            _(
                "What you wrote stays where you wrote it, with the post that you held then. "
                "Whoever comes after you in the post finds it."
            ),
            _(
                "If you hold several posts, you choose below the text as which one you write. The "
                "one that belongs to the room is chosen already."
            ),
            _(
                "Who holds no post any more can sign in for 30 days, and reads only their own "
                "direct talks."
            ),
        ],
    )


def _languages() -> Topic:
    return Topic(
        "languages",
        "languages",
        _("Language and look"),
        [
            _(
                "The pages are there in Spanish, Catalan, Galician, Basque and English. Names of "
                "units and posts come in your language where the agency has given them. What "
                "people write stays in the language in which they wrote it."
            ),
            _("Pages are light or dark as your device, unless you choose one of them."),
        ],
        [Link(_("Settings"), "/me/settings")],
    )


def _on_a_phone() -> Topic:
    return Topic(
        "phone",
        "smartphone",
        _("On the phone"),
        [
            _(
                "Everything works on a phone. List, conversation and thread are pages of their "
                "own there; the arrow at the top leads back."
            ),
            _("Press long on a message to see what you can do with it."),
        ],
    )
