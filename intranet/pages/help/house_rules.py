"""Help on what holds for everybody: who sees what, the house rules, accessibility."""

from intranet.organisation.accounts.access import current_identity
from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def house_rules() -> HelpGroup:
    """Return the topics about the rules that people can rely on."""
    return HelpGroup(
        _("Privacy, rules and accessibility"), [_administrators(), _decent(), _is_not()]
    )


def for_everybody() -> HelpGroup:
    """Return the topics about keyboards, assistive technology and use without scripts."""
    return HelpGroup(_("For everyone"), [_keys(), _accessibility(), _without_script()])


def _administrators() -> Topic:
    return Topic(
        "administrators",
        "sliders-horizontal",
        _("Privacy and administrators"),
        [
            _(
                "Administrators can see and change the units, posts, appointments, names "
                "and accounts of their own agency, and record absences. Each action is "
                "recorded in the audit log, which reveals any later change to its "
                "entries."
            ),
            _(
                "Administrators never see your conversations, files, drafts or password, "
                "or when you were last here. The one exception is a reported direct "
                "message, until a decision is made."
            ),
            _(
                "The people who run the server keep its database and backups. No page "
                "shows them what you write. However, it is stored in readable form, so "
                "they could access it."
            ),
        ],
        below="administrators",
    )


def _decent() -> Topic:
    return Topic(
        "reporting",
        "flag",
        _("Report a problem to moderators"),
        [
            _(
                "“Report to moderators” is in the menu of each message, on publications "
                "and on profiles. The head of the space and the moderators they have "
                "named review the report. The author is never told who made the report. "
                "You will be notified of the decision."
            ),
            _(
                "A hidden message is replaced by a note saying that moderators have "
                "hidden it. Hidden messages can be restored. People muted in a space can "
                "only read messages there until the date given."
            ),
            _(
                "Decisions about your messages or profile come with a reason. You can "
                "appeal once, within 30 days. Someone who did not take part in the "
                "decision reviews the appeal."
            ),
            _(
                "If a direct message is reported, administrators of the author’s agency "
                "see it, with two messages before and two after. They can see these only "
                "until they decide. Each view is recorded in the audit log."
            ),
        ],
        [Link(_("Moderation decisions about me"), "/moderation/mine"), *_rules()],
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
        _("What is the intranet not for?"),
        [
            _(
                "This is not an official register, an official notification system or an "
                "official online services portal. No message here is a signature or a "
                "formal act, and none starts a deadline."
            ),
            _(
                "Use your agency’s official channels for anything that the law requires "
                "to be registered, notified or signed."
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
                "Single-letter shortcuts act on the message in focus. You can turn them "
                "off in your settings. On a Mac, use Command instead of Ctrl."
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
                "Everything works with a keyboard and a screen reader. New messages in the "
                "open conversation are read out in groups."
            ),
            _(
                "You can enlarge pages to four times their size. They follow your "
                "device’s settings for contrast, dark or light, and motion."
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
                "You can read, write, reply and attach files without JavaScript, but "
                "pages reload. Select the time on a message to edit, delete, react or "
                "reply."
            )
        ],
    )
