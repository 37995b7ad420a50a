"""Loading the country into an empty database."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import Select, select, text

from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceMember, Why
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.agencies.jobs import reconcile as lead_on
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.operations.storing import store_functions
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.operations import learn_words
from intranet.publishing.publications.follows import Follow, FollowKind
from tools.bench.country.groups import make_groups
from tools.bench.country.organisation import CountryOrganisation
from tools.bench.country.plan import Scale
from tools.bench.country.publishing import Publishing
from tools.bench.country.raw import Of, milliseconds
from tools.bench.country.sinks import Sink, without_indexes
from tools.bench.country.talking import Talking
from tools.bench.country.words import pools
from tools.demo.loader import load as load_demonstration

SEED = 8
YEARS = 2
ANA = "ana@monteclaro.example"
READER_NUMBER = 2
"""The person who heads the first service in the first department of the largest agency."""
INVITED_SPACES = 100
FOLLOWED_TOPICS = ("PRO", "LIC", "SEC")
LOADED_TABLES = (
    *("agencies", "units", "posts", "post_functions", "people", "accounts", "appointments"),
    *("absences", "administrations", "spaces", "audience_atoms", "space_members", "audit_lines"),
    *("search_documents", "conversations", "participants", "places", "messages"),
    *("message_versions", "mentions", "reactions", "files", "message_files", "notifications"),
    *("deliveries", "publications", "publication_texts", "publication_versions"),
    "announcements",
    *("publication_topics", "publication_atoms", "recipients", "acknowledgements", "questions"),
    *("initiatives", "initiative_texts"),
)


def load(app: Flask, share: float, say: Callable[[str], object]) -> None:
    """Fill an empty site with the demonstration and this share of the country."""
    began = time.perf_counter()

    def told(what: str) -> None:
        say(f"  {time.perf_counter() - began:6.0f} s  {what}")

    with app.app_context():
        load_demonstration(app.config["SETTINGS"].demo_password)
    told("the demonstration")
    if share:
        load_country(app, share, told)


def load_country(app: Flask, share: float, told: Callable[[str], object]) -> None:
    """Fill an empty site with this share of the country, without the demonstration."""
    chance = random.Random(SEED)  # noqa: S311 - the same country each time, no secret
    with app.app_context():
        with unit_of_work() as work:
            store_functions(work)
        said = pools(chance)
        functions = list(read_functions())
        now = clock.now()
        scale = Scale(share, milliseconds(now - timedelta(days=365 * YEARS)), milliseconds(now))
        db.session.remove()  # its transaction would block the bulk load
        with without_indexes(db.engine, list(LOADED_TABLES), told):
            sink = Sink(db.engine)
            organisation = CountryOrganisation(sink, scale, chance)
            organisation.make()
            told(f"{len(organisation.post_of):,} people in {len(organisation.spaces):,} rooms")
            talking = Talking(sink, organisation, said, chance, READER_NUMBER)
            publishing = Publishing(sink, talking, said, functions, chance)
            talking.talk(publishing.publish, scale.publications)
            talking.settle()
            sink.close()
            told(f"{scale.messages:,} messages, {scale.publications:,} publications")
        told("indexes")
        db.session.expunge_all()
        learn_words(organisation.words)
        make_groups(organisation, chance)
        _invite(organisation, chance)
        settled = "ANALYZE" if on_sqlite() else "VACUUM ANALYZE"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(settled))
        told("statistics")
        lead_on(repair=True)  # without statistics it takes longer than a statement may


def is_filled() -> bool:
    """Whether the site holds any agency."""
    return db.session.scalar(select(Agency.id).limit(1)) is not None


def readers() -> dict[str, Person]:
    """Return the readers: Ana, a head of service in the largest agency, and one in a village."""
    agencies = db.session.scalars(
        select(Agency).where(Agency.handle.like("town%")).order_by(Agency.id)
    ).all()
    asked = {"ana": select(Person).join(Account).where(Account.email == ANA)}
    if agencies:
        asked["head"] = _people_of(agencies[0]).offset(READER_NUMBER)
        asked["villager"] = _people_of(agencies[len(agencies) // 2]).offset(1)
    found = {name: db.session.scalar(person) for name, person in asked.items()}
    return {name: person for name, person in found.items() if person}


def _people_of(agency: Agency) -> Select[Person]:
    return (
        select(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id)
        .order_by(Person.id)
        .limit(1)
    )


def _invite(organisation: CountryOrganisation, chance: random.Random) -> None:
    """Invite the reader to many spaces, make them an administrator, and let them follow topics.

    This makes them a heavy user, for the most expensive pages.
    """
    scale = organisation.scale
    reader_id = UUID(organisation.person(READER_NUMBER))
    spaces = [space for space in organisation.spaces if space.agency == 0 and space.is_service]
    with unit_of_work() as work:
        for space in chance.sample(spaces[1:], min(INVITED_SPACES, len(spaces) - 1)):
            space_id = UUID(scale.id_of(Of.SPACE, space.number))
            work.add(SpaceMember(space_id=space_id, person_id=reader_id, why=Why.HAND))
        work.add(
            Administration(
                agency_id=UUID(scale.id_of(Of.AGENCY, 0)),
                post_id=UUID(organisation.post(READER_NUMBER)),
                accepted_at=clock.now(),
            ),
            *(
                Follow(person_id=reader_id, kind=FollowKind.TOPIC, subject=code)
                for code in FOLLOWED_TOPICS
            ),
        )
