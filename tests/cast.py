"""The people of the demonstration, and an organisation around them, built through operations.

    monteclaro (town, es)      Rosa, mayor
      urban_planning           Carles, head · Xoel, architect
        licences               head vacant, Ana acts · Ana · Uxia, substitute for a month
      procurement              Nadia, head · Iria, since Monday
      systems                  Dorleta, administrator of Monteclaro
    vilaverde (village, gl)    Bieito, secretary-comptroller
    outeiro (village, gl)      Bieito as well, by accumulation
    altamar (province, ca)
      innovation               Elna, head
      assistance               Guillem, administrator of Altamar

Beside them: Eloi held a post of `licences` until yesterday, Lara has one and a disabled account.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from intranet.extensions import Identified, db
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account, AccountState, SignIn
from intranet.organisation.accounts.passwords import hash_password
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.agencies.models import (
    Agency,
    AgencyKind,
    Post,
    PostKind,
    SecondFactor,
    Unit,
)
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.models import AppointmentKind, Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import ProfileContents, create_person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

PASSWORD = "una frase larga y segura"
LONG_AGO = date(2019, 9, 2)
MORNINGS = {
    day: {"place": "office", "from": "08:00", "to": "15:00"}
    for day in ("mon", "tue", "wed", "thu", "fri")
}


def today() -> date:
    """The day it is in Monteclaro, which may be another one when the next test runs."""
    return clock.today("Europe/Madrid")


@dataclass
class Cast:
    """People, units, posts and agencies by name, as `cast.ana` or `cast.urban_planning`.

    Within an application context each is read anew, in its session; outside it is a copy that
    no session knows.
    """

    app: Flask
    ids: Mapping[str, tuple[type[Identified], UUID]]
    _copies: dict[str, Identified] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """The row of that name."""
        try:
            kind, row_id = self.ids[name]
        except KeyError:
            raise AttributeError(name) from None
        if has_app_context():
            return db.session.get_one(kind, row_id)
        if name not in self._copies:
            with self.app.app_context():
                self._copies[name] = db.session.get_one(kind, row_id)
        return self._copies[name]

    def account_of(self, person: Person) -> Account:
        """How a person signs in; within an application context only."""
        return db.session.scalars(select(Account).where(Account.person_id == person.id)).one()


class Browser(FlaskClient):
    """A test client that carries a form's token, as a browser does."""

    def submit(self, address: str, data: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """Send a form."""
        return self.post(address, data={**(data or {}), "csrf_token": self.token()}, **more)

    def token(self) -> str:
        """The token that this client's forms hold."""
        with self.application.test_request_context():
            from flask import session

            with self.session_transaction() as kept:
                if raw := kept.get("csrf_token"):
                    session["csrf_token"] = raw
                token = str(generate_csrf())
                kept["csrf_token"] = session["csrf_token"]
        return token


def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
    """Let a client be signed in as a person who has also given their password anew just now."""
    with client.application.app_context():
        secret = new_secret()
        account = db.session.scalars(select(Account).where(Account.person_id == person.id)).one()
        now = clock.now()
        with unit_of_work() as work:
            work.add(
                SignIn(
                    account_id=account.id,
                    token_hash=hash_of(secret),
                    device="Firefox · Linux",
                    created_at=now,
                    last_used_at=now,
                    confirmed_at=now,
                    expires_at=now + timedelta(hours=12),
                )
            )
        client.set_cookie(cookie_name(), secret)
    return client


def build() -> dict[str, tuple[type[Identified], UUID]]:
    """Make everything, within an application context; give the kind and id by name."""
    rows: dict[str, Identified] = {}
    _monteclaro(rows)
    _villages(rows)
    _altamar(rows)
    return {name: (type(row), row.id) for name, row in rows.items()}


def _monteclaro(rows: dict[str, Identified]) -> None:
    town = create_agency(
        code="L01990012",
        code_scheme="dir3",
        handle="monteclaro",
        name=Localized({"es": "Ayuntamiento de Monteclaro"}),
        kind=AgencyKind.MUNICIPALITY,
        languages=["es"],
        territory="ES-CL",
        population=85_140,
        second_factor=SecondFactor.NOBODY,
    )
    root = root_unit(town)
    planning = create_unit(None, root, Localized({"es": "Urbanismo y Obras"}), code="URB")
    licences = create_unit(None, planning, Localized({"es": "Licencias"}), code="URB-LIC")
    procurement = create_unit(None, root, Localized({"es": "Contratación Pública"}), code="CON")
    systems = create_unit(None, root, Localized({"es": "Organización y Sistemas"}), code="SIS")
    rows |= {"monteclaro": town, "town_hall": root, "urban_planning": planning}
    rows |= {"licences": licences, "procurement": procurement, "systems": systems}

    mayor = _post(root, "Alcaldía", is_head=True, kind=PostKind.ELECTED)
    head = _post(planning, "Jefe/a de Servicio de Urbanismo", is_head=True)
    architect = _post(planning, "Arquitecto/a municipal")
    head_of_licences = _post(licences, "Jefe/a de Sección de Licencias", is_head=True)
    officer = _post(licences, "Administrativo/a", places=4)
    head_of_procurement = _post(procurement, "Jefe/a de Contratación", is_head=True)
    technician = _post(procurement, "Técnico/a de Contratación", places=2)
    administrator = _post(systems, "Responsable de Organización y Sistemas", is_head=True)
    rows |= {"mayor_post": mayor, "head_post": head, "architect_post": architect}
    rows |= {"head_of_licences_post": head_of_licences, "officer_post": officer}
    rows |= {"head_of_procurement_post": head_of_procurement, "technician_post": technician}
    rows["administrator_post"] = administrator

    rows["rosa"] = _person(town, "Rosa Vidueira", mayor)
    rows["carles"] = _person(town, "Carles Roig", head)
    rows["xoel"] = _person(town, "Xoel Pardo", architect)
    rows["ana"] = ana = _person(
        town,
        "Ana Castro",
        officer,
        profile=ProfileContents(
            about="Tramito licencias de obra menor.",
            languages=["es", "gl"],
            ask_about=["licencias de obra", "atención al público"],
            phone="ext. 1204",
            week=MORNINGS,
        ),
    )
    appoint(
        None,
        head_of_licences,
        ana,
        starts_on=date(2024, 1, 8),
        kind=AppointmentKind.ACTING,
        basis="accidental",
    )
    today = clock.today(town.time_zone)
    rows["uxia"] = _person(
        town,
        "Uxía Lema",
        officer,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=20),
        kind=AppointmentKind.SUBSTITUTE,
        basis="interina",
    )
    rows["nadia"] = _person(town, "Nadia Benali", head_of_procurement)
    monday = today - timedelta(days=today.weekday())
    rows["iria"] = _person(town, "Iria Souto", technician, starts_on=monday)
    rows["dorleta"] = _person(town, "Dorleta Aguirre", administrator)
    make_administrator(None, town, administrator)
    yesterday = today - timedelta(days=1)
    rows["eloi"] = _person(town, "Eloi Bastida", officer, ends_on=yesterday)
    rows["lara"] = _person(town, "Lara Nieto", officer, state=AccountState.DISABLED)


def _villages(rows: dict[str, Identified]) -> None:
    bieito = None
    for name, code in (("Vilaverde", "L01990020"), ("Outeiro", "L01990033")):
        village = create_agency(
            code=code,
            code_scheme="dir3",
            handle=name.lower(),
            name=Localized({"gl": f"Concello de {name}"}),
            kind=AgencyKind.MUNICIPALITY,
            languages=["gl", "es"],
            territory="ES-GA",
            population=900,
            second_factor=SecondFactor.NOBODY,
        )
        root = root_unit(village)
        post = _post(root, "Secretaría-Intervención", is_head=True)
        rows |= {name.lower(): village, f"{name.lower()}_hall": root, f"{name.lower()}_post": post}
        if bieito is None:
            bieito = _person(
                village, "Bieito Lourido", post, profile=ProfileContents(languages=["gl", "es"])
            )
            rows["bieito"] = bieito
        else:
            appoint(None, post, bieito, starts_on=date(2021, 3, 1), basis="acumulación")


def _altamar(rows: dict[str, Identified]) -> None:
    province = create_agency(
        code="L02990041",
        code_scheme="dir3",
        handle="altamar",
        name=Localized({"ca": "Diputació d'Altamar", "es": "Diputación de Altamar"}),
        kind=AgencyKind.PROVINCE,
        languages=["ca", "es"],
        territory="ES-CT",
        population=640_000,
        second_factor=SecondFactor.NOBODY,
    )
    root = root_unit(province)
    innovation = create_unit(None, root, Localized({"ca": "Innovació", "es": "Innovación"}))
    assistance = create_unit(None, root, Localized({"ca": "Assistència als municipis"}))
    head = _post(innovation, "Cap d'Innovació", is_head=True)
    administrator = _post(assistance, "Cap de secció d'assistència informàtica", is_head=True)
    rows |= {"altamar": province, "altamar_hall": root, "innovation": innovation}
    rows |= {"assistance": assistance, "innovation_post": head, "assistance_post": administrator}
    rows["elna"] = _person(province, "Elna Puig", head)
    rows["guillem"] = _person(province, "Guillem Serra", administrator)
    make_administrator(None, province, administrator)


def _post(unit: Unit, title: str, **more: Any) -> Post:
    own = unit.agency.language
    return create_post(None, PostSpec(unit=unit, title=Localized({own: title}), **more))


def _person(
    agency: Agency,
    name: str,
    post: Post,
    *,
    profile: ProfileContents | None = None,
    state: AccountState = AccountState.ACTIVE,
    starts_on: date = LONG_AGO,
    **more: Any,
) -> Person:
    person = create_person(None, agency, name, profile)
    appoint(None, post, person, starts_on=starts_on, **more)
    first = name.split(maxsplit=1)[0].lower()
    with unit_of_work() as work:
        work.add(
            Account(
                person_id=person.id,
                home_agency_id=agency.id,
                email=f"{_plain(first)}@{agency.handle}.example",
                password_hash=_password_hash(),
                state=state,
            )
        )
    return person


def _plain(name: str) -> str:
    return name.replace("í", "i")


@cache
def _password_hash() -> str:
    """One hash for all: hashing twenty times would cost a second."""
    return hash_password(PASSWORD)
