"""What a notification says by mail and on a lock screen: no more than the agencies allow."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from intranet.accounts.letters import agency_name, language_of
from intranet.accounts.models import Account
from intranet.agencies.leaving import allowed
from intranet.agencies.models import Agency, MailContent
from intranet.conversations.answers import post_and_unit
from intranet.conversations.holders import held_by
from intranet.conversations.listing import space_name
from intranet.conversations.models import Conversation
from intranet.core.html import plain_text
from intranet.core.i18n import _
from intranet.core.letters import Block, Button, Letter, Points, Quote, write
from intranet.core.mail import Mail, in_language, stable_id
from intranet.core.templating import day
from intranet.core.unsubscribing import stop_address
from intranet.core.web import current_language, site_address
from intranet.extensions import db
from intranet.messages.models import Message
from intranet.notifications.models import Kind, Notification
from intranet.notifications.words import BY_PATH, WHYS
from intranet.publications.enclosing import Enclosure, enclosure_of
from intranet.publications.models import Publication, PublicationVersion
from intranet.spaces.models import Space

BODY_CHARACTERS = 220


@dataclass(frozen=True)
class Said:
    """A notification in words: what it is, a little of what it says, where it leads."""

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
        blocks += [Points(_("When and where"), enclosed.lines)] if enclosed.lines else []
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


def words(notification: Notification, account: Account) -> Said:
    """What it says, in the language that is spoken around it."""
    if notification.kind in BY_PATH:
        title = str(BY_PATH[notification.kind][notification.why])
        return Said(title, "", notification.path, _("Look at it"))
    if notification.publication_id:
        return _of_publication(notification, account)
    if notification.space_id:
        return _of_group(notification)
    return _of_message(notification, account)


def _enclosed(notification: Notification, account: Account) -> Enclosure:
    """What the kind of a publication adds to its mails, as far as it may leave."""
    publication = notification.publication
    if publication is None:
        return Enclosure()
    content = allowed(publication.agency, account.home_agency)
    return enclosure_of(publication, account.person, notification.why, content)


def _of_publication(notification: Notification, account: Account) -> Said:
    publication = db.session.get_one(Publication, notification.publication_id)
    version = db.session.get(PublicationVersion, (publication.id, publication.version))
    content = allowed(publication.agency, account.home_agency)
    path = f"/p/{publication.id}"
    if notification.kind == Kind.WRITING or version is None:
        return Said(_("An announcement did not go out"), "", f"{path}/edit", _("Look at it"))
    own, language = publication.agency.language, language_of(account)
    title = version.title.text(language, own)
    body = version.summary.text(language, own) if content == MailContent.TEXT else ""
    asks = publication.due_on is not None
    if content == MailContent.NOTHING:
        title = _("An article for you") if publication.is_article else _("An announcement for you")
    if notification.kind == Kind.REMINDER and publication.due_on:
        title = _("To confirm until %(day)s: %(title)s", day=day(publication.due_on), title=title)
    elif publication.due_on:
        until = _("Confirm until %(day)s", day=day(publication.due_on))
        body = f"{until}. {body}".rstrip()
    if notification.kind != Kind.REMINDER and publication.is_urgent:
        title = _("Urgent: %(title)s", title=title)
    return Said(title, body, path, _("Read and confirm") if asks else _("Read"))


def _of_group(notification: Notification) -> Said:
    space = db.session.get_one(Space, notification.space_id)
    return Said(str(WHYS[notification.why]), "", f"/groups/{space.id}", _("Look at it"))


def _of_message(notification: Notification, account: Account) -> Said:
    message = notification.message
    conversation = notification.conversation
    if message is None or conversation is None:
        raise LookupError("a notification of a message without one")
    content = _allowed_of(message, conversation, account)
    path = url_for_message(notification)
    if content == MailContent.NOTHING:
        return Said(_("A message for you"), "", path, _("Read it"))
    author = message.author.name
    place = place_of(conversation)
    title = (
        _("%(name)s calls you in %(place)s", name=author, place=place)
        if notification.kind == Kind.MENTION
        else _("%(name)s writes to you", name=author)
    )
    body = plain_text(message.said, BODY_CHARACTERS) if content == MailContent.TEXT else ""
    return Said(title, body, path, _("Read it"))


def _allowed_of(message: Message, conversation: Conversation, account: Account) -> MailContent:
    """How much of a message may leave: its author's agency, its place's and the reader's say it."""
    held = held_by(conversation)
    if held and held.is_only_here:
        return MailContent.NOTHING
    authors = (
        select(Agency)
        .join(Account, Account.home_agency_id == Agency.id)
        .where(Account.person_id == message.author_id)
    )
    agencies = [account.home_agency, *db.session.scalars(authors)]
    if held:
        agencies.append(held.agency)
    if conversation.space:
        agencies.append(conversation.space.agency)
    if conversation.post:
        agencies.append(conversation.post.unit.agency)
    return allowed(*agencies)


def place_of(conversation: Conversation) -> str:
    """Where a message stands, as it is called for everybody."""
    if held := held_by(conversation):
        return held.title.text(current_language(), held.language)
    if conversation.post:
        return post_and_unit(conversation.post)
    if conversation.space is None:
        return _("a talk")
    if conversation.name and not conversation.is_main:
        return conversation.name.text(current_language())
    return space_name(conversation.space)


def url_for_message(notification: Notification) -> str:
    """The page on which the message stands."""
    message = notification.message
    return f"/c/{notification.conversation_id}" + (f"/m/{message.seq}" if message else "")
