"""Help for the first days: where things are, and who is who."""

from intranet.pages.help.counterparts import counterparts
from intranet.pages.help.searching import searching
from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def beginning() -> HelpGroup:
    """Return the topics for new people."""
    return HelpGroup(
        _("Getting started"),
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
            _("In your profile, write what you do, your hours and what people can ask you about."),
            _("Open Messages. Your unit’s channel is already there, because of your post."),
            _("Press Ctrl+K on any page to go to a person or a conversation."),
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
                "Use the field at the top of each page to find your conversations. You "
                "can also find people by part of their name. Those in your agency come "
                "first."
            ),
            _(
                "Under People, you can search for people, posts, units and agencies "
                "across the whole network in one box. Type part of a name: accents, word "
                "order and exact spelling do not matter. You can also type what the "
                "person does, in any language. Nearby results come first."
            ),
            _(
                "Filter by agency, type of agency, place, function and level. The page "
                "address keeps the filters, so you can send it to a colleague. The "
                "organisation chart shows units as a tree, with heads and vacant posts."
            ),
            _(
                "Other agencies see your telephone number only if both you and your agency "
                "allow it. No one can view more than 3,000 people in an hour."
            ),
            _(
                "The post and the unit appear beside every name. A round picture is a "
                "person. A square picture is a unit or a conversation. A dashed outline "
                "is a vacant post."
            ),
        ],
        [Link(_("Directory"), "/people"), Link(_("All agencies"), "/agencies")],
    )


def _posts() -> Topic:
    return Topic(
        "posts",
        "stamp",
        _("Posts stay, people move"),
        [
            _(
                "Your channels and permissions come from your post. When you change posts, "
                "you leave the old channels and join the new ones at once. No one has to "
                "do anything."
            ),
            _(
                "Your messages stay where you wrote them, with the post you held then. "
                "The next holder of the post can read them."
            ),
            _(
                "If you hold several posts, choose below the text which post you are "
                "writing as. The post that belongs to the conversation is already "
                "selected."
            ),
            _(
                "After leaving your last post, you can sign in for 30 days. During that "
                "time, you can read only your direct messages."
            ),
        ],
    )


def _languages() -> Topic:
    return Topic(
        "languages",
        "languages",
        _("Language and appearance"),
        [
            _(
                "The pages are available in Spanish, Catalan, Galician, Basque and "
                "English. Names of units and posts appear in your language if the agency "
                "has provided them. Messages stay in the language they were written in."
            ),
            _("Pages are light or dark to match your device, unless you choose a theme."),
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
                "Everything works on a phone. The list, the conversation and the thread "
                "are separate pages. The arrow at the top goes back."
            ),
            _("Press and hold a message to see what you can do with it."),
        ],
    )
