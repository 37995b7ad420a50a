"""The number before sending is the number delivered, at every door, for audiences of each kind."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import schedule  # noqa: F401 - what the outbox does
from intranet.attention.search.publication_search import newest_published
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.organisation.agencies.operations.posts import PostSpec, create_posts
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.people import create_person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications import queries
from intranet.publishing.publications.access import addressed_to, require_voice
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.audience_membership import fits
from intranet.publishing.publications.audience_preview import audience_preview
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import publish
from intranet.publishing.publications.reach import audience_of, measured, reached
from tests.publishing.publications.helpers import draft, published

FUNCTIONS = ("URB", "CON", "SEC", "COM")
TERRITORIES = ("ES", "ES-CL", "ES-G", "ES-CT")
KINDS = ("municipality", "province")
WORD = "abedul"
SEED = 20_260_329


def build_town(cast):
    """Posts of every level and several functions, people with one or two of them, some to come."""
    chance = random.Random(SEED)
    units = [cast.town_hall, cast.urban_planning, cast.licences, cast.procurement, cast.systems]
    day = clock.today("Europe/Madrid")
    with unit_of_work():
        posts = create_posts(
            None,
            cast.monteclaro,
            [
                PostSpec(
                    unit=chance.choice(units),
                    title=Localized({"es": f"Puesto {number}"}),
                    level=chance.randint(1, 5),
                    is_head=chance.random() < 0.2,
                    functions=chance.sample(FUNCTIONS, chance.randint(0, 2)),
                    places=30,
                )
                for number in range(14)
            ],
        )
        for number in range(24):
            person = create_person(None, cast.monteclaro, f"Persona {number}")
            for post in chance.sample(posts, chance.choice((1, 1, 1, 2, 3))):
                starts = day + timedelta(days=chance.choice((-400, -30, 0, 0, 9)))
                ended = starts < day and chance.random() < 0.2
                appoint(
                    None,
                    post,
                    person,
                    starts_on=starts,
                    ends_on=day - timedelta(days=1) if ended else None,
                )
    return [*posts, cast.officer_post, cast.vilaverde_post]


def audiences(cast, posts, count):
    """Generated audiences, each with a voice in which it is sent."""
    chance = random.Random(SEED + 1)
    units = [cast.town_hall, cast.urban_planning, cast.licences, cast.procurement, cast.innovation]
    people = db.session.scalars(select(Person.id).order_by(Person.id)).all()

    def atom():
        sort = chance.randrange(8)
        if sort == 0:
            return {"agency": str(chance.choice((cast.monteclaro, cast.altamar)).id)}
        if sort in {1, 2}:
            place = "unit" if sort == 1 else "heads"
            return {place: str(chance.choice(units).id), "subtree": chance.random() < 0.6}
        if sort == 3:
            return {"post": str(chance.choice(posts).id)}
        if sort == 4:
            return {"person": str(chance.choice(people))}
        mix = {
            "function": chance.choice(FUNCTIONS),
            "level": chance.choice((1, 2, 3, 4, 5, "head")),
            "agency_kind": chance.choice(KINDS),
            "territory": chance.choice(TERRITORIES),
        }
        return dict(chance.sample(sorted(mix.items(), key=str), chance.randint(1, 3)))

    for number in range(count):
        author = (cast.rosa, cast.carles, cast.rosa, cast.nadia)[number % 4]
        wanted = [atom() for _ in range(chance.randint(1, 4))]
        yield (
            author,
            {"any": wanted, "except": [atom() for _ in range(chance.choice((0, 0, 1, 2)))]},
        )


@pytest.mark.both
@pytest.mark.slow
def test_the_number_of_the_preview_is_the_number_delivered_at_every_door(app, cast):
    with app.test_request_context("/?lang=es"):
        _compare_every_door(cast)


def _compare_every_door(cast):
    sent, empty = {}, 0
    with unit_of_work():
        for author, audience in audiences(cast, build_town(cast), 50):
            made = draft(author, WORD, audience=audience)
            counted = measured(Audience.parse(audience), made.space, clock.now())
            told = audience_preview(
                author, Audience.parse(audience), require_voice(author), clock.now()
            )
            assert told["count"] == counted.count
            beyond = [row for row in told["excluded"] if row["reason"] in {"beyond", "elsewhere"}]
            assert sum(row["count"] for row in beyond) == counted.beyond
            assert counted.ways
            by_way = counted.ways.mail + counted.ways.only_here + counted.ways.never
            assert by_way == counted.count
            if counted.count:
                send(author, made)
                sent[made.id] = frozen_ids(made)
                assert len(sent[made.id]) == counted.count
                continue
            empty += 1
            with pytest.raises(Invalid) as refused:
                send(author, made)
            assert set(refused.value.errors) == {"audience"}
    assert len(sent) >= 30
    assert empty

    for person in db.session.scalars(select(Person)).all():
        mine = {publication_id for publication_id, ids in sent.items() if person.id in ids}
        found = newest_published(person, understand(person, SearchQuery(text=WORD)), limit=200)
        others = {row.subject_id for row in found if row.subject_id not in mine}
        assert ids_where(addressed_to(person)) == mine, person.name
        assert ids_where(fits(person)) == mine, person.name
        assert {item.publication.id for item in queries.latest(person, limit=200)} == mine
        assert mine <= {row.subject_id for row in found}, person.name
        # Who writes where it belongs finds it too; nobody else finds more than is theirs.
        assert not others or person in (cast.rosa, cast.carles, cast.nadia), person.name


@pytest.mark.slow
def test_pages_and_programs_open_to_those_to_whom_it_was_sent_and_nobody_else(app, cast, client_of):
    with app.app_context():
        sent = {}
        with unit_of_work():
            for author, audience in audiences(cast, build_town(cast), 12):
                made = draft(author, audience=audience)
                if measured(Audience.parse(audience), made.space, clock.now()).count:
                    send(author, made)
                    sent[made.id] = frozen_ids(made)
        ana, elna = cast.ana.id, cast.elna.id
    for who, person_id in ((cast.ana, ana), (cast.elna, elna)):
        client = client_of(who)
        listed = client.get("/api/v1/publications?limit=200").json["items"]
        assert {row["id"] for row in listed} == {
            str(one) for one, ids in sent.items() if person_id in ids
        }
        for one, ids in sent.items():
            for address in (f"/p/{one}", f"/api/v1/publications/{one}"):
                assert client.get(address).status_code == (200 if person_id in ids else 404)


@pytest.mark.slow
@pytest.mark.both
def test_newcomers_see_it_uncounted_movers_keep_it_and_leavers_of_the_agency_lose_it(
    app_context, cast
):
    made = published(cast.carles, audience={"any": [{"unit": str(cast.licences.id)}]})
    before = frozen_ids(made)
    assert cast.ana.id in before
    assert cast.nadia.id not in before

    day = clock.today("Europe/Madrid")
    appoint(None, cast.officer_post, cast.nadia, starts_on=day)
    assert is_addressed(cast.nadia, made)
    for held in current_appointments(cast.uxia.id):
        end_appointment(None, held)
    assert not is_addressed(cast.uxia, made)
    assert is_addressed(cast.ana, made)
    appoint(None, cast.technician_post, cast.ana, starts_on=day)
    for held in current_appointments(cast.ana.id):
        if held.post.unit_id == cast.licences.id:
            end_appointment(None, held)
    assert is_addressed(cast.ana, made)
    assert frozen_ids(made) == before


@pytest.mark.slow
@pytest.mark.both
def test_an_audience_of_everybody_or_one_that_contradicts_itself_says_so(app_context, cast):
    everybody = draft(cast.rosa, audience={"any": [{"territory": "ES"}]})
    counted = measured(said_of(everybody), everybody.space, clock.now())
    assert counted.beyond == 3  # Bieito, Elna, Guillem
    send(cast.rosa, everybody)
    assert len(frozen_ids(everybody)) == counted.count

    unit = {"unit": str(cast.licences.id)}
    contradiction = draft(cast.carles, audience={"any": [unit], "except": [unit]})
    with pytest.raises(Invalid) as refused:
        send(cast.carles, contradiction)
    assert set(refused.value.errors) == {"audience"}


def send(author, made):
    return publish(author, made, edition=made.edition)


def said_of(publication) -> Audience:
    audience = audience_of(publication)
    assert audience
    return audience


def frozen_ids(publication):
    asked = select(Recipient.person_id).where(Recipient.publication_id == publication.id)
    return set(db.session.scalars(asked))


def ids_where(condition):
    return set(
        db.session.scalars(
            select(Publication.id).where(Publication.published_at.is_not(None), condition)
        )
    )


def is_addressed(person, publication):
    return queries.is_addressed(person, publication)


@pytest.mark.both
def test_what_is_reached_is_written_once_for_each_person(app_context, cast):
    made = draft(cast.rosa)
    rows = db.session.execute(reached(said_of(made), made.space, clock.now())).all()
    assert len({row.person_id for row in rows}) == len(rows)
