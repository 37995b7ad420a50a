"""Steps that tests of SAML share: set a provider up, go there, and come back."""

import re
from html import unescape

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ExternalIdentity, ProviderKind, ProviderState
from intranet.organisation.identity.operations.domains import prove_by_operator
from intranet.organisation.identity.operations.providers import save_provider
from intranet.organisation.identity.saml.keys import keys_or_new
from intranet.platform.core.unit_of_work import unit_of_work

HERE = "/signin/saml/monteclaro"
ELSEWHERE = {"Origin": "https://sso.example", "Sec-Fetch-Site": "cross-site"}
ANA = {"mail": "ana@monteclaro.example", "displayName": "Ana Castro"}


def set_up(app, cast, *, state=ProviderState.ON, **settings):
    with app.app_context():
        prove_by_operator(cast.monteclaro, "monteclaro.example")
        provider = save_provider(
            None,
            cast.monteclaro,
            ProviderKind.SAML,
            version=0,
            name="Entrada",
            settings=settings,
            secret=None,
            asks_second_factor=False,
            is_only_way=False,
        )
        keys_or_new(provider)
        with unit_of_work():
            provider.state = state


def provider_of(cast):
    found = queries.provider_of(cast.monteclaro.id, ProviderKind.SAML)
    assert found
    return found


def onward(answer):
    """The address to which a page leads on by itself."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    assert found, answer.text
    return unescape(found[1])


def post_back(client, text, *, via=None, **more):
    """Post an answer as the provider's page does: another site's, without our cookies."""
    stranger = via or client.application.test_client()
    data = {"SAMLResponse": text, **more}
    answer = stranger.post(HERE, data=data, headers=ELSEWHERE)
    if answer.status_code != 303:
        return answer
    return client.get(answer.location)


def go(client, counterpart, path="/signin/with/monteclaro?next=/people"):
    """Go to the provider, sign in there, and come back."""
    return post_back(client, counterpart.answer_to(onward(client.get(path))))


def tied(app, cast):
    with app.app_context():
        rows = db.session.scalars(select(ExternalIdentity)).all()
        return [(row.subject, row.account.person.name) for row in rows]
