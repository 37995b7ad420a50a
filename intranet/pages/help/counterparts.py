"""Help on counterparts: people who do the same work elsewhere."""

from intranet.pages.help.topics import Link, Topic
from intranet.platform.core.i18n import _


def counterparts() -> Topic:
    """Return the topic about finding counterparts, being found and writing to them."""
    return Topic(
        "counterparts",
        "user-search",
        _("Counterparts: people who do your job elsewhere"),
        [
            _(
                "Your home page, your profile and each post’s page list people who do the "
                "same work in other administrations. The name and language of the post do "
                "not matter. Each result gives the reasons: same function, level, type "
                "and size of administration, place or language."
            ),
            _(
                "You can also search in your own words, in any language and even with "
                "typing errors. For example: payroll in small towns, kontratazioa, quién "
                "lleva el padrón."
            ),
            _(
                "“Write” opens a conversation with a suggested first line. Both of you "
                "see at the top why you were matched. People without an account get your "
                "first message by e-mail, and can answer once through its link."
            ),
            _(
                "Describe your work, and choose whether you accept questions and whether "
                "you can be suggested to others. Once a year you will be asked whether "
                "this is still correct."
            ),
            _(
                "Only you can see the posts you save, your notes on them, and the people you "
                "follow."
            ),
        ],
        [
            Link(_("Find counterparts"), "/counterparts"),
            Link(_("My work"), "/counterparts/doing"),
            Link(_("Saved posts"), "/counterparts/kept"),
        ],
    )
