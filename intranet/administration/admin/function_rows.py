"""The rows of the page of functions: what each post has, what was derived for it, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, exists, select

from intranet.administration.admin import queries
from intranet.extensions import db
from intranet.organisation.agencies.evidence import Evidence, functions_offered, readings_of
from intranet.organisation.agencies.labels import function_names, occupation_name
from intranet.organisation.agencies.models import Agency, Post, PostFunction, Unit
from intranet.organisation.agencies.operations.confirmations import ShownFunctions
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l

MIN_READ_STRENGTH = 0.2
"""The least strength of an occupation that is named as what a post was read as."""


class FunctionFilter(StrEnum):
    """The posts that the page shows, by the state of their functions."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    NONE = "none"
    ALL = "all"


@dataclass(frozen=True)
class FunctionShown:
    """A function of a post, or one offered for it, with the evidence, if any."""

    code: str
    name: str
    evidence: Sequence[Evidence]


@dataclass(frozen=True)
class FunctionsRow:
    """A post with its functions; without any, with those that are offered.

    `read_as` is the name of the occupation as which its title is read.
    """

    post: Post
    functions: Sequence[FunctionShown]
    offers: Sequence[FunctionShown]
    is_suggested: bool
    read_as: str

    @property
    def shown(self) -> str:
        """The text by which the form says what it showed: `ID:s:URB+ICT:URB+ICT`.

        The parts are the post, `s` if its functions are suggested, those it had, those to confirm.
        """
        state = "s" if self.is_suggested else ""
        had, wanted = "+".join(self.had), "+".join(self.offered or self.had)
        return f"{self.post.id}:{state}:{had}:{wanted}"

    @property
    def had(self) -> Sequence[str]:
        """The codes of its functions."""
        return [each.code for each in self.functions]

    @property
    def offered(self) -> Sequence[str]:
        """The codes of the functions that are offered."""
        return [each.code for each in self.offers]

    @property
    def is_open(self) -> bool:
        """Whether there is something to confirm."""
        return self.is_suggested or bool(self.offers)


def posts_by_functions(
    agency: Agency, typed: str, unit: Unit | None, only: FunctionFilter
) -> Select[Post]:
    """Build the query for posts by text, by unit and by the state of their functions."""
    found = queries.posts(agency, typed, within=unit, only_vacant=False)
    said = exists().where(PostFunction.post_id == Post.id)
    if only is FunctionFilter.SUGGESTED:
        return found.where(said.where(PostFunction.is_suggested))
    if only is FunctionFilter.CONFIRMED:
        return found.where(said, ~said.where(PostFunction.is_suggested))
    return found.where(~said) if only is FunctionFilter.NONE else found


def rows_of(posts: Sequence[Post]) -> list[FunctionsRow]:
    """Return the rows of posts, with two queries for all of them."""
    readings = readings_of(posts)
    functions = _functions_of([post.id for post in posts])
    names = function_names()
    rows = []
    for post in posts:
        reading, had = readings[post.id], functions.get(post.id, {})
        offers = functions_offered(reading, post.occupations) if not had else []
        rows.append(
            FunctionsRow(
                post,
                [
                    FunctionShown(code, names.get(code, code), reading.evidence.get(code, ()))
                    for code in had
                ],
                [
                    FunctionShown(code, names.get(code, code), reading.evidence.get(code, ()))
                    for code in offers
                ],
                any(had.values()),
                _read_as(post.occupations),
            )
        )
    return rows


def parse_shown(texts: Sequence[str]) -> dict[UUID, ShownFunctions]:
    """Return what the form says was shown of each post.

    Raises:
        Invalid: a text has another form.
    """
    found = {}
    for text in texts:
        try:
            post_id, state, had, wanted = text.split(":")
            found[UUID(post_id)] = ShownFunctions(_codes(had), _codes(wanted), state == "s")
        except ValueError:
            words = _l("The page is out of date. Load it again.")
            raise Invalid({"post_ids": words}) from None
    return found


def _codes(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split("+")))


def _functions_of(post_ids: Sequence[UUID]) -> Mapping[UUID, dict[str, bool]]:
    """Return the functions of each post, the strongest first, and whether each is suggested."""
    rows = (
        select(PostFunction.post_id, PostFunction.function_code, PostFunction.is_suggested)
        .where(PostFunction.post_id.in_(post_ids))
        .order_by(PostFunction.strength.desc(), PostFunction.function_code)
    )
    found: dict[UUID, dict[str, bool]] = {}
    for post_id, code, is_suggested in db.session.execute(rows):
        found.setdefault(post_id, {})[code] = is_suggested
    return found


def _read_as(strengths: Mapping[str, float] | None) -> str:
    """Return the name of the likeliest occupation, in the reader's language."""
    if not strengths:
        return ""
    code = max(strengths, key=lambda each: strengths[each])
    return occupation_name(code) if strengths[code] >= MIN_READ_STRENGTH else ""
