"""Who holds the posts: the people whom the story names, and invented ones in all other places."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from intranet.demo import chance, organisation
from intranet.demo.files import read
from intranet.demo.model import Absence, Agency, Appointment, Organisation, Person, Post
from intranet.demo.names import Name, mailbox, name_for, named

CAST = ("ana", "bieito", "carles", "dorleta", "elna", "iria")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ELECTED_ON = "2023-06-17"
FIRST_STAFF_NUMBER = 1001
OLDEST_YEAR, YEARS = 1994, 31
ONE_IN_HOME_DAY = 3


@cache
def story() -> Organisation:
    """The whole organisation, made once per process."""
    return _Making().organisation()


@dataclass
class _Making:
    """What has been given out so far: posts, names and addresses."""

    agencies: dict[str, Agency] = field(default_factory=organisation.agencies)
    posts: dict[str, Post] = field(default_factory=organisation.posts)
    people: dict[str, Person] = field(default_factory=dict)
    appointments: list[Appointment] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    mailboxes: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def organisation(self) -> Organisation:
        for said in read("people.toml")["person"]:
            self._add_named(said)
        for post in self.posts.values():
            if not post.is_vacant and post.key not in self.taken:
                self._add_invented(post)
        order = {key: place for place, key in enumerate(self.posts)}
        return Organisation(
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
            Person(
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
                Absence(said["key"], away["stand_in"], away["since"], away["until"])
            )

    def _appointment(self, person: str, said: dict[str, Any]) -> Appointment:
        kind = said.get("kind", "holder")
        post = self._place(said, kind)
        return Appointment(
            person=person,
            post=post.key,
            kind=kind,
            basis=said.get("basis", ""),
            since=said.get("since") or _since(post),
            until=said.get("until"),
        )

    def _place(self, said: dict[str, Any], kind: str) -> Post:
        """Find the place meant: the first free one, a vacant one, or that of somebody."""
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

    def _add_invented(self, post: Post) -> None:
        name = self._name(post)
        agency = self.agencies[post.agency]
        self.appointments.append(
            Appointment(
                post.key, post.key, "holder", _basis(post, agency.languages[0]), _since(post), None
            )
        )
        number = self._staff_number(agency.key)
        self._add_person(
            Person(
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

    def _name(self, post: Post) -> Name:
        shares = organisation.shares_of_names(post.agency)
        for attempt in range(100):
            language = chance.weighted(shares, "language", post.key, attempt)
            name = name_for(language, post.key, attempt)
            if name.full not in self.names.setdefault(post.agency, set()):
                return name
        raise AssertionError("the pools of names are too small")

    # --- what is unique ----------------------------------------------------------------------

    def _add_person(self, person: Person) -> None:
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


def _since(post: Post) -> str:
    if post.kind == "elected":
        return ELECTED_ON
    year = OLDEST_YEAR + chance.number(YEARS, "year", post.key)
    month, day = (
        1 + chance.number(limit, part, post.key) for part, limit in (("m", 12), ("d", 28))
    )
    if post.kind == "trust":
        year = 2023
        month = max(month, 7)
    return f"{year}-{month:02d}-{day:02d}"


def _basis(post: Post, language: str) -> str:
    if post.kind != "employee":
        return ""
    document = read("bases.toml")
    shares: dict[str, int] = document["outdoor" if post.is_outdoor else "indoor"]
    words: dict[str, str] = document[language]
    return words[chance.weighted(shares, "basis", post.key)]


def _hours(post: Post, said: str | None) -> tuple[str, str]:
    if said is not None:
        start, _, end = said.partition("-")
        return start, end
    if post.is_outdoor:
        return "07:00", "14:00"
    return ("09:00", "17:00") if post.agency == "ballyrowan" else ("08:00", "15:00")


def _home_day(post: Post) -> dict[str, Any]:
    if post.is_outdoor or chance.number(ONE_IN_HOME_DAY, "home", post.key):
        return {}
    return {"home": [chance.pick(WEEKDAYS, "day", post.key)]}


def _week(hours: tuple[str, str], said: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Where somebody is on which weekday; `home` and `elsewhere` name days, `off` the free ones."""
    start, end = hours
    places = {day: place for place in ("home", "elsewhere", "off") for day in said.get(place, ())}
    return {
        day: {"place": places.get(day, "office"), "from": start, "to": end}
        for day in WEEKDAYS
        if places.get(day) != "off"
    }
