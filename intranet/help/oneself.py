"""Help about oneself: being there or not, and keeping the account one's own."""

from uuid import UUID

from intranet.accounts.password_rules import SHORTEST
from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def oneself(person_id: UUID) -> Group:
    """What somebody needs about their own hours, absences and sign-in."""
    return Group(
        _("Your account and profile"),
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
                "The mark on a picture comes from the profile's hours, from holidays and "
                "absences, and from the person's own choice. A full mark means available, "
                "a ring means away, and a hollow mark means outside working hours. The "
                "profile also says this in words."
            ),
            _(
                "Your activity never changes your availability. No one sees when you were "
                "last here, whether a page is open, or how fast you answer."
            ),
            _(
                "While you write, people with the same conversation open see that you are "
                "typing. This is not stored."
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
                "You are not disturbed outside your hours, on holidays or while you are "
                "away. Anything not urgent waits until you are back at work. You can still "
                "look at any time."
            ),
            _(
                "Your hours are those in your profile, or else your agency's. Its "
                "holidays always apply. While you are on duty according to its roster, "
                "you are notified at once. If you work for several agencies, "
                "notifications are held only when none of them is working."
            ),
            _(
                "People who write to you see when you will be notified, and can send "
                "their message anyway. You can choose other times, or choose to be "
                "notified at any time."
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
                "Record the days you are away and your substitute. Everyone can see "
                "these. The reason is never asked for or shown."
            ),
            _("You, your head or an administrator of your agency can record an absence."),
        ],
        [Link(_("My absences"), f"/people/{person_id}/absences")],
    )


def _profile() -> Topic:
    return Topic(
        "profile",
        "user-check",
        _("Your profile and who can see it"),
        [
            _(
                "Your agency sees your whole profile. You choose, field by field, what "
                "other agencies see. They see your photo and telephone number only if you "
                "allow it."
            ),
            _("Everyone who holds a post here sees your name, your post and your unit."),
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
                "Each row says who did what, and quotes their words. Everything about one "
                "conversation is in one row, with the newest first."
            ),
            _(
                "The menu of a row says why you received the notification and how. There "
                "you can also stop following it, or mark it as unseen."
            ),
            _(
                "You receive the same by mail, on your devices and in the digest, within your "
                "working hours."
            ),
        ],
        [Link(_("Notifications"), "/notifications")],
    )


def _being_told() -> Topic:
    return Topic(
        "being-told",
        "smartphone",
        _("Get notifications on your phone or desktop"),
        [
            _(
                "Turn on notifications once on each device, and send yourself a test. The "
                "page shows, for each device, whether the last one arrived."
            ),
            _(
                "Add the intranet to the home screen, like an app. In the browser's menu, "
                "choose to install it or add it. On an iPhone or iPad, do this first."
            ),
            _(
                "Signing out turns notifications off on that device and removes those "
                "already shown."
            ),
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
                "A password must have at least %(count)s characters. A sentence that only "
                "you would think of is long and easy to remember.",
                count=SHORTEST,
            ),
            _(
                "If you forget your password, the sign-in page can send you a link. It "
                "works once and is valid for one hour. If you have no mailbox, ask an "
                "administrator of your agency."
            ),
            _(
                "With the second step, you also enter six digits from an app on your "
                "phone. Save the recovery codes on paper: each replaces a lost phone once. "
                "Your agency may require it for everyone."
            ),
            _(
                "From time to time, check where you are signed in, and sign out devices "
                "you do not recognise. Only you can see this list."
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
        _("Connect programs to your account"),
        [
            _(
                "With an access token, a program reads and writes in your name, within the "
                "limits you set. The interface is documented for developers."
            )
        ],
        [
            Link(_("Access tokens"), "/me/tokens"),
            Link(_("API documentation"), "/api/v1/docs"),
        ],
    )
