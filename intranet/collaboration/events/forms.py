"""Forms of events, as typed values. Days and hours are by the clock of the event."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from intranet.collaboration.events.models import AnswerKind
from intranet.collaboration.events.planning import EventPlan
from intranet.config import LANGUAGES
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line, Text, require_days
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PlaceForm

Day = Annotated[date | None, EmptyIsNone]
Clock = Annotated[time | None, EmptyIsNone]
Key = Annotated[Line, Field(max_length=20)]


class SpanForm(Form):
    """A start and an end. For all-day events the hours are ignored and the last day is included."""

    starts_on: Day = None
    starts_time: Clock = None
    ends_on: Day = None
    ends_time: Clock = None
    is_all_day: bool = False

    def span(self, *, is_all_day: bool) -> tuple[datetime, datetime]:
        """Return the start and the end, by the clock.

        Raises:
            Invalid: a day or hour is missing or out of range.
        """
        require_days(starts_on=self.starts_on, ends_on=self.ends_on)
        if self.starts_on is None:
            raise Invalid({"starts_on": _l("Choose a day and a time.")})
        last = self.ends_on or self.starts_on
        if is_all_day:
            ends = datetime.combine(last + timedelta(days=1), time.min)
            return datetime.combine(self.starts_on, time.min), ends
        if self.starts_time is None:
            raise Invalid({"starts_time": _l("Choose a day and a time.")})
        if self.ends_time is None:
            raise Invalid({"ends_time": _l("Choose a day and a time.")})
        return (
            datetime.combine(self.starts_on, self.starts_time.replace(tzinfo=None)),
            datetime.combine(last, self.ends_time.replace(tzinfo=None)),
        )


class PlanForm(SpanForm):
    """When and where an event takes place, how it repeats, and how many places it has."""

    zone: Line = ""
    place: Text = ""
    link: Line = ""
    capacity: Annotated[int | None, EmptyIsNone] = None
    repeats: Literal["", "daily", "weekly", "monthly", "yearly", "rule"] = ""
    interval: Annotated[int | None, EmptyIsNone] = None
    repeats_on: tuple[str, ...] | str = ()
    until: Day = None
    rule: Line = ""

    def plan(self) -> EventPlan:
        """Return the form as a plan.

        Raises:
            Invalid: a day or hour is missing or out of range.
        """
        starts, ends = self.span(is_all_day=self.is_all_day)
        require_days(until=self.until)
        return EventPlan(
            starts=starts,
            ends=ends,
            zone=self.zone,
            is_all_day=self.is_all_day,
            place=self.place,
            link=self.link,
            capacity=self.capacity,
            rule=self._rule(),
        )

    def _rule(self) -> str:
        if self.repeats == "rule" or not self.repeats:
            return self.rule if self.repeats else ""
        days = (self.repeats_on,) if isinstance(self.repeats_on, str) else self.repeats_on
        parts = [f"FREQ={self.repeats.upper()}", f"INTERVAL={self.interval or 1}"]
        parts += [f"BYDAY={','.join(days)}"] if days and self.repeats == "weekly" else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until else []
        return ";".join(parts)


class EventTextForm(Form):
    """The title, text and topics of an event, in a language."""

    title: Line = ""
    body: Text = ""
    language: Line = ""
    topics: tuple[str, ...] | str = ()

    def texts(self) -> dict[str, Written]:
        """Return the title and text by language.

        Raises:
            Invalid: there is no title, or no such language.
        """
        if self.language not in LANGUAGES:
            raise Invalid({"language": _l("This value is not allowed here.")})
        if not self.title:
            raise Invalid({"title": _l("Enter some text here.")})
        return {self.language: Written(self.title, self.body)}

    def codes(self) -> list[str]:
        """Return the codes of the topics."""
        codes = (self.topics,) if isinstance(self.topics, str) else self.topics
        return [code for code in codes if code]


class NewEvent(PlaceForm, EventTextForm, PlanForm):
    """A new event."""

    invites: bool = False
    file_ids: tuple[UUID, ...] = ()


class ChangeEvent(EventTextForm, PlanForm):
    """A change to an event."""

    edition: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    visibility: Annotated[Visibility | None, EmptyIsNone] = None
    note: Line = ""


class AnswerForm(Form):
    """An answer: `at` names a day of the event, `post_id` the post under which you attend."""

    answer: AnswerKind
    at: Key = ""
    post_id: Annotated[UUID | None, EmptyIsNone] = None


class CancelForm(Form):
    """The reason of a cancellation, and the day where only that is cancelled."""

    reason: Line = ""
    at: Key = ""


class EventMoveForm(SpanForm):
    """The new time of a day of the event."""

    at: Key


class MinutesForm(Form):
    """The minutes of an occurrence."""

    at: Key = ""
    body: Text = ""
