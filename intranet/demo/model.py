"""What the story consists of. Everything refers to everything else by its key.

Keys: `monteclaro`, `monteclaro/licencias`, `monteclaro/licencias/administrativo/3`, `ana`.
Days are written as in `calendar`: `2014-03-03`, `-12d`, `monday`.
"""

from dataclasses import dataclass

Text = dict[str, str]  # language → words


@dataclass(frozen=True, slots=True)
class Agency:
    """An invented administration; its domain is `KEY.example`, its handle the key.

    `administrator` is the post that administers it; `articles` says whether every employee may
    write articles.
    """

    key: str
    code: str
    scheme: str
    kind: str
    name: Text
    short: Text
    territory: str
    population: int | None
    languages: tuple[str, ...]
    time_zone: str
    administrator: str
    articles: str

    @property
    def domain(self) -> str:
        """Where its people have their mailboxes."""
        return f"{self.key}.example"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; the one without a parent is the root of its agency."""

    key: str
    agency: str
    parent: str | None
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Post:
    """One place in a unit, with the functions it has."""

    key: str
    unit: str
    code: str
    handle: str
    title: Text
    kind: str
    level: int
    is_head: bool
    publishes: bool
    functions: tuple[str, ...]
    is_outdoor: bool
    is_vacant: bool

    @property
    def agency(self) -> str:
        """Key of the agency it belongs to."""
        return self.unit.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in one of the agencies; `week` is as `people.week` wants it."""

    key: str
    name: str
    agency: str
    email: str
    staff_number: str
    locale: str
    languages: tuple[str, ...]
    about: str
    ask_about: tuple[str, ...]
    phone: str
    contact_note: str
    week: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person in a post: holder, acting or substitute, from a day on, until one or for good."""

    person: str
    post: str
    kind: str
    basis: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away, the last day included."""

    person: str
    stand_in: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """All agencies with their units, posts and people, by key, from the root down."""

    agencies: dict[str, Agency]
    units: dict[str, Unit]
    posts: dict[str, Post]
    people: dict[str, Person]
    appointments: tuple[Appointment, ...]
    absences: tuple[Absence, ...]

    def is_below(self, unit: str, root: str) -> bool:
        """Whether a unit is another one or stands somewhere under it."""
        key: str | None = unit
        while key is not None:
            if key == root:
                return True
            key = self.units[key].parent
        return False

    def people_under(self, unit: str) -> list[str]:
        """Who holds a post in the unit or below it, each once, in the order of their posts."""
        found = (
            appointment.person
            for appointment in self.appointments
            if self.is_below(self.posts[appointment.post].unit, unit)
        )
        return list(dict.fromkeys(found))
