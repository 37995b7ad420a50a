"""Hits as their readers see them: read anew, so that nothing shows that has ended or is closed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet.agencies.models import Agency, Function, Post, Unit
from intranet.core import clock
from intranet.core.i18n import _
from intranet.core.types import Localized
from intranet.core.web import current_language
from intranet.directory import queries
from intranet.directory.entries import Tag, tags_of, words
from intranet.directory.faces import Face, faces_of
from intranet.directory.finding import Hit
from intranet.directory.marking import Parts, has, marked
from intranet.directory.meaning import Meaning, Term
from intranet.extensions import db
from intranet.index.models import DocumentKind
from intranet.people.access import closed_agency_ids
from intranet.people.models import Appointment, Person
from intranet.people.queries import current_appointments_of, heads_of_units, holders_of

FACES_SHOWN = 3


@dataclass(frozen=True)
class Result:
    """One thing found. `faces` are whom one may write to: the person, the holders, the heads."""

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
        """The name, with the words by which it was found."""
        return marked(self.name, self.words)

    def marks(self, text: Localized) -> Parts:
        """Another text of it, with its marks."""
        return marked(words(text, self.agency), self.words)


class Reading:
    """Reads hits, each kind in a number of queries that does not grow with them."""

    def __init__(self, viewer: Person, meaning: Meaning) -> None:
        """Take who reads, and what they asked for."""
        self._viewer = viewer
        self._meaning = meaning
        self._now = clock.now()
        self._closed = closed_agency_ids(viewer)

    def results(self, hits: Sequence[Hit]) -> list[Result]:
        """The results of these hits, in their order; without what is no more."""
        ids = {kind: [hit.id for hit in hits if hit.kind == kind] for kind in DocumentKind}
        found: dict[UUID, Result] = {}
        for kind, read in (
            (DocumentKind.PERSON, self._people),
            (DocumentKind.POST, self._posts),
            (DocumentKind.UNIT, self._units),
            (DocumentKind.AGENCY, self._agencies),
        ):
            if ids[kind]:
                found.update(read(ids[kind]))
        return [found[hit.id] for hit in hits if hit.id in found]

    def _people(self, ids: Collection[UUID]) -> Iterable[tuple[UUID, Result]]:
        standing = current_appointments_of(ids, self._now)
        held = {
            person_id: [row for row in rows if row.post.agency_id not in self._closed]
            for person_id, rows in standing.items()
        }
        shown = {person_id: self._telling(rows) for person_id, rows in held.items() if rows}
        functions = queries.functions_of_posts([row.post_id for row in shown.values()])
        faces = faces_of((row.person for row in shown.values()), self._viewer)
        for person_id, row in shown.items():
            post = row.post
            yield (
                person_id,
                Result(
                    kind=DocumentKind.PERSON,
                    id=person_id,
                    name=row.person.name,
                    language="",
                    agency=post.unit.agency,
                    post=post,
                    unit=post.unit,
                    faces=(faces[person_id],),
                    tags=tags_of(row),
                    more_posts=len(held[person_id]) - 1,
                    reasons=self._reasons(
                        [row.person.name, *post.title.values(), *_names(post.unit)],
                        post.unit.agency,
                        functions.get(post.id, ()),
                    ),
                    words=self._meaning.words,
                ),
            )

    def _telling(self, rows: Sequence[Appointment]) -> Appointment:
        """The post by which somebody was found, else their oldest."""
        return max(
            rows, key=lambda row: self._fit([*row.post.title.values(), *_names(row.post.unit)])
        )

    def _fit(self, texts: Sequence[str]) -> int:
        return sum(any(has(text, word) for text in texts) for word in self._meaning.words)

    def _posts(self, ids: Collection[UUID]) -> Iterable[tuple[UUID, Result]]:
        wanted = select(Post).where(Post.id.in_(ids)).options(joinedload(Post.unit, innerjoin=True))
        posts = [
            post
            for post in db.session.scalars(wanted)
            if post.agency_id not in self._closed
            and post.is_in_force(clock.today(post.unit.agency.time_zone))
        ]
        standing = holders_of([post.id for post in posts], self._now)
        faces = self._faces(standing)
        functions = queries.functions_of_posts([post.id for post in posts])
        for post in posts:
            agency = post.unit.agency
            yield (
                post.id,
                Result(
                    kind=DocumentKind.POST,
                    id=post.id,
                    name=words(post.title, agency),
                    language=_tag(post.title, agency),
                    agency=agency,
                    post=post,
                    unit=post.unit,
                    faces=[faces[row.person_id] for row in standing.get(post.id, ())[:FACES_SHOWN]],
                    tags=[(_("Vacant"), "attn")] if post.id not in standing else [],
                    reasons=self._reasons(
                        [*post.title.values(), *_names(post.unit), post.handle],
                        agency,
                        functions.get(post.id, ()),
                    ),
                    words=self._meaning.words,
                ),
            )

    def _units(self, ids: Collection[UUID]) -> Iterable[tuple[UUID, Result]]:
        units = [
            unit
            for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))
            if unit.agency_id not in self._closed
            and unit.is_in_force(clock.today(unit.agency.time_zone))
        ]
        heads = heads_of_units([unit.id for unit in units], self._now)
        faces = self._faces(heads)
        for unit in units:
            yield (
                unit.id,
                Result(
                    kind=DocumentKind.UNIT,
                    id=unit.id,
                    name=words(unit.name, unit.agency),
                    language=_tag(unit.name, unit.agency),
                    agency=unit.agency,
                    unit=unit,
                    faces=[faces[row.person_id] for row in heads.get(unit.id, ())[:1]],
                    reasons=self._reasons(list(unit.name.values()), unit.agency, ()),
                    words=self._meaning.words,
                ),
            )

    def _agencies(self, ids: Collection[UUID]) -> Iterable[tuple[UUID, Result]]:
        for agency in db.session.scalars(select(Agency).where(Agency.id.in_(ids))):
            if agency.id not in self._closed:
                yield (
                    agency.id,
                    Result(
                        kind=DocumentKind.AGENCY,
                        id=agency.id,
                        name=words(agency.name, agency),
                        language=_tag(agency.name, agency),
                        agency=agency,
                        words=self._meaning.words,
                    ),
                )

    def _faces(self, standing: Mapping[UUID, Sequence[Appointment]]) -> Mapping[UUID, Face]:
        return faces_of(
            (row.person for rows in standing.values() for row in rows[:FACES_SHOWN]), self._viewer
        )

    def _reasons(
        self, texts: Sequence[str], agency: Agency, functions: Sequence[Function]
    ) -> list[str]:
        """Why something fits whose own words do not show it, in whole words."""
        found = [self._reason(term, texts, agency, functions) for term in self._meaning.terms]
        return list(dict.fromkeys(each for each in found if each))

    def _reason(
        self, term: Term, texts: Sequence[str], agency: Agency, functions: Sequence[Function]
    ) -> str:
        if any(has(text, term.word) for text in texts):
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
        return ""


def _tag(text: Localized, agency: Agency) -> str:
    return text.language(current_language(), agency.language)


def _names(unit: Unit) -> list[str]:
    return list(unit.name.values()) if unit.parent_id else []
