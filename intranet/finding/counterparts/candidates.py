"""Posts that may fit, out of any number: the index is asked in tiers, the most similar first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.finding.counterparts.narrowing import Narrowing
from intranet.finding.counterparts.ranking import Candidate, Target
from intranet.finding.counterparts.tiers import tiers_of
from intranet.finding.counterparts.words import stems_of_text
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.agencies.territories import places_of
from intranet.organisation.people.models import Appointment, Person, Reach
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.index import tags
from intranet.platform.index.beginnings import begins
from intranet.platform.index.doing import does, one_of
from intranet.platform.index.expressions import Any as OneOf
from intranet.platform.index.expressions import Expression, Not, Tag, Word
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import matching, matching_each, of_kinds
from intranet.platform.index.spelling import corrections

# So many are ranked whole; of more than these, the nearest by tiers of the index.
WHOLE = 200
POOL = 120
TIER = 50
NEAREST = 3
FUNCTIONS_ASKED = 4
MANY = WHOLE * FUNCTIONS_ASKED
WORDS_ASKED = 6
LONG_WORD = 7
WORDS_IN_TITLE = 3
# From this strength on a further function is wanted as well.
ALSO = 0.5
SPELLINGS = 2
CONFIRMED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Standing:
    """Somebody in a post, as far as the ranking knows them."""

    person_id: UUID
    has_account: bool
    is_open: bool
    confirmed: bool
    languages: frozenset[str]


@dataclass(frozen=True)
class Facts:
    """What is known of a post that may be shown, with who stands in it and may be suggested."""

    candidate: Candidate
    title: Localized
    code: str
    agency_language: str
    standing: Sequence[Standing]


@dataclass
class Asking:
    """One question to the index: what narrows it, which agencies are left out."""

    narrowing: Narrowing
    without: Collection[UUID] = ()
    found: dict[UUID, None] = field(default_factory=dict)
    is_cut: bool = False

    def ask(self, parts: Sequence[Expression], limit: int) -> int:
        """Take posts that fit all parts; how many fitted, at most `limit`."""
        narrowed = [*parts, *map(Tag, self.narrowing.as_tags())]
        wanted = matching(self._expression(narrowed), SearchDocument.subject_id, most=limit)
        ids = db.session.scalars(wanted).all()
        self.found.update(dict.fromkeys(ids))
        return len(ids)

    def ask_each(self, tiers: Sequence[Sequence[Expression]], *, needed: int = 0) -> None:
        """Take some posts of each of these tiers in their order; after `needed` until enough.

        What narrows is in the tiers.
        """
        if not tiers:
            return
        expressions = [self._expression(parts) for parts in tiers]
        wanted = matching_each(expressions, SearchDocument.subject_id, most=TIER)
        rows = sorted(db.session.execute(wanted), key=lambda row: row.place)
        for place, tier in groupby(rows, key=lambda row: row.place):
            if place >= needed and self.is_full:
                return
            self.found.update((row.found, None) for row in tier)

    def _expression(self, parts: Sequence[Expression]) -> Expression:
        left_out = [Not(Tag(tags.agency(each))) for each in sorted(self.without)]
        return of_kinds([DocumentKind.POST], *parts, *left_out)

    @property
    def is_full(self) -> bool:
        """Whether there are enough."""
        return len(self.found) >= POOL


def ask(
    target: Target, words: Sequence[str], narrowing: Narrowing, without: Collection[UUID]
) -> Asking:
    """Ids of posts that may fit: by function and what is similar, then by words alone."""
    asking = Asking(narrowing, without)
    codes = sorted(target.functions, key=lambda code: -target.functions[code])[:FUNCTIONS_ASKED]
    if codes:
        _by_functions(asking, target, codes, words)
    if words and not asking.is_full:
        _by_words(asking, words)
    return asking


def facts_of(post_ids: Collection[UUID], *, without: Collection[UUID] = ()) -> dict[UUID, Facts]:
    """What is known of these posts, in three queries.

    Left out are posts that ended, those of agencies that left the directory, and those in which
    everybody hides from suggestions.
    """
    ids = list(post_ids)
    functions: dict[UUID, dict[str, float]] = defaultdict(dict)
    rows = select(PostFunction.post_id, PostFunction.function_code, PostFunction.strength)
    for post_id, code, strength in db.session.execute(rows.where(PostFunction.post_id.in_(ids))):
        functions[post_id][code] = strength
    standing, hidden = _standing(ids)
    found = {}
    for row in db.session.execute(_posts(ids)):
        if row.agency_id in without or (row.id in hidden and not standing.get(row.id)):
            continue
        found[row.id] = _facts(row, functions.get(row.id, {}), standing.get(row.id, ()))
    return found


def _by_functions(
    asking: Asking, target: Target, codes: Sequence[str], words: Sequence[str]
) -> None:
    """Everything with a function if that is little, else what is most similar of it first."""
    any_of = one_of([tags.function(code) for code in codes])
    if not asking.narrowing.is_empty or not _are_many(codes, asking.without):
        if asking.ask([any_of], WHOLE + 1) <= WHOLE:
            return
        asking.found.clear()
    asking.is_cut = True
    main, narrowed = codes[0], [Tag(tag) for tag in asking.narrowing.as_tags()]
    second = [code for code in codes[1:] if target.functions[code] > ALSO]
    titled = [word[:-1] if len(word) > LONG_WORD else word for word in words[:WORDS_IN_TITLE]]
    first = [[any_of, begins(word, in_title=True), *narrowed] for word in titled]
    if second:
        also = one_of([tags.function(code) for code in second])
        first.append([*_doing(main, asking.narrowing), also])
    tiers = [_doing(main, asking.narrowing, tier) for tier in tiers_of(target)]
    asking.ask_each([*first, *tiers[:NEAREST]], needed=len(first))
    if not asking.is_full:
        asking.ask_each(tiers[NEAREST:])
    if not asking.is_full:
        asking.ask(does(main), POOL)
        alone = [_doing(code, asking.narrowing) for code in second]
        asking.ask_each(alone, needed=len(second))


def _are_many(codes: Collection[str], without: Collection[UUID]) -> bool:
    """Whether posts have these functions so often that they need not be counted one by one."""
    some = (
        select(PostFunction.post_id)
        .join(Post, Post.id == PostFunction.post_id)
        .where(
            PostFunction.function_code.in_(codes),
            Post.agency_id.not_in(without),
            in_force(Post, clock.now().date()),
        )
        .limit(MANY + 1)
    )
    return (db.session.scalar(select(func.count()).select_from(some.subquery())) or 0) > MANY


def _doing(code: str, narrowing: Narrowing, tier: Sequence[Sequence[str]] = ()) -> list[Expression]:
    """What has a function, of each of a tier's sets of tags one, and is as narrowed."""
    narrowed = [tag for tag in narrowing.as_tags() if tag != tags.function(code)]
    traits = [[tag] for tag in narrowed if tag.startswith(tags.TRAITS)]
    others = [Tag(tag) for tag in narrowed if not tag.startswith(tags.TRAITS)]
    return [*does(code, *tier, *traits), *others]


def _by_words(asking: Asking, words: Sequence[str]) -> None:
    """Posts with all the words, then with any; words that nothing has are tried as misspelt."""
    asked = [begins(word) for word in words[:WORDS_ASKED]]
    before = len(asking.found)
    asking.ask(asked, TIER)
    if len(asking.found) == before and len(asked) > 1:
        asking.ask([OneOf(*asked)], TIER)
    if len(asking.found) == before:
        meant = [
            Word(each, prefix=False)
            for word in words[:WORDS_ASKED]
            for each in corrections(word, SPELLINGS)
        ]
        if meant:
            asking.ask([OneOf(*meant)], TIER)


def _posts(ids: Collection[UUID]) -> Any:
    return (
        select(
            Post.id,
            Post.code,
            Post.title,
            Post.level,
            Post.agency_id,
            Unit.name.label("unit_name"),
            Unit.parent_id,
            Agency.kind,
            Agency.population,
            Agency.territory,
            Agency.languages,
        )
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Post.id.in_(ids), Agency.in_directory, in_force(Post, clock.now().date()))
    )


def _standing(ids: Collection[UUID]) -> tuple[dict[UUID, list[Standing]], set[UUID]]:
    """Who stands in these posts and may be suggested, and in which somebody hides."""
    now = clock.now()
    rows = db.session.execute(
        select(
            Appointment.post_id,
            Person.id,
            Person.languages,
            Person.reach,
            Person.open_to_questions,
            Person.is_suggested,
            Person.confirmed_on,
            Account.state,
        )
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Appointment.post_id.in_(ids), is_current(now), Person.erased_at.is_(None))
        .order_by(Appointment.since, Appointment.id)
    )
    oldest = now.date() - CONFIRMED_FOR
    found: dict[UUID, list[Standing]] = defaultdict(list)
    hidden: set[UUID] = set()
    for row in rows:
        if not row.is_suggested:
            hidden.add(row.post_id)
            continue
        shows = row.reach.get("languages", Reach.NETWORK) == Reach.NETWORK
        found[row.post_id].append(
            Standing(
                row.id,
                row.state == AccountState.ACTIVE,
                row.open_to_questions,
                row.confirmed_on is not None and row.confirmed_on >= oldest,
                frozenset(row.languages if shows else ()),
            )
        )
    for some in found.values():  # first whom one can ask here, and who takes questions
        some.sort(key=lambda each: (not each.has_account, not each.is_open))
    return found, hidden


def _facts(row: Any, functions: dict[str, float], standing: Sequence[Standing]) -> Facts:
    language = row.languages[0]
    title: Localized = row.title
    stems = frozenset().union(*(stems_of_text(text, tag) for tag, text in title.items()))
    unit = row.unit_name.text(language) if row.parent_id else ""
    return Facts(
        Candidate(
            post_id=row.id,
            agency_id=row.agency_id,
            functions=functions,
            level=row.level,
            kind=row.kind,
            population=row.population,
            places=tuple(place.code for place in places_of(row.territory)),
            languages=frozenset(row.languages).union(*(each.languages for each in standing)),
            words=stems,
            near_words=stems_of_text(unit, language),
            is_open=any(each.is_open for each in standing),
            was_confirmed=any(each.confirmed for each in standing),
            has_account=any(each.has_account for each in standing),
        ),
        title,
        row.code,
        language,
        standing,
    )
