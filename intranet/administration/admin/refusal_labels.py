"""Why a letter came back, in the reader's language."""

from intranet.platform.core.i18n import _


def refusal_reasons() -> dict[str, str]:
    """Return the sentence for each reason of a refusal, and for a letter in doubt."""
    return {
        "unknown": _("there is no such mailbox"),
        "full": _("the mailbox is full"),
        "closed": _("the mailbox is closed"),
        "domain": _("the domain does not exist or takes no mail"),
        "blocked": _("the server refused it by its rules"),
        "address": _("the address is not valid"),
        "silence": _("the server did not accept it for three days"),
        "in_doubt": _("it may have arrived: sending was interrupted"),
        "other": _("the server refused it"),
        "": _("the server refused it"),
    }
