"""Help about people who do one's work elsewhere."""

from intranet.core.i18n import _
from intranet.help.topics import Link, Topic


def counterparts() -> Topic:
    """Finding counterparts, being found, writing to who has no account yet."""
    return Topic(
        "counterparts",
        "user-search",
        _("Counterparts: who does my work elsewhere"),
        [
            _(
                "On your first page, on your profile and on the page of each post stand those who "
                "do the same work in another administration, whatever their post is called and "
                "in whichever language. Each says why: same function, level, kind and size of "
                "administration, place, language."
            ),
            _(
                "Or ask in your own words, in any language and with typing errors: payroll in "
                "small towns, kontratazioa, quién lleva el padrón."
            ),
            _(
                "Write opens a talk with a few words ready. At its top both read why you found "
                "them. Who has no account yet gets your first message by mail and can answer it "
                "once by its link."
            ),
            _(
                "Say yourself what you do, whether you take questions, and whether you may be "
                "suggested at all. Once a year you are asked whether it still holds."
            ),
            _("What you keep, with its note, and whom you follow, only you see."),
        ],
        [
            Link(_("Find counterparts"), "/counterparts"),
            Link(_("What I do"), "/counterparts/doing"),
            Link(_("Kept posts"), "/counterparts/kept"),
        ],
    )
