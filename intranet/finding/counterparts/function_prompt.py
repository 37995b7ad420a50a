"""The prompt to confirm which functions a post has: asked once, and again after a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.post_holders import CONFIRMED_FOR
from intranet.organisation.agencies.evidence import by_occupations
from intranet.organisation.agencies.functions import names_of_units, weigh
from intranet.organisation.agencies.labels import function_name
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import today_of
from intranet.platform.core.web import current_language

FUNCTIONS_OFFERED = 3


@dataclass(frozen=True)
class Offer:
    """A function suggested for a post; the likely ones are ticked in advance."""

    code: str
    name: str
    is_likely: bool


@dataclass(frozen=True)
class CounterpartPrompt:
    """The prompt for one post: the suggested functions, and whether a confirmation has expired."""

    post: Post
    offers: Sequence[Offer]
    is_overdue: bool
    is_open: bool

    @property
    def title(self) -> str:
        """The post's title with its agency, since a person may hold like posts in two agencies."""
        language, agency = current_language(), self.post.unit.agency
        title = self.post.title.text(language, agency.language)
        return f"{title} · {agency.name.text(language, agency.language)}"


def prompt_for(person: Person) -> CounterpartPrompt | None:
    """Return the prompt due for a person; None if they confirmed within the last year."""
    posts = own_posts(person)
    if not posts or not is_due(person):
        return None
    return claim_for(person, posts[0])


def claim_for(person: Person, post: Post) -> CounterpartPrompt:
    """Return the prompt for one post."""
    return CounterpartPrompt(
        post, offers_for(post), person.confirmed_on is not None, _is_open(person)
    )


def is_due(person: Person) -> bool:
    """Whether the person never confirmed, or did so more than a year ago."""
    said = person.confirmed_on
    return said is None or said < today_of(person.id) - CONFIRMED_FOR


def offers_for(post: Post) -> list[Offer]:
    """Return the functions a post has and those that are suggested for it, three if possible.

    What the words of its title and unit suggest comes before what its occupations do.
    """
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
    every = dict.fromkeys([*has, *speaks_for, *of_unit, *by_occupations(post.occupations)])
    codes = list(every)[: max(FUNCTIONS_OFFERED, len(has))]
    likely = set(has or codes[:1])
    return [Offer(code, function_name(code), code in likely) for code in codes]


def _is_open(person: Person) -> bool:
    """Whether to tick "open to questions": as confirmed before, else yes."""
    return person.open_to_questions if person.confirmed_on else True
