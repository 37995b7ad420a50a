"""The sentences about a person's own account, and about those that they administer."""

from intranet.attention.notifications.sentence_form import NotificationSentence, _by
from intranet.platform.core.i18n import _l

OF_ACCOUNTS: dict[str, NotificationSentence] = {
    "account_address": NotificationSentence(
        _by(
            "%(who)s asked to change your e-mail address",
            "%(who)s asked to change your e-mail address",
        ),
        _l("Your e-mail address is about to change"),
    ),
    "account_address_holds": NotificationSentence(alone=_l("Your e-mail address has been changed")),
    "account_number": NotificationSentence(
        _by("%(who)s changed your staff number", "%(who)s changed your staff number"),
        _l("Your staff number has been changed"),
    ),
    "account_link": NotificationSentence(
        _by(
            "%(who)s requested a password link for you",
            "%(who)s requested password links for you",
        ),
        _l("A password link has been requested for you"),
    ),
    "account_factor": NotificationSentence(
        _by("%(who)s removed your second factor", "%(who)s removed your second factor"),
        _l("Your second factor has been removed"),
    ),
    "account_factor_asked": NotificationSentence(
        _by(
            "%(who)s asked to remove your second factor",
            "%(who)s asked to remove your second factor",
        ),
        _l("An administrator asked to remove your second factor"),
    ),
    "account_passkeys_asked": NotificationSentence(
        _by(
            "%(who)s asked to remove your lost passkeys",
            "%(who)s asked to remove your lost passkeys",
        ),
        _l("An administrator asked to remove your lost passkeys"),
    ),
    "account_tie_asked": NotificationSentence(
        _by(
            "%(who)s asked to connect your account with another way to sign in",
            "%(who)s asked to connect your account with another way to sign in",
        ),
        _l("An administrator asked to connect your account with another way to sign in"),
    ),
    "account_untie_asked": NotificationSentence(
        _by(
            "%(who)s asked to separate your account from a way to sign in",
            "%(who)s asked to separate your account from a way to sign in",
        ),
        _l("An administrator asked to separate your account from a way to sign in"),
    ),
    "account_approved": NotificationSentence(
        alone=_l("A change to how you sign in has been approved and takes effect in one day")
    ),
    "account_code": NotificationSentence(
        _by(
            "%(who)s printed a code for a change to your account",
            "%(who)s printed a code for a change to your account",
        ),
        _l("A code for a change to your account has been printed"),
    ),
    "account_talks": NotificationSentence(
        alone=_l("An administrator asked to open your earlier direct messages again")
    ),
    "account_talks_closed": NotificationSentence(
        alone=_l("Your earlier direct messages are closed until you confirm that it is you")
    ),
    "account_talks_open": NotificationSentence(
        alone=_l("Your earlier direct messages are open again")
    ),
    "account_tokens_ended": NotificationSentence(
        _by("%(who)s ended your access tokens", "%(who)s ended your access tokens"),
        _l("Your access tokens have been ended"),
    ),
    "account_approval": NotificationSentence(
        _by(
            "%(who)s needs your approval to change an account",
            "%(who)s needs your approval to change an account",
        ),
        _l("A change to an account needs your approval"),
    ),
    "account_refused": NotificationSentence(
        alone=_l("A person stopped a change to their account: it was not them")
    ),
    "account_opened": NotificationSentence(
        _by("%(who)s reopened your account", "%(who)s reopened your account"),
        _l("Your account has been reopened"),
    ),
    "account_token": NotificationSentence(
        alone=_l("An access token has been created for your account")
    ),
    "account_directory": NotificationSentence(
        alone=_l("The comparison with your agency’s directory stopped")
    ),
    "account_program": NotificationSentence(
        alone=_l("A program that ends many people of your agency was stopped, and asks you")
    ),
    "account_program_ends": NotificationSentence(
        alone=_l("The token of your agency’s program ends within two weeks. Make a new one")
    ),
    "account_role_give": NotificationSentence(
        _by("%(who)s gave a role in your agency", "%(who)s gave roles in your agency"),
        _l("A role in your agency has been given"),
    ),
    "account_role_change": NotificationSentence(
        _by("%(who)s changed a role in your agency", "%(who)s changed roles in your agency"),
        _l("A role in your agency has been changed"),
    ),
    "account_role_end": NotificationSentence(
        _by("%(who)s ended a role in your agency", "%(who)s ended roles in your agency"),
        _l("A role in your agency has been ended"),
    ),
    "account_last_administrator": NotificationSentence(
        alone=_l("Your agency will soon have no administrator")
    ),
    "account_sign_in": NotificationSentence(
        _by(
            "%(who)s changed how people of your agency sign in",
            "%(who)s changed how people of your agency sign in",
        ),
        _l("How people of your agency sign in has been changed"),
    ),
    "account_ways": NotificationSentence(
        alone=_l("The ways to sign in to your account have changed")
    ),
    "account_hold_placed": NotificationSentence(
        _by(
            "%(who)s placed a legal hold on what you wrote",
            "%(who)s placed a legal hold on what you wrote",
        ),
        _l("A legal hold has been placed on what you wrote"),
    ),
    "account_hold_ended": NotificationSentence(
        _by(
            "%(who)s ended a legal hold on what you wrote",
            "%(who)s ended a legal hold on what you wrote",
        ),
        _l("A legal hold on what you wrote has ended"),
    ),
    "account_own_data": NotificationSentence(alone=_l("Your own data is ready to download")),
    "account_secret": NotificationSentence(
        alone=_l("A calendar or feed address has been created for your account")
    ),
}
