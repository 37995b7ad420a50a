"""The loader of the demonstration, through the operations that people use."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.messages.jobs import fill_all
from intranet.organisation.accounts.passwords import hash_password
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.events import dispatcher
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import remembering
from intranet.platform.core.unit_of_work import unit_of_work
from tools.demo.announcing import announce
from tools.demo.articles import articles, follows
from tools.demo.asking import let_ask
from tools.demo.calendar import Calendar
from tools.demo.conversations import conversations
from tools.demo.events import events, hold_event
from tools.demo.grouping import found, groups
from tools.demo.initiatives import initiatives, undertake
from tools.demo.looking import owe_look
from tools.demo.moderating import moderate
from tools.demo.population import CAST, story
from tools.demo.publications import publications
from tools.demo.publishing import let_follow, publish_article
from tools.demo.settling import LoadedStory, settle
from tools.demo.showing import show
from tools.demo.taking_part import take_part
from tools.demo.talking import let_talk
from tools.demo.weeks import count_weeks
from tools.demo.working import set_to_work

Say = Callable[[str], None]


def load(password: str, *, say: Say = lambda _words: None) -> None:
    """Fill an empty installation with the demonstration, in one transaction.

    Args:
        password: of every account.
        say: called with each step of the progress.

    Raises:
        Conflict: the installation has an agency already.
    """
    with _without_collecting(), unit_of_work():
        if db.session.scalar(select(Agency.id).limit(1)):
            raise Conflict(_l("The demonstration is for an installation with nobody in it."))
        calendar = Calendar.at(clock.now())
        settled = settle(story(), calendar, password_hash=hash_password(password))
        say(f"{len(settled.agencies)} agencies, {len(settled.posts):,} posts")
        say(f"{len(settled.people):,} people")
        set_to_work(settled)
        for room in conversations():
            let_talk(room, settled)
        say(f"{sum(len(room.messages) for room in conversations())} messages")
        for told in groups():
            found(told, settled)
        say(f"{len(groups())} groups")
        with remembering():  # appointments and members do not change any more
            _let_take_part(settled, say)
        count_weeks(settled)
        owe_look(calendar)
        fill_all()  # by time, which is not the order of conversations
    dispatcher().drain()


def _let_take_part(settled: LoadedStory, say: Say) -> None:
    """Load announcements, articles, initiatives, moderation, ideas, polls, events and questions."""
    calendar = settled.calendar
    for said in publications():
        announce(said, settled)
    say(f"{len(publications())} announcements")
    read = {
        article.key: publish_article(article, settled)
        for article in sorted(articles(), key=lambda one: calendar.instant(one.at))
    }
    for follower in follows():
        let_follow(*follower, settled)
    say(f"{len(articles())} articles")
    for one in sorted(initiatives(), key=lambda one: calendar.instant(one.at)):
        undertake(one, settled)
    say(f"{len(initiatives())} initiatives")
    moderate(settled)
    take_part(settled)
    for event in sorted(events(), key=lambda one: calendar.instant(one.planned)):
        hold_event(event, settled)
    say(f"{len(events())} events")
    say(f"{let_ask(settled)} questions")
    show(read, settled)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Turn off garbage collection within the block: it would slow the load by a quarter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def sign_ins() -> list[tuple[str, str]]:
    """Return the addresses of the cast, each with its post and unit."""
    organisation = story()
    lines = []
    for key in CAST:
        person = organisation.people[key]
        post = next(
            organisation.posts[held.post]
            for held in organisation.appointments
            if held.person == key and organisation.posts[held.post].agency == person.agency
        )
        language = organisation.agencies[person.agency].languages[0]
        unit = organisation.units[post.unit]
        lines.append((person.email, f"{post.title[language]} · {unit.name[language]}"))
    return lines
