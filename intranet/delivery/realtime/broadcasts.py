"""Close the sockets of ended sign-ins."""

from intranet.delivery.realtime.pushing import close_sign_in
from intranet.organisation.accounts.events import SignInsEnded


def close_ended(event: SignInsEnded) -> None:
    """Tell the sockets of ended sign-ins, and close them."""
    for sign_in_id in event.sign_in_ids:
        close_sign_in(sign_in_id)
