"""What the pages of polls send, as typed values. Days and times are by the agency's clocks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import Field
from werkzeug.datastructures import MultiDict

from intranet.collaboration.polls.counting import Ballot
from intranet.collaboration.polls.models import Poll, PollKind, ResultsWhen, Suits
from intranet.collaboration.polls.operations.opening import OPTIONS_LIMIT, Rules
from intranet.messaging.spaces.audience import Audience
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import (
    PLACES,
    EmptyIsNone,
    Form,
    Line,
    Text,
    optional_text,
    require_days,
    required_line,
)
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.places import PlaceForm
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT

LanguageTag = Literal["es", "ca", "gl", "eu", "en"]
Day = Annotated[date | None, EmptyIsNone]
Clock = Annotated[time | None, EmptyIsNone]


class Asked(Form):
    """Whom a poll asks: the people of its place, or further ones within its reach."""

    asked: Literal["place", "heads", "function"] = "place"
    function: Annotated[Line, Field(max_length=3)] = ""


class PollForm(PlaceForm, Asked):
    """A poll to be opened. `kind` and `secrecy` are said; `then` is what its button does."""

    kind: PollKind = PollKind.CHOICES
    title: Line = ""
    body: Text = ""
    language: LanguageTag
    options: Text = ""
    most: Annotated[int, Field(ge=1, le=PLACES)] = 1
    secrecy: Literal["named", "totals"] = "totals"
    results: ResultsWhen = ResultsWhen.VOTED
    closes_on: Day = None
    closes_time: Clock = None
    then: Literal["review", "open", "more"] = "review"

    def texts(self) -> dict[str, Written]:
        """What is asked, in its language.

        Raises:
            Invalid: there is no question, or it is too long.
        """
        title = required_line(self.title, "title", TITLE_LIMIT)
        return {self.language: Written(title, optional_text(self.body, "body", BODY_LIMIT))}

    def rules(
        self,
        zone: str,
        options: Sequence[str] | Sequence[datetime],
        audience: Audience | None,
    ) -> Rules:
        """How it goes; an end is a day, and a time of the agency's clocks or the end of that day.

        Raises:
            Invalid: the end cannot be.
        """
        return Rules(
            options=options,
            kind=self.kind,
            is_secret=self.secrecy == "totals",
            most=self.most,
            results=self.results,
            closes_at=self._closes_at(zone),
            audience=audience,
        )

    def choices(self) -> list[str]:
        """What can be chosen: a line each."""
        lines = (" ".join(line.split()) for line in self.options.splitlines())
        return [line for line in lines if line]

    def _closes_at(self, zone: str) -> datetime | None:
        require_days(closes_on=self.closes_on)
        if self.closes_on is None:
            if self.closes_time is not None:
                raise Invalid({"closes_on": _l("Choose a day and a time.")})
            return None
        if self.closes_time is None:
            return clock.end_of(self.closes_on, zone)
        return _instant(self.closes_on, self.closes_time, zone, "closes_on")


class BallotForm(Form):
    """Somebody's vote; `again` says that it is to replace the one they gave."""

    again: bool = False


class ReasonForm(Form):
    """Why something is taken back."""

    reason: Line = ""


def read_dates(sent: MultiDict[str, str], zone: str) -> list[datetime]:
    """The days and times of a form, without its empty rows; a day without a time is midnight.

    Raises:
        Invalid: there is a time without a day, or no clock shows it.
    """
    found = []
    for day, at in date_rows(sent):
        if not day and not at:
            continue
        try:
            read_day, read_time = date.fromisoformat(day), time.fromisoformat(at or "00:00")
        except ValueError as error:
            raise Invalid({"options": _l("Choose a day for each time.")}) from error
        require_days(options=read_day)
        found.append(_instant(read_day, read_time, zone, "options"))
    return found


def date_rows(sent: MultiDict[str, str]) -> Sequence[tuple[str, str]]:
    """The rows of days and times as they were typed; no more than there can be."""
    days, times = sent.getlist("day"), sent.getlist("time")
    return list(zip(days, times, strict=False))[: OPTIONS_LIMIT + 1]


def read_ballot(poll: Poll, sent: MultiDict[str, str]) -> Ballot:
    """What somebody chose, out of a form: `choice` once or more, or `suits_1`, `suits_2`.

    Raises:
        Invalid: it is none of what is there.
    """
    if poll.kind == PollKind.DATES:
        return _suits(poll, sent)
    try:
        return {int(text): Suits.YES for text in sent.getlist("choice")}
    except ValueError as error:
        raise Invalid({"choice": _l("This option is not available here.")}) from error


def _suits(poll: Poll, sent: Mapping[str, Any]) -> Ballot:
    said = {option.number: sent.get(f"suits_{option.number}", "") for option in poll.options}
    if any(suits not in set(Suits) for suits in said.values()):
        raise Invalid({"choice": _l("For each day, say whether it suits you.")})
    return {number: Suits(suits) for number, suits in said.items()}


def _instant(day: date, at: time, zone: str, field: str) -> datetime:
    try:
        return clock.instant_of(datetime.combine(day, at.replace(tzinfo=None)), zone)
    except ValueError as error:
        raise Invalid(
            {
                field: _l(
                    "The clocks go forward on that day, so this time does not exist. "
                    "Choose another time."
                )
            }
        ) from error
