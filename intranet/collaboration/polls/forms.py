"""Forms of polls, as typed values. Days and times are by the agency's clock."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import Field
from werkzeug.datastructures import MultiDict

from intranet.collaboration.polls.counting import Ballot
from intranet.collaboration.polls.models import Poll, PollKind, ResultsWhen, Suits
from intranet.collaboration.polls.operations.opening import OPTIONS_LIMIT, PollRules
from intranet.messaging.spaces.audience import Audience
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import (
    MAX_INTEGER,
    EmptyIsNone,
    Form,
    LanguageTag,
    Line,
    Text,
    optional_text,
    require_days,
    required_line,
)
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PlaceForm
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT

Day = Annotated[date | None, EmptyIsNone]
Clock = Annotated[time | None, EmptyIsNone]


class PollAudienceForm(Form):
    """The people whom a poll asks: members of its space, or a wider audience."""

    asked: Literal["place", "heads", "function"] = "place"
    function: Annotated[Line, Field(max_length=3)] = ""


class PollForm(PlaceForm, PollAudienceForm):
    """A new poll. `then` is the action of the button."""

    kind: PollKind = PollKind.CHOICES
    title: Line = ""
    body: Text = ""
    language: LanguageTag
    options: Text = ""
    most: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = 1
    secrecy: Literal["named", "totals"] = "totals"
    results: ResultsWhen = ResultsWhen.VOTED
    closes_on: Day = None
    closes_time: Clock = None
    then: Literal["review", "open", "more"] = "review"

    def texts(self) -> dict[str, Written]:
        """Return the question and its text by language.

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
    ) -> PollRules:
        """Return the rules of the poll.

        The end is a day and a time by the agency's clock; without a time, the end of the day.

        Raises:
            Invalid: the end is not allowed.
        """
        return PollRules(
            options=options,
            kind=self.kind,
            is_secret=self.secrecy == "totals",
            most=self.most,
            results=self.results,
            closes_at=self._closes_at(zone),
            audience=audience,
        )

    def choices(self) -> list[str]:
        """Return the options, a line each."""
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
    """A vote; with `again` it replaces the person's earlier vote."""

    again: bool = False


def read_dates(sent: MultiDict[str, str], zone: str) -> list[datetime]:
    """Return the days and times of a form without its empty rows; midnight where there is no time.

    Raises:
        Invalid: a time has no day, or does not exist because the clocks go forward.
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
    """Return the rows of days and times as typed, up to a row more than the limit."""
    days, times = sent.getlist("day"), sent.getlist("time")
    return list(zip(days, times, strict=False))[: OPTIONS_LIMIT + 1]


def read_ballot(poll: Poll, sent: MultiDict[str, str]) -> Ballot:
    """Return the vote in a form: `choice` once or more, or `suits_1`, `suits_2`.

    Raises:
        Invalid: an option does not exist, or a day has no answer.
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
