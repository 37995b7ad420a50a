"""A directory beside the cast, and the provider of Monteclaro that names it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from intranet.extensions import db
from intranet.organisation.identity.models import (
    DomainProof,
    EmailDomain,
    Provider,
    ProviderKind,
    ProviderState,
)
from intranet.organisation.identity.sealing import seal
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.ldap.slapd import PEOPLE, READER, READER_SECRET, Slapd

DOMAIN = "monteclaro.example"


@pytest.fixture
def make_slapd(tmp_path) -> Iterator[Callable[..., Slapd]]:
    """Start a directory, with what is given for `Slapd`."""
    made: list[Slapd] = []

    def make(entries: str = "", **how: Any) -> Slapd:
        home: Path = tmp_path / f"slapd{len(made)}"
        home.mkdir()
        made.append(Slapd(home, **how))
        made[-1].fill(entries)
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.remove()


@pytest.fixture
def slapd(make_slapd):
    """A directory with nobody in it."""
    return make_slapd()


def settings_for(slapd: Slapd, **given: str) -> dict[str, Any]:
    """What an administrator enters about a directory."""
    return {
        "host": "localhost",
        "port": slapd.tls_port,
        "security": "ldaps",
        "authority": slapd.authority.pem,
        "reader": READER,
        "base": PEOPLE,
        "people": "(objectClass=inetOrgPerson)",
        "sign_in": "mail, uid",
        "id_attribute": "entryUUID",
        "map_name": "cn",
        "map_email": "mail",
        "map_staff_number": "employeeNumber",
        "map_phone": "telephoneNumber",
        "map_unit": "departmentNumber",
        "map_title": "title",
        "is_synced": True,
        **given,
    }


@pytest.fixture
def provider_id(app, cast, slapd) -> UUID:
    """The directory of Monteclaro in use, whose domain is proven."""
    agency_id = cast.monteclaro.id
    with app.app_context():
        provider = Provider(
            agency_id=agency_id,
            kind=ProviderKind.LDAP,
            state=ProviderState.ON,
            name="Directorio",
            settings=settings_for(slapd),
            secret_sealed=seal(READER_SECRET),
        )
        domain = EmailDomain(
            agency_id=agency_id,
            domain=DOMAIN,
            token="",
            proof=DomainProof.DNS,
            proven_at=clock.now(),
        )
        with unit_of_work() as work:
            work.add(provider, domain)
        return provider.id


@pytest.fixture
def provider(provider_id, app_context) -> Provider:
    """The same, within a context of the application."""
    return db.session.get_one(Provider, provider_id)
