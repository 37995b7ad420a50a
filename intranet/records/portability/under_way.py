"""Work that was under way where a package was made: here it waits for people again."""

from collections.abc import Callable, Mapping
from typing import Any

from intranet.administration.reorganisation.models import PlanState
from intranet.organisation.accounts.models import AccountState


def _invite(row: dict[str, Any]) -> None:
    """Let a person be invited anew: no secret of theirs has come along."""
    if row["state"] == AccountState.ACTIVE:
        row["state"] = AccountState.INVITED


def _draft(row: dict[str, Any]) -> None:
    """Let a scheduled plan be a draft: the task that would have applied it stays."""
    if row["state"] == PlanState.SCHEDULED:
        row["state"], row["applies_at"] = PlanState.DRAFT, None


def _agree_again(row: dict[str, Any]) -> None:
    """Let the second person agree again to an erasure that was not done: its task stays."""
    if row["approved_at"] is not None and row["erased_at"] is None:
        row["approved_by_id"], row["approved_at"] = None, None
        row["done"] = row["total"] = 0


def _back_by_title(row: dict[str, Any]) -> None:
    """Let a function of an old package, which does not say who confirmed it, give no right by that.

    What the title suggests counts as it always does.
    """
    row.setdefault("backing", row["strength"] / 2 if row["is_suggested"] else 0.0)


OF_WORK_UNDER_WAY: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "accounts": _invite,
    "erasure_requests": _agree_again,
    "plans": _draft,
    "post_functions": _back_by_title,
}
"""Tables with states that only a task, a secret or a log of the other installation would settle."""
