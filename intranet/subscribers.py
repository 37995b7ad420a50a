"""The registration of the handlers of each event."""

from intranet.attention.notifications import broadcasts as notification_broadcasts
from intranet.attention.notifications import delivery_column, unsubscribe_links
from intranet.attention.notifications import handlers as notification_handlers
from intranet.attention.notifications import successions as notification_successions
from intranet.attention.notifications.events import NotificationsAdded, Seen
from intranet.attention.search.cards import register_published_cards
from intranet.collaboration.events import handlers as event_handlers
from intranet.collaboration.groups.channels import ways_of_groups
from intranet.collaboration.groups.events import GroupConcerned, InvitationAnswered
from intranet.collaboration.polls import broadcasts as poll_broadcasts
from intranet.collaboration.polls.cards import draw_cards
from intranet.collaboration.polls.events import PollVoted
from intranet.collaboration.questions import handlers as question_handlers
from intranet.delivery.files.events import FileRead
from intranet.delivery.push import handlers as push_handlers
from intranet.delivery.realtime import broadcasts as realtime_broadcasts
from intranet.finding.counterparts import handlers as counterpart_handlers
from intranet.finding.counterparts.events import CounterpartsAppeared
from intranet.finding.directory import handlers as directory_handlers
from intranet.messaging.conversations import broadcasts as conversation_broadcasts
from intranet.messaging.conversations import handlers as conversation_handlers
from intranet.messaging.conversations import successions as conversation_successions
from intranet.messaging.conversations.channel_browser import register_joining
from intranet.messaging.conversations.events import (
    ConversationOpened,
    OwnListsChanged,
    PlaceMoved,
    SpeakersChanged,
    TalkDeclined,
    TalkTakenUp,
)
from intranet.messaging.messages import broadcasts as message_broadcasts
from intranet.messaging.messages import by_mail
from intranet.messaging.messages import handlers as message_handlers
from intranet.messaging.messages.counters import count_posted
from intranet.messaging.messages.embedded_links import register_embedded
from intranet.messaging.messages.events import (
    MessageChanged,
    MessagePosted,
    SavedDue,
    ScheduledChanged,
    ThreadRead,
)
from intranet.messaging.spaces import handlers as space_handlers
from intranet.messaging.spaces import successions as space_successions
from intranet.messaging.spaces.events import (
    MembersChanged,
    SpacesClosed,
    SpacesCreated,
)
from intranet.organisation.accounts import handlers as account_handlers
from intranet.organisation.accounts.events import (
    AccountConcerned,
    EarlierTalksClosed,
    EarlierTalksOpened,
    MailboxChanged,
    SecretsEnded,
    SignInBegan,
    SignInsEnded,
)
from intranet.organisation.agencies import handlers as agency_handlers
from intranet.organisation.agencies.events import (
    AgenciesChanged,
    AgenciesCreated,
    InDirectoryChanged,
    MandateChanged,
    OnwardChanged,
    PostDetailsChanged,
    PostsChanged,
    PostsCreated,
    RoleChanged,
    TimeZoneChanged,
    UnitsChanged,
    UnitsCreated,
    UnitsSucceeded,
)
from intranet.organisation.history import handlers as history_handlers
from intranet.organisation.identity import handlers as identity_handlers
from intranet.organisation.people import handlers as people_handlers
from intranet.organisation.people.events import (
    AbsenceChanged,
    AppointmentOffered,
    AppointmentsChanged,
    AppointmentsEnded,
    ProfileChanged,
    StatusChanged,
)
from intranet.platform.core.events import bus
from intranet.public_site import handlers as showcase_handlers
from intranet.publishing.announcements.delivery_states import register_delivery_states
from intranet.publishing.announcements.events import Reminded
from intranet.publishing.model_texts import handlers as model_handlers
from intranet.publishing.publications import handlers as publication_handlers
from intranet.publishing.publications import successions as publication_successions
from intranet.publishing.publications.events import (
    Acknowledged,
    Concerned,
    Corrected,
    Discarded,
    PublicationHeld,
    PublicationPublished,
    ShownAgain,
    VersionRemoved,
    Withdrawn,
)
from intranet.publishing.publications.kinds import registered
from intranet.records.holds import keepers, personal_keepers

# Importing it registers what keeps content from being destroyed (`core.keeping`).
KEEPERS = (keepers, personal_keepers)


def subscribe() -> None:
    """Register every handler on the event bus. Idempotent."""
    _logged()
    _within()
    _index()
    _kept()
    _answered()
    _by_mail()
    _told()
    _after_commit()


def _logged() -> None:
    for of_agencies in (AgenciesCreated, AgenciesChanged):
        bus.within(of_agencies, history_handlers.log_agencies)
    for of_units in (UnitsCreated, UnitsChanged):
        bus.within(of_units, history_handlers.log_units)
    for of_posts in (PostsCreated, PostsChanged, PostDetailsChanged):
        bus.within(of_posts, history_handlers.log_posts)
    bus.within(AppointmentsChanged, history_handlers.log_appointments)
    for of_roles in (RoleChanged, MandateChanged):
        bus.within(of_roles, history_handlers.log_administration)


def _within() -> None:
    # First, because other handlers depend on whether an appointment is on hold.
    bus.within(AppointmentsChanged, account_handlers.hold_new)
    bus.within(AgenciesChanged, account_handlers.hold_agencies)
    bus.within(SignInBegan, identity_handlers.follow_sign_in)
    bus.within(AppointmentsEnded, account_handlers.require_left)
    bus.within(RoleChanged, account_handlers.follow_role)
    bus.within(SignInsEnded, push_handlers.follow_sign_ins)
    bus.within(SecretsEnded, event_handlers.end_calendar, notification_handlers.end_feed)
    bus.within(AppointmentOffered, account_handlers.notify_of_offer)
    bus.within(AgenciesCreated, space_handlers.open_agency_spaces)
    bus.within(TimeZoneChanged, people_handlers.reckon_anew, space_handlers.follow_time_zone)
    bus.within(InDirectoryChanged, space_handlers.follow_directory)
    bus.within(UnitsCreated, space_handlers.open_unit_spaces)
    bus.within(
        UnitsSucceeded,
        space_successions.follow_successions,
        conversation_successions.follow_successions,
        publication_successions.follow_successions,
        notification_successions.follow_successions,
    )
    bus.within(UnitsChanged, space_handlers.follow_units)
    bus.within(PostsChanged, people_handlers.end_with_posts, space_handlers.follow_posts)
    bus.within(AppointmentsChanged, space_handlers.follow_appointments)
    bus.within(SpacesCreated, conversation_handlers.open_channels)
    bus.within(SpacesClosed, conversation_handlers.close_channels)
    bus.within(MembersChanged, conversation_handlers.mark_read_for_newcomers)
    bus.within(AppointmentsChanged, conversation_handlers.follow_appointments)
    bus.within(TimeZoneChanged, conversation_handlers.follow_time_zone)
    bus.within(EarlierTalksClosed, conversation_handlers.close_earlier_talks)
    bus.within(EarlierTalksOpened, conversation_handlers.open_earlier_talks)
    bus.within(AbsenceChanged, conversation_handlers.follow_absence)
    bus.within(PostsChanged, conversation_handlers.follow_posts_changed)
    for event in (PostsCreated, PostsChanged):
        bus.within(event, people_handlers.derive_of_posts, agency_handlers.follow_posts)
    bus.within(UnitsChanged, people_handlers.derive_of_units, agency_handlers.follow_units)
    bus.within(AppointmentsChanged, people_handlers.derive_of_appointments)
    bus.within(ProfileChanged, people_handlers.derive_of_profile)
    for changed in (PostsCreated, PostsChanged, AppointmentsChanged):
        bus.within(changed, counterpart_handlers.follow_posts)
    bus.within(OnwardChanged, conversation_handlers.follow_onward)


def _index() -> None:
    bus.within(AgenciesCreated, directory_handlers.follow_agencies)
    bus.within(AgenciesChanged, directory_handlers.follow_agencies)
    bus.within(UnitsCreated, directory_handlers.follow_new_units)
    bus.within(UnitsChanged, directory_handlers.follow_units)
    bus.within(PostsCreated, directory_handlers.follow_new_posts)
    bus.within(PostsChanged, directory_handlers.follow_posts)
    bus.within(AppointmentsChanged, directory_handlers.follow_appointments)
    bus.within(TimeZoneChanged, directory_handlers.follow_time_zone)
    bus.within(ProfileChanged, directory_handlers.follow_profile)
    bus.within(MessagePosted, message_handlers.index_message)
    bus.within(MessageChanged, message_handlers.index_change)
    bus.within(FileRead, message_handlers.index_file)
    bus.within(PublicationPublished, publication_handlers.index_publication)
    bus.within(Corrected, publication_handlers.index_publication)
    bus.within(ShownAgain, publication_handlers.index_publication)
    bus.within(
        Withdrawn, publication_handlers.forget_publication, showcase_handlers.follow_withdrawn
    )
    bus.within(VersionRemoved, showcase_handlers.follow_removed)


def _kept() -> None:
    bus.within(MessagePosted, message_handlers.note_reply)
    bus.within(MembersChanged, message_handlers.forget_left)
    bus.within(TalkDeclined, message_handlers.forget_declined)
    bus.within(SpeakersChanged, message_handlers.forget_speakers)


def _answered() -> None:
    bus.within(MessagePosted, question_handlers.follow_message)
    bus.within(MessageChanged, question_handlers.follow_change)
    bus.within(Corrected, model_handlers.follow_corrected)


def _by_mail() -> None:
    bus.within(MessagePosted, by_mail.mail_to_guests)
    bus.within(MailboxChanged, by_mail.withdraw_links)


def _told() -> None:
    unsubscribe_links.register()
    register_delivery_states(delivery_column.delivery_of)
    register_joining(ways_of_groups)
    register_published_cards(kind.folder for kind in registered())
    bus.within(AccountConcerned, notification_handlers.follow_account)
    bus.within(PublicationPublished, notification_handlers.follow_published)
    bus.within(Corrected, notification_handlers.follow_corrected)
    bus.within(Concerned, notification_handlers.follow_concerned)
    bus.within(CounterpartsAppeared, notification_handlers.follow_counterparts)
    bus.within(GroupConcerned, notification_handlers.follow_group)
    bus.within(InvitationAnswered, notification_handlers.follow_answered)
    bus.within(PublicationHeld, notification_handlers.notify_writers)
    bus.within(Discarded, notification_handlers.follow_discarded)
    bus.within(Reminded, notification_handlers.follow_reminded)
    bus.within(Acknowledged, notification_handlers.follow_acknowledged)
    bus.within(MessagePosted, notification_handlers.follow_message)
    bus.within(MessageChanged, notification_handlers.follow_changed)
    bus.within(SavedDue, notification_handlers.follow_saved)
    bus.within(PlaceMoved, notification_handlers.mark_seen_where_read)
    bus.within(ThreadRead, notification_handlers.follow_thread)


def _after_commit() -> None:
    bus.after_commit(NotificationsAdded, notification_broadcasts.push_new)
    bus.after_commit(Seen, notification_broadcasts.quieten)
    bus.after_commit(SignInsEnded, realtime_broadcasts.close_ended)
    bus.after_commit(ConversationOpened, conversation_broadcasts.push_opened)
    bus.after_commit(MembersChanged, conversation_broadcasts.push_members)
    bus.after_commit(SpeakersChanged, conversation_broadcasts.push_speakers)
    bus.after_commit(TalkDeclined, conversation_broadcasts.push_declined)
    bus.after_commit(EarlierTalksClosed, conversation_broadcasts.push_earlier_talks)
    bus.after_commit(EarlierTalksOpened, conversation_broadcasts.push_earlier_talks)
    bus.after_commit(TalkTakenUp, conversation_broadcasts.push_resumed)
    bus.after_commit(PlaceMoved, conversation_broadcasts.push_read_position)
    bus.after_commit(OwnListsChanged, conversation_broadcasts.push_own_lists)
    bus.after_commit(ProfileChanged, conversation_broadcasts.push_availability)
    bus.after_commit(StatusChanged, conversation_broadcasts.push_status)
    bus.after_commit(MessagePosted, count_posted, message_broadcasts.push_message)
    bus.after_commit(MessageChanged, message_broadcasts.push_change)
    bus.after_commit(PollVoted, poll_broadcasts.push_vote)
    register_embedded("polls", draw_cards)
    bus.after_commit(ScheduledChanged, message_broadcasts.push_scheduled)
