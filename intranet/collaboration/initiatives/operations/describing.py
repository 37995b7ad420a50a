"""Creating an initiative and changing its description."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.initiatives.body import (
    FACTS,
    PARTS,
    InitiativeFacts,
    InitiativeWording,
    body_of,
    in_words,
)
from intranet.collaboration.initiatives.models import (
    INITIATIVE,
    Initiative,
    InitiativeTranslation,
    Stage,
    StageChange,
)
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text, require_days, required_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import FileRole, Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.placement import PublicationPlacement
from intranet.publishing.publications.texts import TITLE_LIMIT
from intranet.publishing.publications.versions import get_version

PURPOSE_LIMIT, PART_LIMIT, FACT_LIMIT, LAW_LIMIT, NOTE_LIMIT = 500, 10_000, 200, 500, 500
FIGURES_LIMIT, VALUE_LIMIT, LABEL_LIMIT = 4, 20, 60


def create_initiative(
    author: Person,
    place: PublicationPlacement,
    texts: Mapping[str, InitiativeWording],
    facts: InitiativeFacts,
    *,
    stage: Stage = Stage.IDEA,
    stage_on: date | None = None,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
) -> Initiative:
    """Add an initiative to the catalogue. It belongs to the post, not to its holder.

    Args:
        texts: by language; at least one has a title and a purpose.
        stage_on: the first day of its stage; today by default.

    Raises:
        Forbidden, Invalid: as in `contribute`, or a text, figure or day is not allowed.
    """
    texts, facts = _sound(texts), _sound_facts(facts)
    with unit_of_work() as work:
        publication = contribute(
            author,
            INITIATIVE,
            place.space,
            place.post,
            _written(texts, facts, place.post.unit.agency.language),
            visibility=place.visibility,
            topics=topics,
            file_ids=file_ids,
            files_as=FileRole.ATTACHMENT,
        )
        stage_on = require_past(stage_on, publication.agency, "stage_on")
        initiative = Initiative(
            publication_id=publication.id,
            agency_id=publication.agency_id,
            stage=stage,
            stage_on=stage_on,
            publication=publication,
        )
        work.add(initiative)
        _put_facts(initiative, facts)
        work.flush()
        for language, said in texts.items():
            work.add(_text_of(initiative, language, said))
        work.add(
            StageChange(
                publication_id=publication.id, stage=stage, since_on=stage_on, by_id=author.id
            )
        )
        work.flush()
    return initiative


def change_initiative(
    person: Person,
    initiative: Initiative,
    texts: Mapping[str, InitiativeWording],
    facts: InitiativeFacts,
    *,
    edition: int,
    visibility: Visibility | None = None,
    topics: Sequence[str] = (),
    note: str = "",
) -> Initiative:
    """Change the description of an initiative. A previous text stays in its history.

    Args:
        texts: by language; texts in other languages are removed.
        edition: the edition of the publication that the person edited.
        note: a description of the change, for readers.

    Raises:
        Forbidden: the person does not act for the post that owns it.
        Conflict: another person changed it meanwhile.
        Invalid: a text, figure or topic is not allowed.
    """
    texts, facts = _sound(texts), _sound_facts(facts)
    note = optional_text(note, "note", NOTE_LIMIT // 2)
    publication = initiative.publication
    with unit_of_work() as work:
        own = publication.agency.language
        written = {own: Written("", ""), **_written(texts, facts, own)}
        choices = Choices(visibility=visibility, topics=tuple(topics))
        publication = save_draft(person, publication, written, choices, edition=edition)
        _put_facts(initiative, facts)
        known = {
            row.language: row
            for row in db.session.scalars(
                select(InitiativeTranslation).where(
                    InitiativeTranslation.publication_id == initiative.publication_id
                )
            )
        }
        for language, said in texts.items():
            if row := known.pop(language, None):
                _put_text(row, said)
            else:
                work.add(_text_of(initiative, language, said))
        for row in known.values():
            work.delete(row)
        work.flush()
        if _differs(publication, written):
            publish_anew(person, publication, note or _l("Details changed"))
        initiative.changed_at = clock.now()
        work.flush()
    return initiative


def require_past(day: date | None, agency: Agency, field: str) -> date:
    """Return the day, or today by the agency's clock.

    Raises:
        Invalid: the day is in the future or out of range.
    """
    require_days(**{field: day})
    today = clock.today(agency.time_zone)
    if day and day > today:
        raise Invalid({field: _l("This date is in the future.")})
    return day or today


def publish_anew(person: Person, publication: Publication, note: Words) -> None:
    """Publish the current text and files as a new version, with a note in the agency's language."""
    said = in_words(note, publication.agency.language)
    correct(person, publication, said, edition=publication.edition, asks_again=False)


def _differs(publication: Publication, written: Mapping[str, Written]) -> bool:
    """Whether the published text differs from `written`."""
    version = get_version(publication, publication.version)
    there = {language: text for language, text in written.items() if text.title}
    return (
        version is None
        or dict(version.title) != {language: text.title for language, text in there.items()}
        or version.body != {language: text.body for language, text in there.items()}
    )


def _sound(texts: Mapping[str, InitiativeWording]) -> dict[str, InitiativeWording]:
    found: dict[str, InitiativeWording] = {}
    for tag, said in texts.items():
        title = optional_line(said.title, f"title_{tag}", TITLE_LIMIT)
        purpose = optional_line(said.purpose, f"purpose_{tag}", PURPOSE_LIMIT)
        parts = {
            name: optional_text(getattr(said, name), f"{name}_{tag}", PART_LIMIT) for name in PARTS
        }
        if not (title or purpose or any(parts.values())):
            continue
        title = required_text(title, f"title_{tag}", TITLE_LIMIT)
        found[tag] = InitiativeWording(
            title, required_text(purpose, f"purpose_{tag}", PURPOSE_LIMIT), **parts
        )
    if not found:
        tag = next(iter(texts), "es")
        raise Invalid({f"title_{tag}": _l("Enter some text here.")})
    return found


def _sound_facts(facts: InitiativeFacts) -> InitiativeFacts:
    figures = []
    for number, figure in enumerate(facts.figures, 1):
        value = optional_line(figure[0], f"value_{number}", VALUE_LIMIT)
        label = optional_line(figure[1], f"label_{number}", LABEL_LIMIT)
        if label and not value:
            raise Invalid({f"value_{number}": _l("Enter some text here.")})
        if value:
            figures.append((value, label))
    if len(figures) > FIGURES_LIMIT:
        raise Invalid({"figures": _l("Add at most %(limit)s figures.", limit=FIGURES_LIMIT)})
    return InitiativeFacts(
        figures,
        **{
            name: optional_line(
                getattr(facts, name), name, LAW_LIMIT if name == "law" else FACT_LIMIT
            )
            for name in FACTS
        },
    )


def _written(
    texts: Mapping[str, InitiativeWording], facts: InitiativeFacts, own: str
) -> dict[str, Written]:
    """Return the texts for the publication; the facts are in the agency's language."""
    where = own if own in texts else next(iter(texts))
    return {
        tag: Written(said.title, body_of(said, facts if tag == where else InitiativeFacts(), tag))
        for tag, said in texts.items()
    }


def _put_facts(initiative: Initiative, facts: InitiativeFacts) -> None:
    initiative.figures = [[value, label] for value, label in facts.figures]
    for name in FACTS:
        setattr(initiative, name, getattr(facts, name))


def _text_of(
    initiative: Initiative, language: str, said: InitiativeWording
) -> InitiativeTranslation:
    row = InitiativeTranslation(publication_id=initiative.publication_id, language=language)
    _put_text(row, said)
    return row


def _put_text(row: InitiativeTranslation, said: InitiativeWording) -> None:
    row.purpose = said.purpose
    for name in PARTS:
        setattr(row, name, getattr(said, name))
