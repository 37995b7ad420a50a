"""Handlers of events of accounts."""

from uuid import UUID

from intranet.organisation.accounts.events import SignInBegan
from intranet.organisation.identity.operations.sessions import keep_session


def follow_sign_in(event: SignInBegan) -> None:
    """Keep the provider's session behind a sign-in, to end it from there."""
    keep_session(event.sign_in_id, UUID(event.behind["identity"]), event.behind["session"])
