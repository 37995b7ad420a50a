"""A site to measure: an agency with signed-in people, and a server process."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from intranet.app import create_app
from intranet.config import read_settings
from intranet.extensions import db
from intranet.messaging.conversations.queries import channels_of
from intranet.messaging.spaces.queries import space_of_unit
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account, AccountState, SignIn
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.agencies.models import Agency, AgencyKind, Unit
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core import clock, schema
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tools.bench.processes import BenchServer, running

UNLIMITED_POSTS_PER_10S = 1_000_000


@dataclass(frozen=True)
class BenchChannel:
    """A channel, and a session cookie for each of its members."""

    conversation_id: UUID
    cookies: list[str]


def make_channel(size: int) -> BenchChannel:
    """Make an agency with a unit of `size` people, and return the channel of the unit."""
    agency = create_agency(
        code=f"BENCH{size}",
        name=Localized({"en": "Bench Council"}),
        kind=AgencyKind.MUNICIPALITY,
        languages=["en"],
        handle=f"bench{size}",
    )
    unit = create_unit(None, root_unit(agency), Localized({"en": "Everybody"}))
    people = fill(agency, unit, [f"Person {number}" for number in range(size)])
    space = space_of_unit(unit.id)
    if space is None:
        raise LookupError("the unit has no space")
    cookies = [f"{cookie_name()}={secret}" for secret in sign_in(agency, people)]
    return BenchChannel(channels_of(space)[0].id, cookies)


def fill(agency: Agency, unit: Unit, names: Sequence[str]) -> list[Person]:
    """Appoint people with these names to one post of a unit, since last year."""
    title = Localized({"en": "Officer"})
    post = create_post(None, PostSpec(unit=unit, title=title, places=len(names)))
    people = create_people(None, agency, [(name, ProfileContents()) for name in names])
    since = date.fromordinal(clock.today(agency.time_zone).toordinal() - 365)
    appoint_all(
        None,
        agency,
        [AppointmentSpec(post=post, person=person, starts_on=since) for person in people],
    )
    return people


def sign_in(agency: Agency, people: Sequence[Person]) -> list[str]:
    """Sign these people in, and return the secrets of their cookies in the same order."""
    secrets = [new_secret() for _person in people]
    accounts = [
        Account(
            person_id=person.id,
            home_agency_id=agency.id,
            email=f"{person.id}@{agency.handle}.example",
            state=AccountState.ACTIVE,
        )
        for person in people
    ]
    with unit_of_work() as work:
        work.add(*accounts)
        work.flush()
        work.add(*map(_sign_in, accounts, secrets))
    return secrets


def sign_in_again(person: Person) -> str:
    """Sign in a person with an account, and return the secret of the cookie."""
    account = db.session.scalars(select(Account).where(Account.person_id == person.id)).one()
    secret = new_secret()
    with unit_of_work() as work:
        work.add(_sign_in(account, secret))
    return secret


def _sign_in(account: Account, secret: str) -> SignIn:
    now = clock.now()
    return SignIn(
        account_id=account.id,
        token_hash=hash_of(secret),
        last_used_at=now,
        expires_at=now + timedelta(hours=12),
    )


@contextmanager
def serving(app: Flask, *, workers: int = 1, beside: Sequence[int] = ()) -> Iterator[BenchServer]:
    """Serve the data of the application with `intranet serve`, in processes of its own.

    Args:
        beside: process ids of services, whose processor time is counted apart.
    """
    settings = app.config["SETTINGS"]
    environment = {
        "INTRANET_DATA_DIR": str(settings.data_dir),
        "INTRANET_DATABASE_URL": settings.database_url,
        "INTRANET_POSTS_PER_10S": str(UNLIMITED_POSTS_PER_10S),
    }
    if settings.redis_url:
        environment["INTRANET_REDIS_URL"] = settings.redis_url
    command = [sys.executable, "-m", "intranet", "serve", "--empty", "--no-browser"]
    program = BenchServer([*command, f"--workers={workers}"], environment, tuple(beside))
    with running(program):
        yield program


def empty_app(folder: Path, database_url: str = "", redis_url: str = "") -> Flask:
    """Return an application on this new database, or on SQLite in the folder."""
    given = {"INTRANET_DATABASE_URL": database_url, "INTRANET_REDIS_URL": redis_url}
    named = {name: value for name, value in given.items() if value}
    settings = read_settings({"INTRANET_DATA_DIR": str(folder), **named})
    app = create_app(replace(settings, posts_per_10s=UNLIMITED_POSTS_PER_10S))
    schema.upgrade(app)
    return app
