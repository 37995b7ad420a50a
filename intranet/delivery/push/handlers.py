"""Unsubscribe devices when their sign-in ends."""

from intranet.delivery.push.operations import end_with_sign_ins
from intranet.organisation.accounts.events import SignInsEnded


def follow_sign_ins(event: SignInsEnded) -> None:
    """Delete the subscriptions of ended sign-ins."""
    end_with_sign_ins(event.sign_in_ids)
