"""Results as readers see them, read anew so that nothing ended or closed is shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.entries import Tag, tags_of, words
from intranet.finding.directory.faces import Face, faces_of
from intranet.finding.directory.highlighting import Parts, has, marked
from intranet.finding.directory.hit_order import DirectoryHit
from intranet.finding.directory.query_parser import DirectoryQuery, DirectoryTerm
from intranet.organisation.agencies.models import Agency, Function, Post, Unit
from intranet.organisation.agencies.territories import territories_of
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments_of, heads_of_units, holders_of
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language
from intranet.platform.index.models import DocumentKind

MAX_FACES_SHOWN = 3


@dataclass(frozen=True)
class DirectoryResult:
    """A result. `faces` are the people to write to: the person, the holders, the heads."""

    kind: DocumentKind
    id: UUID
    name: str
    language: str
    agency: Agency
    post: Post | None = None
    unit: Unit | None = None
    faces: Sequence[Face] = ()
    tags: Sequence[Tag] = ()
    more_posts: int = 0
    reasons: Sequence[str] = ()
    words: Sequence[str] = ()

    @property
    def marked_name(self) -> Parts:
        """The name, with the matching words marked."""
        return marked(self.name, self.words)

    def marks(self, text: Localized) -> Parts:
        """Return another text of the result, with the matching words marked."""
        return marked(words(text, self.agency), self.words)


def people_on(results: Iterable[DirectoryResult]) -> list[UUID]:
    """Return the people these results show: found, in posts, or heads of units."""
    return [face["id"] for each in results for face in each.faces]


class DirectoryResultReader:
    """Turns hits into results, in a number of queries that does not grow with them."""

    def __init__(self, viewer: Person, meaning: DirectoryQuery) -> None:
        """Store the reader and the meaning of their query."""
        self._viewer = viewer
        self._meaning = meaning
        self._now = clock.now()
        self._closed = closed_agency_ids(viewer)
        self._functions: Mapping[UUID, Sequence[Function]] = {}

    def results(self, hits: Sequence[DirectoryHit]) -> list[DirectoryResult]:
        """Return the results of these hits in their order, without what no longer exists."""
        ids = {kind: [hit.id for hit in hits if hit.kind == kind] for kind in DocumentKind}
        held = self._held(ids[DocumentKind.PERSON])
        shown = [self._telling(rows) for rows in held.values()]
        posts = self._posts(ids[DocumentKind.POST])
        standing = holders_of([post.id for post in posts], self._now) if posts else {}
        units = self._units(ids[DocumentKind.UNIT])
        heads = heads_of_units([unit.id for unit in units], self._now) if units else {}
        self._functions = queries.functions_of_posts(
            [*(row.post_id for row in shown), *(post.id for post in posts)]
        )
        known = [row for rows in (*standing.values(), *heads.values()) for row in rows]
        faces = faces_of((row.person for row in [*shown, *known]), self._viewer)
        made = [self._person(row, len(held[row.person_id]), faces) for row in shown]
        made += [self._post(post, standing.get(post.id, ()), faces) for post in posts]
        made += [self._unit(unit, heads.get(unit.id, ()), faces) for unit in units]
        made += self._agencies(ids[DocumentKind.AGENCY])
        found = {result.id: result for result in made}
        return [found[hit.id] for hit in hits if hit.id in found]

    def _held(self, ids: Collection[UUID]) -> dict[UUID, list[Appointment]]:
        """Return each person's current posts in agencies open to the viewer."""
        held = {
            person_id: [row for row in rows if row.post.agency_id not in self._closed]
            for person_id, rows in current_appointments_of(ids, self._now).items()
        }
        return {person_id: rows for person_id, rows in held.items() if rows}

    def _telling(self, rows: Sequence[Appointment]) -> Appointment:
        """Return the post by which a person was found, else their oldest."""
        return max(
            rows, key=lambda row: self._fit([*row.post.title.values(), *_names(row.post.unit)])
        )

    def _fit(self, texts: Sequence[str]) -> int:
        return sum(any(has(text, word) for text in texts) for word in self._meaning.words)

    def _person(self, row: Appointment, posts: int, faces: Mapping[UUID, Face]) -> DirectoryResult:
        post, agency = row.post, row.post.unit.agency
        return DirectoryResult(
            kind=DocumentKind.PERSON,
            id=row.person_id,
            name=row.person.name,
            language="",
            agency=agency,
            post=post,
            unit=post.unit,
            faces=(faces[row.person_id],),
            tags=tags_of(row),
            more_posts=posts - 1,
            reasons=self._reasons(
                [row.person.name, *post.title.values(), *_names(post.unit)], agency, post.id
            ),
            words=self._meaning.words,
        )

    def _posts(self, ids: Collection[UUID]) -> list[Post]:
        if not ids:
            return []
        wanted = select(Post).where(Post.id.in_(ids)).options(joinedload(Post.unit, innerjoin=True))
        return [
            post
            for post in db.session.scalars(wanted)
            if post.agency_id not in self._closed
            and post.is_in_force(clock.today(post.unit.agency.time_zone))
        ]

    def _post(
        self, post: Post, standing: Sequence[Appointment], faces: Mapping[UUID, Face]
    ) -> DirectoryResult:
        agency = post.unit.agency
        return DirectoryResult(
            kind=DocumentKind.POST,
            id=post.id,
            name=words(post.title, agency),
            language=_tag(post.title, agency),
            agency=agency,
            post=post,
            unit=post.unit,
            faces=[faces[row.person_id] for row in standing[:MAX_FACES_SHOWN]],
            tags=[] if standing else [(_("Vacant"), "attn")],
            reasons=self._reasons(
                [*post.title.values(), *_names(post.unit), post.handle], agency, post.id
            ),
            words=self._meaning.words,
        )

    def _units(self, ids: Collection[UUID]) -> list[Unit]:
        if not ids:
            return []
        return [
            unit
            for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))
            if unit.agency_id not in self._closed
            and unit.is_in_force(clock.today(unit.agency.time_zone))
        ]

    def _unit(
        self, unit: Unit, heads: Sequence[Appointment], faces: Mapping[UUID, Face]
    ) -> DirectoryResult:
        return DirectoryResult(
            kind=DocumentKind.UNIT,
            id=unit.id,
            name=words(unit.name, unit.agency),
            language=_tag(unit.name, unit.agency),
            agency=unit.agency,
            unit=unit,
            faces=[faces[row.person_id] for row in heads[:1]],
            reasons=self._reasons(list(unit.name.values()), unit.agency),
            words=self._meaning.words,
        )

    def _agencies(self, ids: Collection[UUID]) -> list[DirectoryResult]:
        if not ids:
            return []
        return [
            DirectoryResult(
                kind=DocumentKind.AGENCY,
                id=agency.id,
                name=words(agency.name, agency),
                language=_tag(agency.name, agency),
                agency=agency,
                words=self._meaning.words,
            )
            for agency in db.session.scalars(select(Agency).where(Agency.id.in_(ids)))
            if agency.id not in self._closed
        ]

    def _reasons(
        self, texts: Sequence[str], agency: Agency, post_id: UUID | None = None
    ) -> list[str]:
        """Return why a result matches where its own words do not show it."""
        functions = self._functions.get(post_id, ()) if post_id else ()
        found = [self._reason(term, texts, agency, functions) for term in self._meaning.terms]
        return list(dict.fromkeys(each for each in found if each))

    def _reason(
        self,
        term: DirectoryTerm,
        texts: Sequence[str],
        agency: Agency,
        functions: Sequence[Function],
    ) -> str:
        if any(has(text, word) for text in texts for word in (term.word, *term.kin)):
            return ""
        for text in texts:
            for word in text.split():
                if any(has(word, each) for each in term.spellings):
                    return _("Similar spelling: %(word)s", word=word.strip(".,;"))
        for function in functions:
            if function.code in term.functions:
                return _("Function: %(name)s", name=function.name.text(current_language()))
        if agency.id in term.agency_ids or agency.kind.value in term.kinds:
            return _("Agency: %(name)s", name=words(agency.name, agency))
        for here in territories_of(agency.territory):
            if here.code in term.places:
                return _("Place: %(name)s", name=here.name)
        return ""


def _tag(text: Localized, agency: Agency) -> str:
    return text.language(current_language(), agency.language)


def _names(unit: Unit) -> list[str]:
    return list(unit.name.values()) if unit.parent_id else []
