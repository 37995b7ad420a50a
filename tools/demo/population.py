"""The people of the story: those it names, and invented ones in all other posts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tools.demo import chance, organisation
from tools.demo.files import read
from tools.demo.model import (
    StoryAbsence,
    StoryAgency,
    StoryAppointment,
    StoryOrganisation,
    StoryPerson,
    StoryPost,
)
from tools.demo.names import Name, mailbox, name_for, named

CAST = ("ana", "bieito", "carles", "dorleta", "elna", "iria")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ELECTED_ON = "2023-06-17"
FIRST_STAFF_NUMBER = 1001
FIRST_YEAR, YEAR_COUNT = 1994, 31
ONE_IN_HOME_DAY = 3


@cache
def story() -> StoryOrganisation:
    """Return the whole organisation, built once per process."""
    return _Making().organisation()


@dataclass
class _Making:
    """A builder of the organisation; it keeps the posts, names and addresses in use."""

    agencies: dict[str, StoryAgency] = field(default_factory=organisation.agencies)
    posts: dict[str, StoryPost] = field(default_factory=organisation.posts)
    people: dict[str, StoryPerson] = field(default_factory=dict)
    appointments: list[StoryAppointment] = field(default_factory=list)
    absences: list[StoryAbsence] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    mailboxes: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def organisation(self) -> StoryOrganisation:
        for said in read("people.toml")["person"]:
            self._add_named(said)
        for post in self.posts.values():
            if not post.is_vacant and post.key not in self.taken:
                self._add_invented(post)
        order = {key: place for place, key in enumerate(self.posts)}
        return StoryOrganisation(
            agencies=self.agencies,
            units=organisation.units(),
            posts=self.posts,
            people=self.people,
            appointments=tuple(sorted(self.appointments, key=lambda held: order[held.post])),
            absences=tuple(self.absences),
        )

    # --- people named by the story ------------------------------------------------------------

    def _add_named(self, said: dict[str, Any]) -> None:
        agency = said["at"].partition("/")[0]
        if not said.get("homonym") and said["name"] in self.names.get(agency, ()):
            raise ValueError(f"two people are called {said['name']}")
        held = [
            self._appointment(said["key"], holding) for holding in (said, *said.get("also", ()))
        ]
        self.appointments.extend(held)
        post = self.posts[held[0].post]
        local = said.get("mailbox") or mailbox(named(said["name"]))
        self._add_person(
            StoryPerson(
                key=said["key"],
                name=said["name"],
                agency=agency,
                email=self._email(agency, local),
                staff_number=self._staff_number(agency),
                locale=said.get("locale", self.agencies[agency].languages[0]),
                languages=tuple(said.get("languages", self.agencies[agency].languages)),
                about=said.get("about", ""),
                ask_about=tuple(said.get("ask", ())),
                phone=said.get("phone", ""),
                contact_note=said.get("note", ""),
                week=_week(_hours(post, said.get("hours")), said),
            )
        )
        for away in said.get("away", ()):
            self.absences.append(
                StoryAbsence(said["key"], away["stand_in"], away["since"], away["until"])
            )

    def _appointment(self, person: str, said: dict[str, Any]) -> StoryAppointment:
        kind = said.get("kind", "holder")
        post = self._place(said, kind)
        return StoryAppointment(
            person=person,
            post=post.key,
            kind=kind,
            basis=said.get("basis", ""),
            since=said.get("since") or _since(post),
            until=said.get("until"),
        )

    def _place(self, said: dict[str, Any], kind: str) -> StoryPost:
        """Return the post for an entry: that of the person in `place_of`, or an unused one.

        The unused one is the first with this title (a vacant one if `kind` is acting).
        """
        if "place_of" in said:
            held = next(one for one in self.appointments if one.person == said["place_of"])
            return self.posts[held.post]
        of_title = [
            post for post in self.posts.values() if post.key.rpartition("/")[0] == said["at"]
        ]
        wanted_vacant = kind == "acting"
        for post in of_title:
            if post.is_vacant == wanted_vacant and post.key not in self.taken:
                self.taken.add(post.key)
                return post
        raise ValueError(f"no place is left at {said['at']}")

    # --- everybody else -----------------------------------------------------------------------

    def _add_invented(self, post: StoryPost) -> None:
        name = self._name(post)
        agency = self.agencies[post.agency]
        self.appointments.append(
            StoryAppointment(
                post.key, post.key, "holder", _basis(post, agency.languages[0]), _since(post), None
            )
        )
        number = self._staff_number(agency.key)
        self._add_person(
            StoryPerson(
                key=post.key,
                name=name.full,
                agency=agency.key,
                email=self._email(agency.key, mailbox(name)),
                staff_number=number,
                locale=agency.languages[0],
                languages=agency.languages,
                about="",
                ask_about=(),
                phone="" if post.is_outdoor or post.kind == "elected" else f"ext. {number}",
                contact_note="",
                week={} if post.kind == "elected" else _week(_hours(post, None), _home_day(post)),
            )
        )

    def _name(self, post: StoryPost) -> Name:
        shares = organisation.shares_of_names(post.agency)
        for attempt in range(100):
            language = chance.weighted(shares, "language", post.key, attempt)
            name = name_for(language, post.key, attempt)
            if name.full not in self.names.setdefault(post.agency, set()):
                return name
        raise AssertionError("the pools of names are too small")

    # --- what is unique ----------------------------------------------------------------------

    def _add_person(self, person: StoryPerson) -> None:
        if person.key in self.people:
            raise ValueError(f"two people have the key {person.key}")
        self.people[person.key] = person
        self.names.setdefault(person.agency, set()).add(person.name)

    def _email(self, agency: str, local: str) -> str:
        candidates = self._candidates(agency, local)
        email = next(one for one in candidates if one not in self.mailboxes)
        self.mailboxes.add(email)
        return email

    def _candidates(self, agency: str, local: str) -> Iterator[str]:
        domain = self.agencies[agency].domain
        yield f"{local}@{domain}"
        for number in range(2, 100):
            yield f"{local}{number}@{domain}"

    def _staff_number(self, agency: str) -> str:
        self.counts[agency] = self.counts.get(agency, 0) + 1
        return str(FIRST_STAFF_NUMBER + self.counts[agency] - 1)


def _since(post: StoryPost) -> str:
    if post.kind == "elected":
        return ELECTED_ON
    year = FIRST_YEAR + chance.number(YEAR_COUNT, "year", post.key)
    month, day = (
        1 + chance.number(limit, part, post.key) for part, limit in (("m", 12), ("d", 28))
    )
    if post.kind == "trust":
        year = 2023
        month = max(month, 7)
    return f"{year}-{month:02d}-{day:02d}"


def _basis(post: StoryPost, language: str) -> str:
    if post.kind != "employee":
        return ""
    document = read("bases.toml")
    shares: dict[str, int] = document["outdoor" if post.is_outdoor else "indoor"]
    words: dict[str, str] = document[language]
    return words[chance.weighted(shares, "basis", post.key)]


def _hours(post: StoryPost, said: str | None) -> tuple[str, str]:
    if said is not None:
        start, _, end = said.partition("-")
        return start, end
    if post.is_outdoor:
        return "07:00", "14:00"
    return ("09:00", "17:00") if post.agency == "ballyrowan" else ("08:00", "15:00")


def _home_day(post: StoryPost) -> dict[str, Any]:
    if post.is_outdoor or chance.number(ONE_IN_HOME_DAY, "home", post.key):
        return {}
    return {"home": [chance.pick(WEEKDAYS, "day", post.key)]}


def _week(hours: tuple[str, str], said: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the working week; `home`, `elsewhere` and `off` list weekdays."""
    start, end = hours
    places = {day: place for place in ("home", "elsewhere", "off") for day in said.get(place, ())}
    return {
        day: {"place": places.get(day, "office"), "from": start, "to": end}
        for day in WEEKDAYS
        if places.get(day) != "off"
    }
