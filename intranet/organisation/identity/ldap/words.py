"""Sentences about directories: why one could not be asked, and why an entry was left alone."""

from intranet.organisation.identity.ldap.networks import LdapFault
from intranet.platform.core.i18n import _


def fault_words(fault: str) -> str:
    """Return why a directory could not be asked, and what to do."""
    return {
        LdapFault.AWAY: _(
            "The directory does not answer. Check its name, its port and the way there."
        ),
        LdapFault.NETWORK: _(
            "The directory is in a network that this site may not reach. Its operator can name "
            "the host in INTRANET_IDENTITY_HOSTS."
        ),
        LdapFault.CERTIFICATE: _(
            "The certificate of the directory is not one of this host and of the authority that "
            "you entered."
        ),
        LdapFault.READER: _("The directory refuses the account that reads it, or its password."),
        LdapFault.BASE: _("The directory does not have the place or the group that you entered."),
        LdapFault.FILTER: _("The directory does not understand the filter."),
        LdapFault.INCOMPLETE: _(
            "The directory does not show everybody: it cuts its answer at a limit. Raise the "
            "limit for the account that reads it."
        ),
        LdapFault.TOO_MANY: _("The directory has more people or groups than this site takes."),
        LdapFault.NO_ID: _(
            "The directory does not show the attribute by which it knows its entries. Check the "
            "attribute and what the account that reads it may see."
        ),
        "empty": _("The directory shows nobody. Check the place, the filter and the group."),
        "many_ends": _("More than 5 in 100 people would be ended."),
        "first": _("This plan is the first with these settings. Look at it and apply it."),
    }.get(fault, fault)


def reason_words(reason: str) -> str:
    """Return why an entry of a directory is not followed, or not completely."""
    return {
        "twice": _("Another person in the directory has the same address or staff number."),
        "email_used": _("This e-mail address belongs to another account."),
        "number_used": _("This staff number belongs to another account."),
        "domain_unproven": _("Your agency has not proven the domain of this address."),
        "administrator": _(
            "Administrators connect their account themselves, under “Connected ways”."
        ),
        "closed": _("The account is closed here."),
        "no_name": _("The entry has no name, or a name that is too long."),
        "bad_email": _("The entry’s e-mail address is not valid."),
        "bad_number": _("The entry’s staff number is not valid."),
        "no_identity": _("The entry has neither an e-mail address nor a staff number."),
        "unit_unknown": _("There is no unit with this code."),
        "post_unknown": _("There is no post with this title in the unit."),
        "post_administers": _("This post has a role: appoint to it by hand."),
        "places_taken": _("All places of the post are held."),
        "last_administrator": _("Nobody else administers the agency."),
        "failed": _("This could not be done. It is tried again with the next comparison."),
    }.get(reason, reason)


def fact_names() -> dict[str, str]:
    """Return the label of each thing that a directory changes."""
    return {
        "name": _("Name"),
        "email": _("E-mail"),
        "staff_number": _("Staff number"),
        "phone": _("Telephone"),
        "post": _("Post"),
    }
