"""Changes through the API to the caller's own profile and account settings."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool

from intranet.finding.counterparts.operations import show_oneself
from intranet.finding.directory.forms import (
    ABOUT_CHARACTERS,
    LANGUAGES_OFFERED,
    MAX_TOPICS,
    TOPIC_CHARACTERS,
)
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.own_account import change_settings
from intranet.organisation.people.models import Person, ProfileReach, Showing
from intranet.organisation.people.operations.people import ProfileContents, edit_profile
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import FieldRefusedError, Form, Line, Text
from intranet.platform.core.unit_of_work import unit_of_work

# Fields outside the profile proper: whether the person is suggested as a counterpart.
SHOWN = frozenset({"open_to_questions", "is_suggested"})
HOURS = _l("Enter a start time and an end time, such as 08:00 and 15:00.")


def _hour(text: str) -> str:
    try:
        is_hour = time.fromisoformat(text).strftime("%H:%M") == text
    except ValueError:
        is_hour = False
    if not is_hour:
        raise FieldRefusedError(HOURS)
    return text


Hour = Annotated[Line, AfterValidator(_hour)]
Place = Literal["office", "home", "elsewhere"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Shown = Literal["photo", "phone", "about", "languages", "ask_about", "contact_note", "week"]
Topic = Annotated[Line, Field(min_length=1, max_length=TOPIC_CHARACTERS)]


class WorkingDay(Form):
    """Place and hours of work on a day of the week."""

    place: Place
    begins: Hour = Field(alias="from")
    ends: Hour = Field(alias="to")

    def as_json(self) -> dict[str, str]:
        """Return the working day as stored."""
        return {"place": self.place, "from": self.begins, "to": self.ends}


class SettingsChange(Form):
    """Language, theme and keyboard settings; a field that is not sent stays as it is."""

    language: Line = ""
    time_zone: Line = ""
    theme: Line = ""
    enter_sends: StrictBool = True
    single_keys: StrictBool = True


class MyChange(Form):
    """Changes to the caller's profile and settings; a field that is not sent stays as it is."""

    about: Annotated[Text, Field(max_length=ABOUT_CHARACTERS)] = ""
    languages: list[Line] = Field(default_factory=list)
    ask_about: list[Topic] = Field(default_factory=list, max_length=MAX_TOPICS)
    phone: Annotated[Line, Field(max_length=40)] = ""
    contact_note: Annotated[Line, Field(max_length=300)] = ""
    week: dict[Weekday, WorkingDay | None] = Field(default_factory=dict)
    reach: dict[Shown, ProfileReach] = Field(default_factory=dict)
    showing: Showing = Showing.HOURS
    open_to_questions: StrictBool = False
    is_suggested: StrictBool = True
    settings: SettingsChange = SettingsChange()


def change_myself(person: Person, account: Account, form: MyChange, *, version: int | None) -> None:
    """Change the person's own profile and settings, both or neither.

    Args:
        version: of the profile as the program read it; None to change whatever is there.

    Raises:
        Conflict: the profile was changed since `version`.
        Invalid: with the reason for each invalid field.
    """
    _check(form)
    named = form.model_fields_set
    with unit_of_work() as work:
        work.lock(person)
        if version is not None or named - {"settings"} - SHOWN:
            edit_profile(person, person, _merged(person, form), version=version)
        if chosen := {name: getattr(form, name) for name in SHOWN & named}:
            show_oneself(
                person,
                is_open=chosen.get("open_to_questions", person.open_to_questions),
                is_suggested=chosen.get("is_suggested", person.is_suggested),
            )
        if named_settings := form.settings.model_fields_set:
            settings = form.settings.model_dump(include=named_settings)
            change_settings(account, **{**_settings_of(account), **_named_as_kept(settings)})


def settings_json(account: Account) -> dict[str, Any]:
    """Return the settings of an account, by the names that a change uses."""
    kept = _settings_of(account)
    return {"language": kept.pop("locale"), **kept}


def _merged(person: Person, form: MyChange) -> ProfileContents:
    """Return the stored profile with the changes of the form."""
    stored = {name: getattr(person, name) for name in ProfileContents.__dataclass_fields__}
    changes: dict[str, Any] = {
        name: getattr(form, name)
        for name in ("about", "languages", "ask_about", "phone", "contact_note", "showing")
        if name in form.model_fields_set
    }
    sent = {day: hours.as_json() if hours else None for day, hours in form.week.items()}
    week: dict[str, Any] = dict(person.week) | sent
    changes["week"] = {day: hours for day, hours in week.items() if hours}
    chosen = {field: reach.value for field, reach in form.reach.items()}
    changes["reach"] = {**person.reach, **chosen}
    return ProfileContents(**{**stored, **changes})


def _settings_of(account: Account) -> dict[str, Any]:
    return {
        "locale": account.locale or account.home_agency.language,
        "time_zone": account.time_zone or account.home_agency.time_zone,
        "theme": account.theme,
        "enter_sends": account.enter_sends,
        "single_keys": account.single_keys,
    }


def _named_as_kept(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {("locale" if name == "language" else name): each for name, each in settings.items()}


def _check(form: MyChange) -> None:
    """Validate what the types of the fields cannot: languages on offer, and hours in order.

    Raises:
        Invalid: with the reason for each field.
    """
    errors: dict[str, Words] = {}
    if unknown := set(form.languages) - set(LANGUAGES_OFFERED):
        words = _l("This language is not available: %(tag)s", tag=min(unknown))
        errors["languages"] = words
    for day, hours in form.week.items():
        if hours and hours.begins >= hours.ends:
            errors[f"week.{day}"] = _l("The end is earlier than the start.")
    if errors:
        raise Invalid(errors)
