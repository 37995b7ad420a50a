"""Searches on the public site: read from an address, run on the index."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intranet.collaboration.initiatives.labels import stage_words
from intranet.config import LANGUAGES
from intranet.finding.finder.filters import FilterReader, Filters, sent_as
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag, all_words
from intranet.platform.index.models import DocumentKind
from intranet.public_site import public_content
from intranet.public_site.kinds import public_kinds
from intranet.public_site.public_content import ShowcasedVersion

PAGE_SIZE = 20
QUERY_CHARACTERS = 80
MAX_WORDS = 8


@dataclass(frozen=True)
class ShowcaseFilters(Filters):
    """The filters of the public catalogue; invalid values are left out."""

    query: str = field(default="", metadata=sent_as("q"))
    agency: Agency | None = None
    kind: str = ""
    stage: str = ""
    topic: str = ""
    language: str = field(default="", metadata=sent_as("in"))

    @property
    def narrows(self) -> bool:
        """Whether the catalogue is filtered by more than words."""
        return bool(self.address(q=""))


def read_asked(sent: Mapping[str, str]) -> ShowcaseFilters:
    """Read the filters of the catalogue from an address.

    Raises:
        NotFound, Paused: the agency shows nothing.
    """
    given = FilterReader(sent)
    code = given.text("agency")
    return ShowcaseFilters(
        query=given.text("q", QUERY_CHARACTERS),
        agency=public_content.get_agency(code)[0] if code else None,
        kind=given.one_of("kind", public_kinds()),
        stage=given.one_of("stage", stage_words()),
        topic=given.one_of("topic", function_names()),
        language=given.one_of("in", LANGUAGES),
    )


def found(asked: ShowcaseFilters, before: int | None) -> tuple[list[ShowcasedVersion], int | None]:
    """Return a page of matches, the newest first, and the cursor of the next page."""
    parts = [Tag(tags.kind(DocumentKind.OPEN))]
    if asked.agency:
        parts.append(Tag(tags.agency(asked.agency.id)))
    if asked.kind:
        parts.append(Tag(tags.publication_kind(asked.kind)))
    if asked.stage:
        parts.append(Tag(tags.stage(asked.stage)))
    if asked.topic:
        parts.append(Tag(tags.function(asked.topic)))
    if asked.language:
        parts.append(Tag(tags.language(asked.language)))
    expression = All(*parts, *all_words(asked.query, MAX_WORDS))
    return public_content.search_page(expression, before=before, limit=PAGE_SIZE)


def read_place(text: str) -> int | None:
    """Return the cursor in an address, or None where it is invalid."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(MAX_INTEGER)) + 1:
        return None
    return int(text)
