"""Steps that tests of identity share: set up a provider, and go there and back."""

import re
from html import unescape

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, ProviderKind, ProviderState
from intranet.organisation.identity.oidc import publishing
from intranet.organisation.identity.operations.providers import save_provider
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.openid import SECRET


def set_up(app, cast, issuer, *, state=ProviderState.ON, **more):
    """Set up a provider for Monteclaro as its administrators would, and fetch what it publishes."""
    flags = {name: more.pop(name, False) for name in ("asks_second_factor", "is_only_way")}
    settings = {"issuer": issuer, "client_id": "intranet", "signs_out_there": True, **more}
    with app.app_context():
        provider = save_provider(
            None,
            cast.monteclaro,
            ProviderKind.OIDC,
            version=0,
            name="Entrada",
            settings=settings,
            secret=SECRET,
            **flags,
        )
        publishing.refresh(provider)
        with unit_of_work():
            provider.state = state
        return provider.id


ROLES = ("role", "deputy", "mandate", "offered mandate")


def give_role(cast, post, how):
    """Let a post of Monteclaro give a role, in one of the ways of `ROLES`."""
    with unit_of_work() as work:
        other = Administration(agency_id=cast.altamar.id, post_id=post.id)
        if how == "role":
            other.agency_id, other.role = cast.monteclaro.id, AgencyRole.AUDITOR
        elif how == "deputy":
            other = db.session.scalars(
                select(Administration).where(Administration.agency_id == cast.monteclaro.id)
            ).one()
            other.deputy_post_id = post.id
        if how != "offered mandate":
            other.accepted_at = clock.now()
        work.add(other)


def provider_of(cast) -> Provider:
    """The provider of Monteclaro."""
    found = queries.provider_of(cast.monteclaro.id, ProviderKind.OIDC)
    assert found
    return found


def onward(answer):
    """The address to which a page leads on by itself."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    assert found, answer.text
    return unescape(found[1])


def come_back(client, address):
    """Open the address that leads back, in the browser that left."""
    return client.get(address[address.index("/signin") :], headers={"Accept-Language": "en"})


def go(client, visitor, name, path="/signin/with/monteclaro"):
    """Go to the provider, sign in there, and come back."""
    return come_back(client, visitor.sign_in(onward(client.get(path)), name))
