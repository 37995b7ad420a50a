"""What somebody is asked to say of what they do: once, and again after a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.candidates import CONFIRMED_FOR
from intranet.organisation.agencies.functions import names_of_units, weigh
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.agencies.words import function_name
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import today_of
from intranet.platform.core.web import current_language

OFFERED = 3


@dataclass(frozen=True)
class Offer:
    """A function that may be what a post does; `is_likely` ones are ticked."""

    code: str
    name: str
    is_likely: bool


@dataclass(frozen=True)
class Claim:
    """The question what a post does, with what is offered; `is_overdue` if it was said before."""

    post: Post
    offers: Sequence[Offer]
    is_overdue: bool
    is_open: bool

    @property
    def title(self) -> str:
        """The post for the reader, with its agency: one may hold the same in two."""
        language, agency = current_language(), self.post.unit.agency
        title = self.post.title.text(language, agency.language)
        return f"{title} · {agency.name.text(language, agency.language)}"


def claim_of(person: Person) -> Claim | None:
    """What a person is to be asked now; None if they said it within the last year."""
    posts = own_posts(person)
    if not posts or not is_due(person):
        return None
    return claim_for(person, posts[0])


def claim_for(person: Person, post: Post) -> Claim:
    """The question for one post."""
    return Claim(post, offers_for(post), person.confirmed_on is not None, _is_open(person))


def is_due(person: Person) -> bool:
    """Whether it was never said, or more than a year ago."""
    said = person.confirmed_on
    return said is None or said < today_of(person.id) - CONFIRMED_FOR


def offers_for(post: Post) -> list[Offer]:
    """The functions a post has, and what its title and unit speak for, three if there are."""
    has = list(
        db.session.scalars(
            select(PostFunction.function_code)
            .where(PostFunction.post_id == post.id)
            .order_by(PostFunction.strength.desc(), PostFunction.function_code)
        )
    )
    language = post.title.language(post.unit.agency.language)
    units = names_of_units(post.unit, language)
    speaks_for = weigh(post.title.text(language), language, units=units)
    of_unit = weigh(units[0], language) if units else {}
    codes = list(dict.fromkeys([*has, *speaks_for, *of_unit]))[: max(OFFERED, len(has))]
    likely = set(has or codes[:1])
    return [Offer(code, function_name(code), code in likely) for code in codes]


def _is_open(person: Person) -> bool:
    """Whoever has not said yet is asked with the friendlier answer ticked."""
    return person.open_to_questions if person.confirmed_on else True
