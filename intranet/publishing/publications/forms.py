"""Forms of the editor. Days and times are in the agency's time zone."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator
from werkzeug.datastructures import MultiDict

from intranet.config import LANGUAGES
from intranet.messaging.spaces.audience import ATOMS_LIMIT, Atom, Audience
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line, require_days
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Choices, Written
from intranet.publishing.publications.versions import with_working_copy

Day = Annotated[date | None, EmptyIsNone]
Clock = Annotated[time | None, EmptyIsNone]
Edition = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class FollowForm(Form):
    """A subject to follow or to unfollow."""

    do: Literal["follow", "unfollow"]
    kind: FollowKind
    subject: Line


class NamedEdition(Form):
    """The edition of the working copy that the person saw."""

    edition: Edition


class EditorForm(NamedEdition):
    """The choices beside the texts. Browsers do not send a switch that is off."""

    when: str = "now"
    scheduled_on: Day = None
    scheduled_time: Clock = None
    asks: bool = False
    due_on: Day = None
    counts_newcomers: bool = False
    reaches_out: bool = False
    is_urgent: bool = False
    urgent_reason: Line = ""
    ends: bool = False
    ends_on: Day = None
    ends_time: Clock = None
    is_pinned: bool = False
    pinned_on: Day = None
    visibility: Annotated[Visibility | None, EmptyIsNone] = None
    has_discussion: bool = False
    topics: tuple[str, ...] = ()

    def choices(self, agency: Agency) -> Choices:
        """Return the choices with instants, in the time zone of an agency.

        Raises:
            Invalid: a day or time is missing, out of range, or skipped by a change of the clocks.
        """
        zone = agency.time_zone
        require_days(
            scheduled_on=self.scheduled_on,
            due_on=self.due_on,
            ends_on=self.ends_on,
            pinned_on=self.pinned_on,
        )
        scheduled_at = expires_at = None
        if self.when == "later":
            scheduled_at = _instant(self.scheduled_on, self.scheduled_time, zone, "scheduled_on")
        if self.ends:
            expires_at = _instant(self.ends_on, self.ends_time, zone, "ends_on")
        if self.asks and self.due_on is None:
            raise Invalid({"due_on": _l("Choose the last day for confirming reading.")})
        if self.is_pinned and self.pinned_on is None:
            raise Invalid(
                {"pinned_on": _l("Choose the last day on which the publication will stay pinned.")}
            )
        pinned = self.pinned_on if self.is_pinned else None
        return Choices(
            due_on=self.due_on if self.asks else None,
            counts_newcomers=self.asks and self.counts_newcomers,
            is_urgent=self.is_urgent,
            urgent_reason=self.urgent_reason if self.is_urgent else "",
            is_only_here=not self.reaches_out,
            scheduled_at=scheduled_at,
            expires_at=expires_at,
            pinned_until=clock.end_of(pinned, zone) if pinned else None,
            visibility=self.visibility,
            has_discussion=self.has_discussion,
            topics=self.topics,
        )


class ChangeAudience(NamedEdition):
    """A change of an audience: a condition or an exception to add or remove."""

    add: Atom | None = None
    leave_out: Atom | None = None
    drop: Annotated[int | None, EmptyIsNone] = None
    drop_exception: Annotated[int | None, EmptyIsNone] = None

    @field_validator("add", "leave_out", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        """Read a condition; the button of a form sends it as JSON."""
        return json.loads(value) if isinstance(value, str) else value

    def changed(self, audience: Audience | None) -> Audience | None:
        """Return the changed audience, or None if no condition is left.

        Raises:
            Invalid: it has too many conditions.
        """
        wanted = list(audience.any) if audience else []
        excepted = list(audience.excepted) if audience else []
        if self.add and self.add not in wanted:
            wanted.append(self.add)
        if self.leave_out and self.leave_out not in excepted:
            excepted.append(self.leave_out)
        _take(wanted, self.drop)
        _take(excepted, self.drop_exception)
        if max(len(wanted), len(excepted)) > ATOMS_LIMIT:
            raise Invalid({"add": _l("There are too many conditions. Choose a larger unit.")})
        return Audience(any=wanted, **{"except": excepted}) if wanted else None


class ConfirmForm(Form):
    """The version that a person has read, and the post as which they confirm it."""

    version: Annotated[int, Field(ge=1, le=MAX_INTEGER)]
    post_id: Annotated[UUID | None, EmptyIsNone] = None


class VoiceForm(Form):
    """The name in which to publish: a space and a post, as `SPACE:POST`."""

    voice: Line

    def ids(self) -> tuple[UUID, UUID]:
        """Return the ids of the space and the post.

        Raises:
            Invalid: it is not such a pair.
        """
        space, _colon, post = self.voice.partition(":")
        try:
            return UUID(space), UUID(post)
        except ValueError as error:
            raise Invalid(
                {"voice": _l("Choose the post that will appear as the author.")}
            ) from error


def texts_by_language(sent: MultiDict[str, str] | Mapping[str, Any]) -> dict[str, Written]:
    """Read the texts by language from fields such as `title_es` and `body_es`."""
    return {
        language: Written(sent.get(f"title_{language}") or "", sent.get(f"body_{language}") or "")
        for language in LANGUAGES
        if f"title_{language}" in sent or f"body_{language}" in sent
    }


def _take(atoms: list[Atom], index: int | None) -> None:
    if index is not None and 0 <= index < len(atoms):
        del atoms[index]


def _instant(day: date | None, at: time | None, zone: str, field: str) -> datetime:
    if day is None or at is None:
        raise Invalid({field: _l("Choose a day and a time.")})
    try:
        return clock.instant_of(datetime.combine(day, at), zone)
    except ValueError as error:
        raise Invalid(
            {
                field: _l(
                    "The clocks go forward on that day, so this time does not exist. "
                    "Choose another time."
                )
            }
        ) from error


def working_copy(publication: Publication) -> dict[str, Any]:
    """Return the texts of a publication as fields of a form."""
    found: dict[str, Any] = {"edition": publication.edition}
    for text in with_working_copy(publication).texts:
        found[f"title_{text.language}"], found[f"body_{text.language}"] = text.title, text.body
    return found
