"""Partial changes of a publication by programs: fields left out stay as they are."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import (
    MAX_INTEGER,
    Form,
    Instant,
    LanguageTag,
    Line,
    Text,
    require_days,
)
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.kinds import KindName
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication, PublicationState
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
    set_audience,
    set_voice,
)
from intranet.publishing.publications.operations.publishing import (
    REASON_LIMIT,
    correct,
    publish,
    schedule,
    unschedule,
    withdraw,
)
from intranet.publishing.publications.versions import with_working_copy
from intranet.publishing.publications.voices import PublicationVoice

WITHDRAWING = frozenset({"state", "reason", "edition"})
CHOICES = tuple(Choices.__dataclass_fields__)
ReasonText = Annotated[Text, Field(max_length=REASON_LIMIT)]


class TextBody(Form):
    """A text in one language, as Markdown."""

    title: Text = ""
    body: Text = ""


class Content(Form):
    """The texts and choices of a publication. A language that is null is removed."""

    texts: dict[LanguageTag, TextBody | None] = Field(default_factory=dict)
    audience: Audience | None = None
    due_on: date | None = None
    counts_newcomers: bool = False
    is_urgent: bool = False
    urgent_reason: Line = ""
    is_only_here: bool = False
    scheduled_at: Instant | None = None
    expires_at: Instant | None = None
    pinned_until: Instant | None = None
    visibility: Visibility | None = None
    has_discussion: bool = False
    topics: tuple[str, ...] = Field(default=(), max_length=3)
    file_ids: list[UUID] = Field(default_factory=list, max_length=30)
    space_id: UUID | None = None
    post_id: UUID | None = None


class NewPublication(Content):
    """A draft; without `space_id` and `post_id`, in the first name the person may use."""

    kind: KindName = ANNOUNCEMENT


class StateAsked(StrEnum):
    """The states that a program can ask for."""

    DRAFT = PublicationState.DRAFT.value
    SCHEDULED = PublicationState.SCHEDULED.value
    PUBLISHED = PublicationState.PUBLISHED.value
    WITHDRAWN = PublicationState.WITHDRAWN.value


class ChangePublication(Content):
    """A change of a publication, with the edition of the working copy that it replaces.

    Publishing again corrects a publication, and needs a `note`; withdrawing needs a `reason`.
    Publishing and scheduling may name the reviewed `audience_version`, as given by the draft and
    the preview of an audience: if the audience has changed since, nothing is sent (409). Without
    it, the audience of that moment receives it. A scheduled publication goes to the audience of its
    time.
    """

    edition: Annotated[int | None, Field(ge=0, le=MAX_INTEGER)] = None
    audience_version: Annotated[Line, Field(max_length=40)] | None = None
    state: StateAsked | None = None
    note: ReasonText = ""
    asks_again: bool = False
    reason: ReasonText = ""


def begin(person: Person, form: NewPublication, voice: PublicationVoice) -> Publication:
    """Create a draft with all the content of the form, in one transaction.

    Raises:
        Forbidden, Invalid, NotFound: as in the operations that set each field.
    """
    with unit_of_work():
        draft = create_draft(person, form.kind, voice)
        _apply(person, draft, form)
    return with_working_copy(draft)


def require_changeable(publication: Publication, form: ChangePublication) -> None:
    """Check that the form may change this publication: contributions can only be withdrawn.

    Raises:
        Forbidden: its kind is changed on its own pages.
    """
    withdrawing = form.state == StateAsked.WITHDRAWN and form.model_fields_set <= WITHDRAWING
    if not publication.is_voiced and not withdrawing:
        raise Forbidden(_l("You cannot change this type of publication here. Use its own page."))


def change(
    person: Person, publication: Publication, form: ChangePublication, *, edition: int
) -> Publication:
    """Change the fields in the form, then the state that it asks for; all or nothing.

    Raises:
        Conflict: another person has changed it since `edition`.
        Forbidden, Invalid, NotFound: as in the operations that set each field.
    """
    with unit_of_work() as work:
        work.lock(publication)
        if form.model_fields_set & set(Content.model_fields):
            _apply(person, publication, form, edition=edition)
            edition = publication.edition
        if form.state:
            _become(person, publication, form, edition=edition)
    return with_working_copy(publication)


def _apply(
    person: Person, publication: Publication, form: Content, *, edition: int | None = None
) -> None:
    named = form.model_fields_set
    first = publication.edition if edition is None else edition
    publication = with_working_copy(publication)
    texts = {row.language: Written(row.title, row.body) for row in publication.texts}
    for language, text in form.texts.items():
        if text:
            texts[language] = Written(text.title, text.body)
        else:
            texts.pop(language, None)
    save_draft(person, publication, texts, _choices(publication, form), edition=first)
    if named & {"space_id", "post_id"} and isinstance(form, ChangePublication):
        voice = require_voice(
            person,
            form.space_id or publication.space_id,
            form.post_id or publication.post_id,
            publication.kind,
        )
        set_voice(person, publication, voice, edition=publication.edition)
    if "audience" in named:
        set_audience(person, publication, form.audience, edition=publication.edition)
    for file_id in form.file_ids:
        attach(person, publication, file_id, edition=publication.edition)


def _choices(publication: Publication, form: Content) -> Choices:
    named, announcement = form.model_fields_set, publication.announcement
    there = {name: announcement if hasattr(announcement, name) else publication for name in CHOICES}
    values = {name: getattr(form if name in named else there[name], name) for name in CHOICES}
    if "topics" not in named:
        values["topics"] = tuple(row.function_code for row in publication.topics)
    require_days(
        due_on=values["due_on"],
        **{
            name: values[name].date() if values[name] else None
            for name in ("scheduled_at", "expires_at", "pinned_until")
        },
    )
    return Choices(**values)


def _become(
    person: Person, publication: Publication, form: ChangePublication, *, edition: int
) -> None:
    seen = form.audience_version
    match form.state:
        case StateAsked.PUBLISHED if publication.published_at:
            correct(person, publication, form.note, edition=edition, asks_again=form.asks_again)
        case StateAsked.PUBLISHED:
            publish(person, publication, edition=edition, audience_version=seen)
        case StateAsked.SCHEDULED:
            schedule(person, publication, edition=edition, audience_version=seen)
        case StateAsked.DRAFT if publication.published_at:
            raise Invalid(
                {
                    "state": _l(
                        "This text has been published and cannot become a draft again. "
                        "Withdraw it instead."
                    )
                }
            )
        case StateAsked.DRAFT:
            unschedule(person, publication)
        case StateAsked.WITHDRAWN:
            withdraw(person, publication, form.reason)
