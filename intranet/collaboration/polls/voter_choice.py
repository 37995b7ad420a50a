"""The people whom a poll asks, as a form offers them: members of a space, or a wider audience."""

from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.polls.forms import PollAudienceForm
from intranet.collaboration.polls.models import Poll
from intranet.collaboration.polls.operations.opening import voter_ids
from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.audience_text import atom_words
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Function, Unit
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _, _l
from intranet.publishing.publications.view_models import name_of_space


def chosen_audience(space: Space, form: PollAudienceForm) -> Audience | None:
    """Return the audience that a form names in a space; None for the members of the space.

    Raises:
        Invalid: the function is missing or does not exist.
    """
    match form.asked:
        case "heads" if space.is_group:
            return Audience(any=[Atom(level="head")])
        case "heads":
            return Audience(any=[Atom(heads=_root(space), subtree=True)])
        case "function":
            if db.session.get(Function, form.function) is None:
                raise Invalid({"function": _l("Choose a function.")})
            return Audience(any=[Atom(function=form.function)])
    return None


def words_for(space: Space, audience: Audience | None) -> str:
    """Describe in words the people whom a poll asks."""
    if audience is None:
        return _("the people in %(place)s", place=name_of_space(space))
    words = ", ".join(atom_words(atom) for atom in audience.any)
    says_where = audience.any[0].heads is not None
    return words if says_where else f"{words} · {name_of_space(space)}"


def words_of(poll: Poll) -> str:
    """Describe in words the people whom a poll asked when it was opened."""
    audience = Audience.parse(poll.audience) if poll.audience else None
    return words_for(poll.publication.space, audience)


def count_voters(space: Space, audience: Audience | None) -> int:
    """Count the people whom a poll would ask now."""
    people = voter_ids(space, audience, clock.now()).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def _root(space: Space) -> UUID:
    if space.unit_id:
        return space.unit_id
    return db.session.scalars(
        select(Unit.id).where(Unit.agency_id == space.agency_id, Unit.parent_id.is_(None))
    ).one()
