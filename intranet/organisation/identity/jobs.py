"""Jobs of identity: fetch what providers publish, forget what programs left."""

import logging

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.identity.models import Provider, ProviderState
from intranet.organisation.identity.scim import brake, tokens
from intranet.organisation.identity.ways import ways

log = logging.getLogger("intranet.security")


def refresh_published() -> None:
    """Fetch the configuration and keys of every provider in use; what fails stays as it was."""
    refreshing = {way.kind: way.refresh for way in ways() if way.refresh}
    in_use = select(Provider).where(
        Provider.state == ProviderState.ON, Provider.kind.in_(refreshing)
    )
    for provider in db.session.scalars(in_use).all():
        try:
            refreshing[provider.kind](provider)
        except Exception as error:  # noqa: BLE001 - one provider must not keep the others from being fetched
            log.warning("provider not refreshed provider=%s %s", provider.id, type(error).__name__)


def warn_of_ends_of_programs() -> None:
    """Warn administrators of tokens of programs that will end."""
    tokens.warn_ahead()


def forget_ended_programs() -> None:
    """Delete tokens of programs that ended 90 days ago, and what the brake on ends counted."""
    tokens.forget_old()
    brake.forget_old()
