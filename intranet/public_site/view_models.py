"""Public items as pages, feeds and data show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intranet.collaboration.initiatives.body import FACTS
from intranet.collaboration.initiatives.labels import stage_words
from intranet.organisation.agencies.labels import function_names
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language, site_address
from intranet.public_site.kinds import pages_of
from intranet.public_site.public_content import ShowcasedVersion


def path_of(kind: str, publication_id: UUID) -> str:
    """Return the path of a public item, without a language."""
    return f"/open/{pages_of(kind).folder}/{publication_id}"


@dataclass(frozen=True)
class ShowcaseContact:
    """A contact on a public page: a post and its unit, never a person."""

    post: str
    unit: str
    agency: str


@dataclass(frozen=True)
class ShowcaseEntry:
    """A public item as shown. Fields that its kind lacks are empty."""

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
    contacts: tuple[ShowcaseContact, ...]
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
        """The path of the item, without a language."""
        return path_of(self.kind, self.id)

    @property
    def url(self) -> str:
        """The full address of the item, which identifies it."""
        return site_address(self.path)

    def url_in(self, language: str) -> str:
        """Return the full address of the item in one of its languages."""
        return f"{self.url}?lang={language}"

    @property
    def agency_path(self) -> str:
        """The path of the page of the item's agency."""
        return f"/open/{self.agency_code}"


def entry_of(one: ShowcasedVersion, used_by: int = 0) -> ShowcaseEntry:
    """Return a public item as shown.

    Args:
        used_by: the number of other agencies that use it.
    """
    return _entry(one, used_by, function_names(), stage_words())


def entries_of(
    some: Sequence[ShowcasedVersion], uses: Mapping[UUID, int] | None = None
) -> list[ShowcaseEntry]:
    """Return public items as shown.

    Args:
        uses: the number of other agencies that use each.
    """
    names, stages, uses = function_names(), stage_words(), uses or {}
    return [_entry(one, uses.get(one.id, 0), names, stages) for one in some]


def _entry(
    one: ShowcasedVersion, used_by: int, names: Mapping[str, str], stages: Mapping[str, str]
) -> ShowcaseEntry:
    item, version, agency, facts = one.item, one.version, one.agency, one.item.facts
    language, own = current_language(), agency.language
    return ShowcaseEntry(
        id=item.publication_id,
        kind=item.kind,
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
            ShowcaseContact(*(_text(each[name], own) for name in ("post", "unit", "agency")))
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
