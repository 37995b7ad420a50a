"""Agencies elsewhere, with people who do what the cast does."""

import mailbox
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import AgencyKind, Post
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import ProfileContents, create_person
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

SINCE = date(2022, 1, 10)


@dataclass(frozen=True)
class Elsewhere:
    """Ids by name: agencies, posts, people."""

    ids: dict[str, UUID]

    def __getattr__(self, name: str) -> UUID:
        """The id of that name."""
        return self.ids[name]


@pytest.fixture
def elsewhere(app) -> Elsewhere:
    """A Catalan village with a secretary, a Basque one whose secretary has no account, a town."""
    return make_elsewhere(app)


def make_elsewhere(app) -> Elsewhere:
    """Make them."""
    ids: dict[str, UUID] = {}
    with app.app_context(), unit_of_work():
        for key, name, language, territory, population, kind in (
            ("vallserena", "Ajuntament de Vallserena", "ca", "ES-CT", 740, "municipality"),
            ("urdintza", "Urdintzako Udala", "eu", "ES-PV", 610, "municipality"),
            ("robledal", "Ayuntamiento de Robledal", "es", "ES-CL", 21_000, "municipality"),
        ):
            agency = create_agency(
                code=f"X-{key}",
                code_scheme="local",
                handle=key,
                name=Localized({language: name}),
                kind=AgencyKind(kind),
                languages=[language] if language == "es" else [language, "es"],
                territory=territory,
                population=population,
            )
            ids[key] = agency.id
            root = root_unit(agency)
            unit = create_unit(None, root, Localized({language: _UNIT[language]}))
            for number, (title, person, state) in enumerate(_POSTS[key]):
                where = root if number == 0 else unit
                post = create_post(
                    None,
                    PostSpec(
                        unit=where, title=Localized({language: title}), code=f"{key}-{number}"
                    ),
                )
                ids[f"{key}_{number}"] = post.id
                if person:
                    ids[person] = _person(agency, person, language, post, state)
    return Elsewhere(ids)


_UNIT = {"ca": "Recursos Humans", "eu": "Giza Baliabideak", "es": "Recursos Humanos"}
_POSTS: dict[str, tuple[tuple[str, str, AccountState | None], ...]] = {
    "vallserena": (
        ("Secretari interventor", "quim", AccountState.ACTIVE),
        ("Tècnica de nòmines", "mireia", AccountState.ACTIVE),
    ),
    "urdintza": (
        ("Idazkari kontu-hartzailea", "maialen", AccountState.INVITED),
        ("Nominen arduraduna", "", None),
    ),
    "robledal": (
        ("Secretario general", "teo", AccountState.ACTIVE),
        ("Jefe de Negociado", "aurelio", AccountState.ACTIVE),
    ),
}


def _person(agency, name: str, language: str, post: Post, state: AccountState | None) -> UUID:
    person = create_person(
        None, agency, name.capitalize(), ProfileContents(languages=[language, "es"])
    )
    appoint(None, post, person, starts_on=SINCE)
    if state is not None:
        with unit_of_work() as work:
            work.add(
                Account(
                    person_id=person.id,
                    home_agency_id=agency.id,
                    email=f"{name}@{agency.handle}.example",
                    state=state,
                )
            )
    return person.id


@pytest.fixture
def letters(app):
    """The mails that lie in the Maildir, newest last."""

    def read():
        folder = Path(app.config["SETTINGS"].data_dir) / "mail"
        box = mailbox.Maildir(folder, create=True)
        mails = [message_from_bytes(bytes(mail), policy=default) for mail in box]
        return sorted(mails, key=lambda mail: mail["Message-ID"])

    return read
