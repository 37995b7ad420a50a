"""The agencies, units, posts and people of the story, created through the operations."""

from dataclasses import dataclass, field
from datetime import timedelta

from intranet.organisation.accounts.operations.accounts import NewAccount, create_accounts
from intranet.organisation.agencies import models as agency_models
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_posts
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people import models as people_models
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core.types import Localized
from tools.demo import chance
from tools.demo.calendar import Calendar
from tools.demo.model import StoryOrganisation, StoryPerson

# One person in so many has not confirmed what they do; one in so many is open to questions.
ONE_IN_UNCONFIRMED, ONE_IN_OPEN, CONFIRMED_WITHIN_DAYS = 5, 3, 300


@dataclass
class LoadedStory:
    """The story and the rows created from it so far, by the keys of the story."""

    story: StoryOrganisation
    calendar: Calendar
    agencies: dict[str, agency_models.Agency] = field(default_factory=dict)
    units: dict[str, agency_models.Unit] = field(default_factory=dict)
    posts: dict[str, agency_models.Post] = field(default_factory=dict)
    people: dict[str, people_models.Person] = field(default_factory=dict)


def settle(story: StoryOrganisation, calendar: Calendar, *, password_hash: str) -> LoadedStory:
    """Create the whole organisation; every account has the same password."""
    settled = LoadedStory(story, calendar)
    for key in story.agencies:
        _make_agency(settled, key)
        _make_units(settled, key)
        _make_posts(settled, key)
        _make_people(settled, key, password_hash)
    for key in story.agencies:
        _appoint(settled, key)
        administrator = settled.posts[story.agencies[key].administrator]
        make_administrator(None, settled.agencies[key], administrator)
    for away in story.absences:
        set_absence(
            None,
            settled.people[away.person],
            starts_on=calendar.day(away.since),
            ends_on=calendar.day(away.until),
            stand_in=settled.people[away.stand_in],
        )
    return settled


def _make_agency(settled: LoadedStory, key: str) -> None:
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
        # The first page shows the password: a second factor on one phone would lock others out.
        second_factor=agency_models.SecondFactor.NOBODY,
    )
    row.articles = agency_models.ArticleRule(said.articles)
    settled.agencies[key] = row


def _make_units(settled: LoadedStory, agency: str) -> None:
    for said in settled.story.units.values():
        if said.agency != agency:
            continue
        settled.units[said.key] = (
            create_unit(None, settled.units[said.parent], Localized(said.name), code=said.code)
            if said.parent
            else root_unit(settled.agencies[agency])
        )


def _make_posts(settled: LoadedStory, agency: str) -> None:
    wanted = [post for post in settled.story.posts.values() if post.agency == agency]
    made = create_posts(
        None,
        settled.agencies[agency],
        [
            PostSpec(
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


def _make_people(settled: LoadedStory, agency: str, password_hash: str) -> None:
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


def _say_what_they_do(
    settled: LoadedStory, said: StoryPerson, person: people_models.Person
) -> None:
    """Mark most profiles as confirmed, and let some of these people take questions.

    The cast is left out: people who sign in as one of them are asked to confirm the profile.
    """
    if said.about or chance.number(ONE_IN_UNCONFIRMED, "said", said.key) == 0:
        return
    person.open_to_questions = chance.number(ONE_IN_OPEN, "open", said.key) == 0
    days = chance.number(CONFIRMED_WITHIN_DAYS, "said on", said.key)
    person.confirmed_on = settled.calendar.today - timedelta(days=days)


def _profile(person: StoryPerson) -> ProfileContents:
    return ProfileContents(
        about=person.about,
        languages=list(person.languages),
        ask_about=list(person.ask_about),
        phone=person.phone,
        contact_note=person.contact_note,
        week=dict(person.week),
    )


def _appoint(settled: LoadedStory, agency: str) -> None:
    day = settled.calendar.day
    appoint_all(
        None,
        settled.agencies[agency],
        [
            AppointmentSpec(
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
