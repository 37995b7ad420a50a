"""Labels of the ways to confirm and of sign-in factors, in the reader's language."""

from intranet.platform.core.i18n import _
from intranet.publishing.publications.announcement_models import Way


def way_words() -> dict[str, str]:
    """Return the label of each way to confirm."""
    return {
        Way.ACCOUNT.value: _("own account"),
        Way.SCREEN.value: _("shared screen"),
        Way.PAPER.value: _("on paper"),
    }


def factor_words() -> dict[str, str]:
    """Return the label of each sign-in factor."""
    return {
        "password": _("password"),
        "password_and_code": _("password and second factor"),
        "token": _("program using an access token"),
        "code": _("one-time code"),
    }
