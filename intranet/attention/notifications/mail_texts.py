"""Notifications as mail and on a lock screen, with no more content than the agencies allow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from intranet.attention.notifications.facts import NotificationFact, facts_of
from intranet.attention.notifications.labels import WHYS
from intranet.attention.notifications.models import Kind, Notification
from intranet.extensions import db
from intranet.messaging.conversations.discussions import subject_of
from intranet.messaging.conversations.listing import space_name
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.post_readers import post_and_unit
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.letters import agency_name, language_of
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.organisation.agencies.outside_content import allowed
from intranet.platform.core.dates import day
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.mail import Mail, in_language, stable_id
from intranet.platform.core.mail_content import Block, Button, Letter, Points, Quote, write
from intranet.platform.core.unsubscribe import stop_address
from intranet.platform.core.web import current_language, site_address
from intranet.publishing.publications.kinds import kind_of
from intranet.publishing.publications.mail_additions import Enclosure


@dataclass(frozen=True)
class NotificationText:
    """A notification as text: its sentence, an excerpt, its link."""

    title: str
    body: str
    path: str
    button: str


def letter(notification: Notification, account: Account) -> Mail:
    """Build the mail of a notification; a repeat after a crash has the same message id."""
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


def push_words(notification: Notification, account: Account) -> NotificationText:
    """Return the text for a lock screen."""
    with in_language(language_of(account)):
        return words(notification, account)


def stop_kind(kind: Kind) -> str:
    """Return the key that identifies a notification kind in unsubscribe links."""
    return f"notifications.{kind.value}"


def words(
    notification: Notification, account: Account, fact: NotificationFact | None = None
) -> NotificationText:
    """Return the text of a notification, with no more content than the agencies allow.

    Args:
        fact: its content with the acts behind it; looked up if missing.

    Raises:
        NotFound: the person may no longer see it.
    """
    fact = fact or next(iter(facts_of(account.person, [notification], is_grouped=False)), None)
    if fact is None:
        raise NotFound
    content = _allowed(notification, account, fact)
    title = _neutral(notification) if content == MailContent.NOTHING else str(fact.sentence)
    body = fact.words if content == MailContent.TEXT else ""
    publication = notification.publication
    is_urgent = publication is not None and publication.announcement.is_urgent
    if publication and fact.due_on and not publication.withdrawn_at:
        until = _("Confirm by %(day)s", day=day(fact.due_on))
        body = f"{until}. {body}".rstrip()
        if notification.kind != Kind.REMINDER and is_urgent:
            title = _("Urgent: %(title)s", title=title)
        return NotificationText(title, body, fact.path, _("Read and confirm"))
    if is_urgent and notification.kind == Kind.ANNOUNCEMENT:
        title = _("Urgent: %(title)s", title=title)
    return NotificationText(title, body, fact.path, _("Open it"))


def _neutral(notification: Notification) -> str:
    """Return a title that reveals nothing of the subject."""
    publication = notification.publication
    if notification.kind == Kind.ARTICLE:
        return _("There is a new article for you")
    if notification.kind in {Kind.TO_CONFIRM, Kind.ANNOUNCEMENT, Kind.REMINDER}:
        return _("You have a new announcement")
    if notification.message_id and publication is None:
        return _("You have a new message")
    return _("You have a new notification")


def _enclosed(notification: Notification, account: Account) -> Enclosure:
    """Return the kind's enclosure, such as a calendar entry, as far as the agencies allow."""
    publication = notification.publication
    if publication is None:
        return Enclosure()
    content = allowed(publication.agency, account.home_agency)
    enclose = kind_of(publication).enclose
    if enclose is None:
        return Enclosure()
    return enclose(publication, account.person, notification.why, content)


def _allowed(notification: Notification, account: Account, fact: NotificationFact) -> MailContent:
    """Return how much a mail may contain: what agencies of reader, place and authors allow."""
    agencies = [account.home_agency]
    publication, conversation = notification.publication, notification.conversation
    if publication:
        if publication.announcement.is_only_here:
            return MailContent.NOTHING
        agencies.append(publication.agency)
    elif conversation:
        held = subject_of(conversation)
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


def _of_authors(fact: NotificationFact, message: Message) -> Sequence[Agency]:
    """Return the agencies of all authors named for a message, and of forwarded words.

    One row stands for several messages, and each of them may quote another.
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
    """Return the name of a conversation, the same for everybody."""
    if held := subject_of(conversation):
        return held.title.text(current_language(), held.language)
    if conversation.post:
        return post_and_unit(conversation.post)
    if conversation.space is None:
        return _("Direct message")
    if conversation.name and not conversation.is_main:
        return conversation.name.text(current_language())
    return space_name(conversation.space)
