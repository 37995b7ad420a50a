"""Help for one's own account: hours, absences, profile, notifications, sign-in."""

from uuid import UUID

from intranet.organisation.accounts.password_rules import MIN_LENGTH
from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def oneself(person_id: UUID) -> HelpGroup:
    """Return the topics about a person's own hours, absences and sign-in."""
    return HelpGroup(
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
                "The mark on a picture depends on working hours, holidays, absences and "
                "the person’s own choice. A full mark means available, a ring means away, "
                "and a hollow mark means outside working hours. The profile also states "
                "this in words."
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
                "You will not be disturbed outside your working hours, on holidays or "
                "while you are away. Anything not urgent will wait until you are back at "
                "work. You can still check the intranet at any time."
            ),
            _(
                "Your working hours are those in your profile or, if you have set none, "
                "those of your agency. The agency’s holidays always apply. While you are "
                "on duty according to its roster, you are notified at once. If you work "
                "for several agencies, notifications are held only outside the working "
                "hours of all of them."
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
                "Record the days you are away and name your substitute. Everyone can see "
                "this information. You are never asked for the reason, and it is never "
                "shown."
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
                "Each notification says who did what, and quotes their words. "
                "Notifications about the same conversation share one row, and the newest "
                "rows come first."
            ),
            _(
                "The menu of each notification says why and how you received it. There "
                "you can also mark the notification as unseen, or stop following the item "
                "it is about."
            ),
            _(
                "You receive the same notifications by e-mail, on your devices and in the "
                "digest, within your working hours."
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
                "Turn on notifications once on each device, and send yourself a test. For "
                "each device, the page shows whether the last notification arrived."
            ),
            _(
                "Add the intranet to the home screen, like an app. In the browser’s menu, "
                "choose to install it or add it. On an iPhone or iPad, do this before you "
                "turn on notifications."
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
        _("Password and second step at sign-in"),
        [
            _(
                "A password must have at least %(count)s characters. A sentence that only "
                "you would think of is long and easy to remember.",
                count=MIN_LENGTH,
            ),
            _(
                "If you forget your password, the sign-in page can send you a link. It "
                "works once and is valid for one hour. If you have no mailbox, ask an "
                "administrator of your agency."
            ),
            _(
                "With the second step, you also enter six digits from an app on your "
                "phone. Keep the recovery codes on paper: if you lose your phone, each "
                "code can be used once. Your agency may require the second step for "
                "everyone."
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
                "An access token lets a program read and write on your behalf, within the "
                "limits you set. There is documentation for developers."
            )
        ],
        [
            Link(_("Access tokens"), "/me/tokens"),
            Link(_("API documentation"), "/api/v1/docs"),
        ],
    )
