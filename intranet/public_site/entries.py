"""What is on the open web as pages, feeds and data show it, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intranet.collaboration.initiatives.composing import FACTS
from intranet.organisation.agencies.words import function_names
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language, site_address
from intranet.public_site.door import Shown
from intranet.public_site.words import stage_words

PLACES = {"initiative": "initiatives", "article": "articles"}
"""The folder of each kind in the addresses."""


def path_of(kind: str, publication_id: UUID) -> str:
    """Where something of a kind is read, in whichever language."""
    return f"/open/{PLACES[kind]}/{publication_id}"


@dataclass(frozen=True)
class Contact:
    """Whom to ask: a post and its unit, never a person."""

    post: str
    unit: str
    agency: str


@dataclass(frozen=True)
class Entry:
    """Something on the open web. What its kind has not is empty."""

    id: UUID
    kind: str
    title: str
    summary: str
    language: str
    languages: tuple[str, ...]
    agency: str
    agency_code: str
    time_zone: str
    published_at: datetime
    updated_at: datetime
    topics: tuple[tuple[str, str], ...]
    contacts: tuple[Contact, ...]
    stage: str = ""
    stage_word: str = ""
    stage_on: date | None = None
    used_by: int = 0
    partners: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    facts_language: str = ""

    @property
    def path(self) -> str:
        """Where it is read, in whichever language."""
        return path_of(self.kind, self.id)

    @property
    def url(self) -> str:
        """The whole address, which stands for it."""
        return site_address(self.path)

    def url_in(self, language: str) -> str:
        """The whole address of it in one of its languages."""
        return f"{self.url}?lang={language}"

    @property
    def agency_path(self) -> str:
        """Where its agency's page is."""
        return f"/open/{self.agency_code}"


def entry_of(one: Shown, used_by: int = 0) -> Entry:
    """One of them.

    Args:
        used_by: by how many other agencies, where that is shown.
    """
    return _entry(one, used_by, function_names(), stage_words())


def entries_of(some: Sequence[Shown], uses: Mapping[UUID, int] | None = None) -> list[Entry]:
    """Several of them.

    Args:
        uses: by how many other agencies each is used, where that is shown.
    """
    names, stages, uses = function_names(), stage_words(), uses or {}
    return [_entry(one, uses.get(one.id, 0), names, stages) for one in some]


def _entry(one: Shown, used_by: int, names: Mapping[str, str], stages: Mapping[str, str]) -> Entry:
    item, version, agency, facts = one.item, one.version, one.agency, one.item.facts
    language, own = current_language(), agency.language
    return Entry(
        id=item.publication_id,
        kind=item.kind.value,
        title=version.title.text(language, own),
        summary=version.summary.text(language, own),
        language=version.title.language(language, own),
        languages=tuple(version.title),
        agency=agency.name.text(language, own),
        agency_code=agency.code,
        time_zone=agency.time_zone,
        published_at=item.first_at or one.shown_at,
        updated_at=one.shown_at,
        topics=tuple((code, names[code]) for code in item.topics if code in names),
        contacts=tuple(
            Contact(*(_text(each[name], own) for name in ("post", "unit", "agency")))
            for each in facts.get("contacts", ())
        ),
        stage=facts.get("stage", ""),
        stage_word=stages.get(facts.get("stage", ""), ""),
        stage_on=date.fromisoformat(facts["stage_on"]) if facts.get("stage_on") else None,
        used_by=used_by,
        partners=tuple(_text(name, own) for name in facts.get("partners", ())),
        figures=tuple((str(pair[0]), str(pair[1])) for pair in facts.get("figures", ())),
        facts={name: facts[name] for name in FACTS if facts.get(name)},
        facts_language=own,
    )


def _text(text: Mapping[str, Any], own: str) -> str:
    return Localized(text).text(current_language(), own)
