"""Making the story's agencies, units, posts and people, through the operations for it."""

from dataclasses import dataclass, field
from datetime import timedelta

from intranet.demo import chance
from intranet.demo.calendar import Calendar
from intranet.demo.model import Organisation, Person
from intranet.organisation.accounts.operations.accounts import NewAccount, create_accounts
from intranet.organisation.agencies import models as agency_models
from intranet.organisation.agencies.operations.administrations import give_administration
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import NewPost, create_posts
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people import models as people_models
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import NewAppointment, appoint_all
from intranet.organisation.people.operations.people import Profile, create_people
from intranet.platform.core.types import Localized

# One in so many has not said what they do, one in so many takes questions.
SAID_IN, OPEN_IN, SAID_WITHIN_DAYS = 5, 3, 300


@dataclass
class Settled:
    """The story and what has been made of it so far: rows by the keys of the story."""

    story: Organisation
    calendar: Calendar
    agencies: dict[str, agency_models.Agency] = field(default_factory=dict)
    units: dict[str, agency_models.Unit] = field(default_factory=dict)
    posts: dict[str, agency_models.Post] = field(default_factory=dict)
    people: dict[str, people_models.Person] = field(default_factory=dict)


def settle(story: Organisation, calendar: Calendar, *, password_hash: str) -> Settled:
    """Make the whole organisation; everybody signs in with the same password."""
    settled = Settled(story, calendar)
    for key in story.agencies:
        _make_agency(settled, key)
        _make_units(settled, key)
        _make_posts(settled, key)
        _make_people(settled, key, password_hash)
    for key in story.agencies:
        _appoint(settled, key)
        administrator = settled.posts[story.agencies[key].administrator]
        give_administration(None, settled.agencies[key], administrator)
    for away in story.absences:
        set_absence(
            None,
            settled.people[away.person],
            starts_on=calendar.day(away.since),
            ends_on=calendar.day(away.until),
            stand_in=settled.people[away.stand_in],
        )
    return settled


def _make_agency(settled: Settled, key: str) -> None:
    said = settled.story.agencies[key]
    row = create_agency(
        code=said.code,
        code_scheme=said.scheme,
        root_code=said.code,
        handle=said.key,
        name=Localized(said.name),
        kind=agency_models.AgencyKind(said.kind),
        languages=said.languages,
        territory=said.territory,
        population=said.population,
        time_zone=said.time_zone,
        # Its password stands on its first page: a code on one phone would shut all others out.
        second_factor=agency_models.SecondFactor.NOBODY,
    )
    row.articles = agency_models.ArticleRule(said.articles)
    settled.agencies[key] = row


def _make_units(settled: Settled, agency: str) -> None:
    for said in settled.story.units.values():
        if said.agency != agency:
            continue
        settled.units[said.key] = (
            create_unit(None, settled.units[said.parent], Localized(said.name), code=said.code)
            if said.parent
            else root_unit(settled.agencies[agency])
        )


def _make_posts(settled: Settled, agency: str) -> None:
    wanted = [post for post in settled.story.posts.values() if post.agency == agency]
    made = create_posts(
        None,
        settled.agencies[agency],
        [
            NewPost(
                unit=settled.units[post.unit],
                title=Localized(post.title),
                kind=agency_models.PostKind(post.kind),
                level=post.level,
                is_head=post.is_head,
                publishes_for_agency=post.publishes,
                functions=post.functions,
                code=post.code,
                handle=post.handle,
            )
            for post in wanted
        ],
    )
    settled.posts |= {post.key: row for post, row in zip(wanted, made, strict=True)}


def _make_people(settled: Settled, agency: str, password_hash: str) -> None:
    wanted = [person for person in settled.story.people.values() if person.agency == agency]
    row = settled.agencies[agency]
    made = create_people(None, row, [(person.name, _profile(person)) for person in wanted])
    settled.people |= {person.key: one for person, one in zip(wanted, made, strict=True)}
    for person, one in zip(wanted, made, strict=True):
        _say_what_they_do(settled, person, one)
    create_accounts(
        None,
        row,
        [
            NewAccount(
                person=settled.people[person.key],
                email=person.email,
                staff_number=person.staff_number,
                password_hash=password_hash,
                locale=person.locale,
            )
            for person in wanted
        ],
    )


def _say_what_they_do(settled: Settled, said: Person, person: people_models.Person) -> None:
    """Most have said what they do, and some take questions; the cast is asked first."""
    if said.about or chance.number(SAID_IN, "said", said.key) == 0:
        return
    person.open_to_questions = chance.number(OPEN_IN, "open", said.key) == 0
    days = chance.number(SAID_WITHIN_DAYS, "said on", said.key)
    person.confirmed_on = settled.calendar.today - timedelta(days=days)


def _profile(person: Person) -> Profile:
    return Profile(
        about=person.about,
        languages=list(person.languages),
        ask_about=list(person.ask_about),
        phone=person.phone,
        contact_note=person.contact_note,
        week=dict(person.week),
    )


def _appoint(settled: Settled, agency: str) -> None:
    day = settled.calendar.day
    appoint_all(
        None,
        settled.agencies[agency],
        [
            NewAppointment(
                post=settled.posts[said.post],
                person=settled.people[said.person],
                starts_on=day(said.since),
                ends_on=day(said.until) if said.until else None,
                kind=AppointmentKind(said.kind),
                basis=said.basis,
            )
            for said in settled.story.appointments
            if settled.story.posts[said.post].agency == agency
        ],
    )
