"""Forms of profiles and absences, parsed into values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from werkzeug.datastructures import MultiDict

from intranet.organisation.people.access import FIELDS, reach_of
from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.people.models import Person, ProfileReach, Showing
from intranet.organisation.people.operations.people import ProfileContents
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import EmptyIsNone, Form, Line, Text
from intranet.platform.core.text import one_line

ABOUT_CHARACTERS = 2000
MAX_TOPICS = 12
TOPIC_CHARACTERS = 60
PLACES = ("office", "home", "elsewhere")
LANGUAGES_OFFERED = (
    *("es", "ca", "gl", "eu", "en", "fr", "pt", "de", "it"),
    *("oc", "ast", "an", "ro", "uk", "ar", "zh", "ssp", "csc"),
)


class DirectoryProfileForm(Form):
    """The single-value fields of a profile."""

    about: Annotated[Text, Field(max_length=ABOUT_CHARACTERS)] = ""
    ask_about: Text = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    contact_note: Annotated[Line, Field(max_length=300)] = ""
    showing: Showing = Showing.HOURS
    version: int


class AbsenceForm(Form):
    """First and last day of an absence, and the stand-in."""

    starts_on: date
    ends_on: date
    stand_in_id: Annotated[UUID | None, EmptyIsNone] = None


@dataclass(frozen=True)
class Values:
    """A profile as its form shows it, stored or just typed."""

    about: str
    languages: list[str]
    ask_about: str
    phone: str
    contact_note: str
    week: dict[str, dict[str, str]]
    open_fields: list[str]
    showing: str
    version: str

    @classmethod
    def of(cls, person: Person) -> "Values":
        """Return the stored values."""
        return cls(
            about=person.about,
            languages=list(person.languages),
            ask_about="\n".join(person.ask_about),
            phone=person.phone,
            contact_note=person.contact_note,
            week={day: dict(person.week.get(day) or {}) for day in WEEKDAYS},
            open_fields=[name for name in FIELDS if reach_of(person, name) == ProfileReach.NETWORK],
            showing=person.showing.value,
            version=str(person.version),
        )

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "Values":
        """Return the values as sent, valid or not, so that nothing typed is lost."""
        return cls(
            about=sent.get("about", ""),
            languages=sent.getlist("languages"),
            ask_about=sent.get("ask_about", ""),
            phone=sent.get("phone", ""),
            contact_note=sent.get("contact_note", ""),
            week={day: _hours(sent, day) for day in WEEKDAYS},
            open_fields=[name for name in sent.getlist("open") if name in FIELDS],
            showing=sent.get("showing", Showing.HOURS.value),
            version=sent.get("version", ""),
        )

    def differing(self, other: "Values") -> list[str]:
        """Return the fields that differ from another, in the order of the form."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if name != "version" and mine[name] != theirs[name]]


def read_profile(sent: MultiDict[str, str]) -> tuple[ProfileContents, int]:
    """Parse a form into a profile, and the version it was based on.

    Raises:
        Invalid: with the reason for each invalid field.
    """
    errors: dict[str, Words] = {}
    plain = {name: sent.get(name, "") for name in DirectoryProfileForm.model_fields}
    form, week, topics = None, {}, []
    try:
        form = DirectoryProfileForm.parse(plain)
        topics = _topics(form.ask_about)
    except Invalid as problem:
        errors |= problem.errors
    try:
        week = _week(sent)
    except Invalid as problem:
        errors |= problem.errors
    if errors or form is None:
        raise Invalid(errors)
    opened = set(sent.getlist("open"))
    profile = ProfileContents(
        about=form.about.replace("\r\n", "\n"),
        languages=[tag for tag in LANGUAGES_OFFERED if tag in sent.getlist("languages")],
        ask_about=topics,
        phone=form.phone,
        contact_note=form.contact_note,
        week=week,
        reach={
            name: (ProfileReach.NETWORK if name in opened else ProfileReach.AGENCY).value
            for name in FIELDS
        },
        showing=form.showing,
    )
    return profile, form.version


def _topics(text: str) -> list[str]:
    topics = list(dict.fromkeys(one_line(line) for line in text.splitlines()))
    topics = [topic for topic in topics if topic]
    if len(topics) > MAX_TOPICS:
        raise Invalid({"ask_about": _l("Add at most %(limit)s topics.", limit=MAX_TOPICS)})
    if any(len(topic) > TOPIC_CHARACTERS for topic in topics):
        words = _l("Use at most %(limit)s characters per line.", limit=TOPIC_CHARACTERS)
        raise Invalid({"ask_about": words})
    return topics


def _week(sent: MultiDict[str, str]) -> dict[str, Any]:
    week, errors = {}, {}
    for day in WEEKDAYS:
        hours = _hours(sent, day)
        if hours["place"] not in PLACES:
            continue
        first, last = _time(hours["from"]), _time(hours["to"])
        if first is None or last is None:
            errors[f"week_{day}"] = _l(
                "Enter a start time and an end time, such as 08:00 and 15:00."
            )
        elif first >= last:
            errors[f"week_{day}"] = _l("The end is earlier than the start.")
        else:
            week[day] = {"place": hours["place"], "from": f"{first:%H:%M}", "to": f"{last:%H:%M}"}
    if errors:
        raise Invalid(errors)
    return week


def _hours(sent: MultiDict[str, str], day: str) -> dict[str, str]:
    return {part: sent.get(f"week_{day}_{part}", "") for part in ("place", "from", "to")}


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def absence_values(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the values typed in the form of an absence."""
    return {name: sent.get(name, "") for name in AbsenceForm.model_fields}
