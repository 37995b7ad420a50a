"""The words of the pages about packages."""

from datetime import datetime
from typing import Any

from intranet.platform.core.i18n import _, ngettext
from intranet.records.portability.models import OrderState, PackageOrder
from intranet.records.portability.scope import PackageKind

TONES = {
    OrderState.WAITING: "attn",
    OrderState.MAKING: "plain",
    OrderState.READY: "ok",
    OrderState.FAILED: "bad",
    OrderState.WITHDRAWN: "plain",
    OrderState.GONE: "plain",
}


def state_of(order: PackageOrder) -> dict[str, str]:
    """Return the word and tone of a package's state."""
    words = {
        OrderState.WAITING: _("Waits for a second administrator"),
        OrderState.MAKING: _("In progress"),
        OrderState.READY: _("Ready"),
        OrderState.FAILED: _("Failed"),
        OrderState.WITHDRAWN: _("Deleted"),
        OrderState.GONE: _("Deleted after seven days"),
    }
    return {"text": words[order.state], "tone": TONES[order.state]}


def stage_of(order: PackageOrder) -> str:
    """Return what is being done to a package now."""
    return {
        "rows": _("Collecting everything"),
        "files": _("Adding the files"),
        "pages": _("Writing the pages"),
    }.get(order.stage, _("Waiting for its turn"))


def kind_of(order: PackageOrder) -> str:
    """Return what a package holds, in a word."""
    return {
        PackageKind.AGENCY: _("The whole agency"),
        PackageKind.CONTRIBUTED: _("Contributions to a group"),
        PackageKind.GROUP: _("A group"),
        PackageKind.INITIATIVE: _("An initiative"),
        PackageKind.CHANNEL: _("A channel"),
        PackageKind.OWN: _("Your contributions to groups"),
    }[order.kind]


def days_left(order: PackageOrder, now: datetime) -> str:
    """Return how long a package is still kept."""
    if order.expires_at is None:
        return ""
    days = max((order.expires_at - now).days, 0)
    return ngettext("Kept for %(num)s more day", "Kept for %(num)s more days", days)


def words() -> dict[str, Any]:
    """Return these functions for templates."""
    return {
        "state_of": state_of,
        "stage_of": stage_of,
        "kind_of": kind_of,
        "days_left": days_left,
    }
