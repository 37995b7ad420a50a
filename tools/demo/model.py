"""The data model of the story. Objects refer to each other by their keys.

Keys: `monteclaro`, `monteclaro/licencias`, `monteclaro/licencias/administrativo/3`, `ana`.
Days are written as in `calendar`: `2014-03-03`, `-12d`, `monday`.
"""

from dataclasses import dataclass

Text = dict[str, str]  # language → text


@dataclass(frozen=True, slots=True)
class StoryAgency:
    """An invented agency; its domain is `KEY.example`, its handle the key.

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
        """The domain of the agency's e-mail addresses."""
        return f"{self.key}.example"


@dataclass(frozen=True, slots=True)
class StoryUnit:
    """A unit; the one without a parent is the root of its agency."""

    key: str
    agency: str
    parent: str | None
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class StoryPost:
    """A post in a unit, with its functions."""

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
        """The key of the agency of the post."""
        return self.unit.partition("/")[0]


@dataclass(frozen=True, slots=True)
class StoryPerson:
    """A person of an agency; `week` has the format of `people.week`."""

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
class StoryAppointment:
    """A person in a post, as holder, acting or substitute; without `until` it has no end."""

    person: str
    post: str
    kind: str
    basis: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class StoryAbsence:
    """An absence of a person, the last day included."""

    person: str
    stand_in: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class StoryOrganisation:
    """All agencies, units, posts and people by key, from the root down."""

    agencies: dict[str, StoryAgency]
    units: dict[str, StoryUnit]
    posts: dict[str, StoryPost]
    people: dict[str, StoryPerson]
    appointments: tuple[StoryAppointment, ...]
    absences: tuple[StoryAbsence, ...]

    def is_below(self, unit: str, root: str) -> bool:
        """Whether a unit is `root` or below it."""
        key: str | None = unit
        while key is not None:
            if key == root:
                return True
            key = self.units[key].parent
        return False

    def people_under(self, unit: str) -> list[str]:
        """Return the people with a post in the unit or below it, in the order of their posts."""
        found = (
            appointment.person
            for appointment in self.appointments
            if self.is_below(self.posts[appointment.post].unit, unit)
        )
        return list(dict.fromkeys(found))
