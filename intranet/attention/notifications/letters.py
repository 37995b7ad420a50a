"""Notifications by mail and on a lock screen: no more than the agencies allow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from intranet.attention.notifications.facts import Fact, facts_of
from intranet.attention.notifications.models import Kind, Notification
from intranet.attention.notifications.words import WHYS
from intranet.extensions import db
from intranet.messaging.conversations.answers import post_and_unit
from intranet.messaging.conversations.holders import held_by
from intranet.messaging.conversations.listing import space_name
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.letters import agency_name, language_of
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.leaving import allowed
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.letters import Block, Button, Letter, Points, Quote, write
from intranet.platform.core.mail import Mail, in_language, stable_id
from intranet.platform.core.templating import day
from intranet.platform.core.unsubscribing import stop_address
from intranet.platform.core.web import current_language, site_address
from intranet.publishing.publications.enclosing import Enclosure, enclosure_of


@dataclass(frozen=True)
class Said:
    """A notification in words: its sentence, a little of the text, where it leads."""

    title: str
    body: str
    path: str
    button: str


def letter(notification: Notification, account: Account) -> Mail:
    """The mail of a notification. Sent again after a crash it is known as the same."""
    language = language_of(account)
    with in_language(language):
        said = words(notification, account)
        blocks: list[Block] = [_("Hello %(name)s,", name=account.person.name)]
        enclosed = _enclosed(notification, account)
        blocks += [Points(_("Date and place"), enclosed.lines)] if enclosed.lines else []
        blocks += [Quote(said.body)] if said.body else []
        blocks.append(Button(said.button, site_address(said.path)))
        written = Letter(
            subject=said.title,
            blocks=blocks,
            why=str(WHYS[notification.why]),
            sender=agency_name(account),
            stop=stop_address(account.person_id, stop_kind(notification.kind), language),
        )
    name = stable_id("notification", notification.id)
    mail = write(written, to=account.email or "", language=language, message_id=name)
    return replace(mail, calendar=enclosed.calendar, calendar_method=enclosed.method)


def push_words(notification: Notification, account: Account) -> Said:
    """The same for a lock screen."""
    with in_language(language_of(account)):
        return words(notification, account)


def stop_kind(kind: Kind) -> str:
    """By what a link in a mail names the kind that it stops."""
    return f"notifications.{kind.value}"


def words(notification: Notification, account: Account, fact: Fact | None = None) -> Said:
    """Say it outside: the sentence of the page, with no more than the agencies allow.

    Args:
        fact: what is known of it with the acts that stand behind it; asked for without it.

    Raises:
        NotFound: the person may not see it any more.
    """
    fact = fact or next(iter(facts_of(account.person, [notification], is_grouped=False)), None)
    if fact is None:
        raise NotFound
    content = _allowed(notification, account, fact)
    title = _neutral(notification) if content == MailContent.NOTHING else str(fact.sentence)
    body = fact.words if content == MailContent.TEXT else ""
    publication = notification.publication
    if publication and fact.due_on and not publication.withdrawn_at:
        until = _("Confirm by %(day)s", day=day(fact.due_on))
        body = f"{until}. {body}".rstrip()
        if notification.kind != Kind.REMINDER and publication.is_urgent:
            title = _("Urgent: %(title)s", title=title)
        return Said(title, body, fact.path, _("Read and confirm"))
    if publication and publication.is_urgent and notification.kind == Kind.ANNOUNCEMENT:
        title = _("Urgent: %(title)s", title=title)
    return Said(title, body, fact.path, _("Open it"))


def _neutral(notification: Notification) -> str:
    """A title for mail that may say nothing of what it is about."""
    publication = notification.publication
    if notification.kind == Kind.ARTICLE:
        return _("There is a new article for you")
    if notification.kind in {Kind.TO_CONFIRM, Kind.ANNOUNCEMENT, Kind.REMINDER}:
        return _("You have a new announcement")
    if notification.message_id and publication is None:
        return _("You have a new message")
    return _("You have a new notification")


def _enclosed(notification: Notification, account: Account) -> Enclosure:
    """What the kind of a publication adds to its mails, as far as it may leave."""
    publication = notification.publication
    if publication is None:
        return Enclosure()
    content = allowed(publication.agency, account.home_agency)
    return enclosure_of(publication, account.person, notification.why, content)


def _allowed(notification: Notification, account: Account, fact: Fact) -> MailContent:
    """How much may leave: the agencies of the reader, of the place and of the authors say it."""
    agencies = [account.home_agency]
    publication, conversation = notification.publication, notification.conversation
    if publication:
        if publication.is_only_here:
            return MailContent.NOTHING
        agencies.append(publication.agency)
    elif conversation:
        held = held_by(conversation)
        if held and held.is_only_here:
            return MailContent.NOTHING
        agencies += [held.agency] if held else []
        agencies += [conversation.space.agency] if conversation.space else []
        agencies += [conversation.post.unit.agency] if conversation.post else []
    elif notification.space:
        agencies.append(notification.space.agency)
    if fact.message:
        agencies += _of_authors(fact, fact.message)
        if notification.kind == Kind.THREAD and fact.message.parent:
            agencies += _of_authors(fact, fact.message.parent)
    return allowed(*agencies)


def _of_authors(fact: Fact, message: Message) -> Sequence[Agency]:
    """The agencies of all who are named for a message, and of whose words it says.

    One row stands for several messages, and each of them may carry the words of another.
    """
    people = {message.author_id, *(person_id for person_id, _post in fact.actors if person_id)}
    if message.forward:
        people.add(message.forward.author_id)
    homes = select(Agency).join(Account, Account.home_agency_id == Agency.id)
    agencies = list(db.session.scalars(homes.where(Account.person_id.in_(people))))
    if message.forward:
        origin = db.session.get_one(Conversation, message.forward.conversation_id)
        agencies += [origin.space.agency] if origin.space else []
        agencies += [origin.post.unit.agency] if origin.post else []
    return agencies


def place_of(conversation: Conversation) -> str:
    """Where a message stands, as it is called for everybody."""
    if held := held_by(conversation):
        return held.title.text(current_language(), held.language)
    if conversation.post:
        return post_and_unit(conversation.post)
    if conversation.space is None:
        return _("Direct message")
    if conversation.name and not conversation.is_main:
        return conversation.name.text(current_language())
    return space_name(conversation.space)
