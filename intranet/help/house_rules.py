"""Help on what holds for everybody: who sees what, what this is not, how it works for all."""

from intranet.accounts.access import current_identity
from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def house_rules() -> Group:
    """What one may rely on."""
    return Group(_("What you can rely on"), [_administrators(), _decent(), _is_not()])


def for_everybody() -> Group:
    """Ways of using it: by keys, with other senses, without script."""
    return Group(_("For everybody"), [_keys(), _accessibility(), _without_script()])


def _administrators() -> Topic:
    return Topic(
        "administrators",
        "sliders-horizontal",
        _("What administrators can see"),
        [
            _(
                "Administrators see and change the units, posts, appointments, names and accounts "
                "of their own agency, and say absences. Each of these acts leaves a line in the "
                "audit log, which cannot be changed without being noticed."
            ),
            _(
                "They never see your conversations, your files, your drafts or your password, and "
                "not when you were here; but for a message of a talk that somebody reports, until "
                "it is decided."
            ),
            _(
                "Those who run the server keep its database and its copies. No page shows them "
                "what you write, but it is stored readably and they could reach it."
            ),
        ],
        below="administrators",
    )


def _decent() -> Topic:
    return Topic(
        "reporting",
        "flag",
        _("When something should not stand"),
        [
            _(
                "“Report to moderation” stands in the menu of each message, on publications and on "
                "profiles. Who leads the place looks at it, and those they named. Its author never "
                "learns who reported it, and you are told when it is decided."
            ),
            _(
                "Hidden messages show that moderation hid them; they can be brought back. Who is "
                "muted only reads in that place until a day that is said."
            ),
            _(
                "What was decided on something of yours comes with its reason. You can appeal "
                "once, within 30 days: somebody who did not decide looks again."
            ),
            _(
                "Of a talk, the administrators of the author's agency see the reported message "
                "with two before and two after it, until they have decided. Each look leaves a "
                "line in the audit log."
            ),
        ],
        [Link(_("Moderation, about me"), "/moderation/mine"), *_rules()],
    )


def _rules() -> list[Link]:
    identity = current_identity()
    if identity is None:
        return []
    return [Link(_("House rules"), f"/agencies/{identity.account.home_agency.code}/rules")]


def _is_not() -> Topic:
    return Topic(
        "what-this-is-not",
        "info",
        _("What this is not"),
        [
            _(
                "It is no official register, no official notification and no electronic office. "
                "No message here is a signature or a formal act, and none starts a deadline."
            ),
            _(
                "What the law wants registered, notified or signed goes the way that your agency "
                "has for it."
            ),
        ],
    )


def _keys() -> Topic:
    return Topic(
        "keyboard",
        "keyboard",
        _("Keyboard shortcuts"),
        [
            _(
                "Single letters work on the message that has the focus. They can be turned off in "
                "your settings. On a Mac, Ctrl is the command key."
            )
        ],
        [Link(_("Settings"), "/me/settings")],
        below="keyboard",
    )


def _accessibility() -> Topic:
    return Topic(
        "accessibility",
        "eye",
        _("Accessibility"),
        [
            _(
                "Everything can be done by keyboard and with a screen reader, which is told of new "
                "messages in the open conversation, several at once."
            ),
            _(
                "Pages can be enlarged to four times their size. They follow what your device says "
                "of contrast, of dark and light and of movement."
            ),
            _("If something does not work for you, tell an administrator of your agency."),
        ],
    )


def _without_script() -> Topic:
    return Topic(
        "without-script",
        "type",
        _("Without JavaScript"),
        [
            _(
                "Reading, writing, replying and attaching files work without it; pages then load "
                "anew. The time of a message leads to a page on which you can edit it, delete it, "
                "react and reply."
            )
        ],
    )
