"""People who reacted to a message: the first names under each reaction, and the count."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.messages.models import Message, Reaction
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _, ngettext

MAX_NAMES = 12


@dataclass
class Reactors:
    """The people behind one reaction: first names, whether the reader is one, and the total."""

    emoji: str
    count: int
    is_mine: bool = False
    people: list[Person] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many people are not named."""
        return self.count - len(self.people) - self.is_mine

    @property
    def text(self) -> str:
        """Names in a sentence: "Ana, Carles and you"; "… and 388 more"."""
        names = [person.name for person in self.people]
        last = _("you") if self.is_mine else ""
        if self.more:
            names += [last] if last else []
            last = ngettext("%(num)s more", "%(num)s more", self.more)
        # Two names are listed with a comma: the Spanish "and" depends on the second name's sound.
        if not last or not names:
            return ", ".join(names) or last
        return _("%(names)s and %(last)s", names=", ".join(names), last=last)


def reactors_of(message: Message, reader: Person) -> Sequence[Reactors]:
    """Return the reactions in the order in which each first came, in two queries."""
    if message.deleted_at:
        return []
    counted = db.session.execute(
        select(Reaction.emoji, func.count())
        .where(Reaction.message_id == message.id)
        .group_by(Reaction.emoji)
        .order_by(func.min(Reaction.created_at))
    )
    found = {emoji: Reactors(emoji, count) for emoji, count in counted}
    others = Reaction.person_id != reader.id
    ranked = (
        select(
            Reaction.emoji,
            Reaction.person_id,
            Reaction.created_at,
            func.row_number()
            .over(partition_by=(Reaction.emoji, others), order_by=Reaction.created_at)
            .label("rank"),
        )
        .where(Reaction.message_id == message.id)
        .subquery()
    )
    rows = db.session.execute(
        select(ranked.c.emoji, Person)
        .join(Person, Person.id == ranked.c.person_id)
        .where(ranked.c.rank <= MAX_NAMES)
        .order_by(ranked.c.created_at, Person.id)
    )
    for emoji, person in rows:
        if person.id == reader.id:
            found[emoji].is_mine = True
        else:
            found[emoji].people.append(person)
    return list(found.values())
