"""What follows for devices from the end of a sign-in."""

from intranet.delivery.push.operations import end_with_sign_ins
from intranet.organisation.accounts.events import SignInsEnded


def follow_sign_ins(event: SignInsEnded) -> None:
    """Tell a device that is signed out nothing any more."""
    end_with_sign_ins(event.sign_in_ids)
