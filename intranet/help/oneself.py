"""Help about oneself: being there or not, and keeping the account one's own."""

from uuid import UUID

from intranet.accounts.password_rules import SHORTEST
from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def oneself(person_id: UUID) -> Group:
    """What somebody needs about their own hours, absences and sign-in."""
    return Group(
        _("You"),
        [
            _availability(),
            _disconnecting(),
            _absences(person_id),
            _profile(),
            _notifications(),
            _being_told(),
            _signing_in(),
            _programs(),
        ],
    )


def _availability() -> Topic:
    return Topic(
        "availability",
        "clock",
        _("Available, away, outside working hours"),
        [
            _(
                "The mark on a picture comes from the hours in the profile, from holidays and "
                "absences, and from what the person chooses to show: full is available, a ring is "
                "away, hollow is outside working hours. The words stand in the profile."
            ),
            _(
                "It never comes from what somebody does. Nobody sees when you were last here, "
                "whether a page is open, or how fast you answer."
            ),
            _(
                "While you write, those who have the same conversation open see that you are "
                "typing. It is kept nowhere."
            ),
        ],
        [Link(_("Edit my profile"), "/me/edit")],
    )


def _disconnecting() -> Topic:
    return Topic(
        "disconnecting",
        "moon",
        _("Right to disconnect"),
        [
            _(
                "Outside your hours, on holidays and while you are away you are left in peace: "
                "what is not urgent waits until you are back at work. You may always look by "
                "yourself, nothing is kept from you."
            ),
            _(
                "Your hours are those of your profile, else those of your agency; its holidays "
                "hold for both. While you are on duty by its roster you are told at once. Who "
                "works for several agencies is left in peace only when none of them works."
            ),
            _(
                "Whoever writes to you sees when you will be told, and can send all the same. "
                "You may choose to be told at other times, or at any time."
            ),
        ],
        [Link(_("Right to disconnect"), "/me/worktime"), Link(_("Edit my profile"), "/me/edit")],
    )


def _absences(person_id: UUID) -> Topic:
    return Topic(
        "absences",
        "calendar-off",
        _("Absences"),
        [
            _(
                "Say from when to when you are away, and who stands in. Everybody sees that. "
                "Nobody sees why, and there is no place to say it."
            ),
            _("You say it yourself, or your head does, or an administrator of your agency."),
        ],
        [Link(_("My absences"), f"/people/{person_id}/absences")],
    )


def _profile() -> Topic:
    return Topic(
        "profile",
        "user-check",
        _("Your profile, and who sees it"),
        [
            _(
                "Your agency sees all that you write in it. For each field you choose whether "
                "other agencies see it too; your photo and your telephone they see only if you "
                "say so."
            ),
            _("Your name, your post and your unit are seen by everybody who holds a post here."),
        ],
        [Link(_("Edit my profile"), "/me/edit")],
    )


def _notifications() -> Topic:
    return Topic(
        "notifications",
        "bell",
        _("Notifications"),
        [
            _(
                "Each row says who did what, with their words. All acts on one conversation or "
                "thing are one row, the newest first."
            ),
            _(
                "The menu of a row says why it came and by which way. There you can also stop "
                "following it, or mark it as unseen."
            ),
            _("Mail, your devices and the digest say the same, within your working hours."),
        ],
        [Link(_("Notifications"), "/notifications")],
    )


def _being_told() -> Topic:
    return Topic(
        "being-told",
        "smartphone",
        _("On your phone, and when no page is open"),
        [
            _(
                "Turn it on once on each device on which you want it, and send yourself a test. "
                "The page shows for each device what became of the last message."
            ),
            _(
                "Keep the intranet on the home screen like an app: in the menu of the browser, "
                "choose to install it or to add it there. On an iPhone or iPad this comes first."
            ),
            _("Signing out ends it on that device, and takes away what was shown there."),
        ],
        [Link(_("How notifications reach you"), "/me/notifications")],
    )


def _signing_in() -> Topic:
    return Topic(
        "signing-in",
        "shield-check",
        _("Password and second step"),
        [
            _(
                "A password has at least %(count)s characters. A sentence that only you would "
                "think of is long, and easy to remember.",
                count=SHORTEST,
            ),
            _(
                "If you forget it, the sign-in page sends you a link that works once and for one "
                "hour. Without a mailbox, ask an administrator of your agency."
            ),
            _(
                "With the second step, six digits from an app on your phone are asked for after "
                "the password. Keep the recovery codes on paper: each replaces a lost phone once. "
                "Your agency may ask everybody to use it."
            ),
            _(
                "Look at times where you are signed in, and sign out what you do not know. Only "
                "you see this list."
            ),
        ],
        [
            Link(_("Password"), "/me/password"),
            Link(_("Second step"), "/me/second-factor"),
            Link(_("Signed-in devices"), "/me/sign-ins"),
        ],
    )


def _programs() -> Topic:
    return Topic(
        "programs",
        "key-round",
        _("Programs that act for you"),
        [
            _(
                "With a token of yours a program reads and writes in your name, as far as you let "
                "it. What programs can ask for is described for those who write them."
            )
        ],
        [
            Link(_("Tokens for programs"), "/me/tokens"),
            Link(_("The interface for programs"), "/api/v1/docs"),
        ],
    )
