"""Offering and changing a model: each change is a new version, and its users are notified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, require_days
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.model_texts.models import MODEL, ModelText
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.placement import PublicationPlacement
from intranet.publishing.publications.versions import with_working_copy

LAW_LIMIT = 300


@dataclass(frozen=True)
class ModelDetails:
    """The law on which a model is based, its last day of use and its topics."""

    law: str = ""
    valid_until: date | None = None
    topics: tuple[str, ...] = ()


def offer_model(
    person: Person,
    where: PublicationPlacement,
    texts: Mapping[str, Written],
    details: ModelDetails,
    *,
    file_ids: Sequence[UUID] = (),
) -> ModelText:
    """Publish a model; the post as which it is offered is responsible for it.

    Args:
        texts: title and text by language; with a file the text may be empty.

    Raises:
        Forbidden: the person is not in the space, or does not act for the post.
        Invalid: there is nothing to copy, or a text, day or topic is not valid.
    """
    details = _checked(details, clock.today(where.post.unit.agency.time_zone))
    if not file_ids and not any(text.body.strip() for text in texts.values()):
        raise Invalid({"body": _l("Write the text to copy, or attach a file.")})
    with unit_of_work() as work:
        publication = contribute(
            person,
            MODEL,
            where.space,
            where.post,
            texts,
            visibility=where.visibility,
            topics=details.topics,
            file_ids=file_ids,
        )
        model = ModelText(
            publication_id=publication.id,
            publication=publication,
            law=details.law,
            valid_until=details.valid_until,
            added_at=publication.published_at or clock.now(),
            uses=0,
        )
        work.add(model)
        work.flush()
    return model


def change_model(
    person: Person,
    model: ModelText,
    texts: Mapping[str, Written],
    details: ModelDetails,
    note: str,
    *,
    edition: int,
    file_ids: Sequence[UUID] = (),
) -> None:
    """Publish a new version and notify its users. A later last day makes the model valid again.

    Raises:
        Forbidden: the person does not act for the responsible post.
        Conflict: another person has changed it since.
        Invalid: a text, day, topic or note is not valid.
    """
    with unit_of_work() as work:
        work.lock(model.publication)
        db.session.refresh(model)
        require_writer(person, model.publication)
        today = clock.today(model.publication.agency.time_zone)
        if details.valid_until != model.valid_until:
            details = _checked(details, today)
            model.valid_until, model.lapse_told_on = details.valid_until, None
        model.law = optional_line(details.law, "law", LAW_LIMIT)
        publication = save_draft(
            person, model.publication, texts, Choices(topics=details.topics), edition=edition
        )
        for file_id in file_ids:
            attach(person, publication, file_id, edition=publication.edition)
        publication = with_working_copy(publication)
        correct(person, publication, note, edition=publication.edition, asks_again=False)


def _checked(details: ModelDetails, today: date) -> ModelDetails:
    law = optional_line(details.law, "law", LAW_LIMIT)
    require_days(valid_until=details.valid_until)
    if details.valid_until and details.valid_until < today:
        raise Invalid({"valid_until": _l("This date has passed. Choose a later one.")})
    return ModelDetails(law, details.valid_until, details.topics)
