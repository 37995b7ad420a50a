"""What ends with a sign-in ends on its open screens."""

from intranet.accounts.events import SignInsEnded
from intranet.realtime.pushing import close_sign_in


def close_ended(event: SignInsEnded) -> None:
    """Tell the sockets of ended sign-ins, and close them."""
    for sign_in_id in event.sign_in_ids:
        close_sign_in(sign_in_id)
