"""Help for messages: channels and direct messages, who reads them, what to do with them."""

from intranet.delivery.files.limits import GIB, PERSON_BYTES
from intranet.messaging.conversations.access import MENTION_ALL_MAX_PEOPLE, OPEN_POSTING_MAX_PEOPLE
from intranet.messaging.conversations.operations import NEW_TALKS_PER_DAY, TALK_LIMIT
from intranet.messaging.messages.forms import FILES_LIMIT
from intranet.pages.help.events import case_files
from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _
from intranet.platform.core.web import settings


def talking() -> HelpGroup:
    """Return the topics about messages."""
    return HelpGroup(
        _("Messages and channels"),
        [
            _channels(),
            _readers(),
            _talks(),
            _posts(),
            _messages(),
            _later(),
            _calling(),
            _threads(),
            _own_lists(),
            _reactions(),
            _files(),
            _unread(),
            case_files(),
        ],
    )


def _channels() -> Topic:
    return Topic(
        "channels",
        "hash",
        _("Channels, and why you are in them"),
        [
            _(
                "Each unit has a channel, and so does the agency. Your post puts you in "
                "the channels of your unit and of the larger units it belongs to. You "
                "cannot leave these channels, but you can mute them."
            ),
            _(
                "Heads of higher units are not in the channel of a unit unless its head "
                "invites them. The list of members names everyone who reads the channel."
            ),
            _(
                "The head of a unit can create more channels in it. Everyone in the unit "
                "joins them."
            ),
            _(
                "In the list of members, the head invites people and sets who may post. "
                "The head can name others to pin messages and mention everyone."
            ),
            _(
                "In an agency channel with more than %(count)s people, only heads and the "
                "people they authorise can post. Everyone can reply.",
                count=OPEN_POSTING_MAX_PEOPLE,
            ),
        ],
        [Link(_("Messages"), "/messages")],
    )


def _readers() -> Topic:
    return Topic(
        "who-reads",
        "eye",
        _("Who can read your messages?"),
        [
            _("Before you send a message, the line below the text says who will read it."),
            _(
                "Everyone in a channel can read all of it. People who join later can also "
                "read it from the first message, because channels belong to posts."
            ),
            _(
                "Only the participants in a direct message can read it, now and later. "
                "Adding someone starts a new, empty conversation."
            ),
        ],
    )


def _talks() -> Topic:
    return Topic(
        "direct-talks",
        "user",
        _("Direct messages"),
        [
            _(
                "Press “Write” beside a name. A conversation has 2 to %(count)s people, "
                "from any agency.",
                count=TALK_LIMIT,
            ),
            _(
                "Each set of people has a single conversation. Writing to the same "
                "people again opens it."
            ),
            _(
                "You can leave a conversation. You will receive nothing more from it "
                "until you write to the same people again. The others are not notified."
            ),
            _("You can start %(count)s new conversations a day.", count=NEW_TALKS_PER_DAY),
        ],
        [Link(_("Write to someone"), "/conversations/new")],
    )


def _posts() -> Topic:
    return Topic(
        "writing-to-posts",
        "stamp",
        _("Write to a post"),
        [
            _(
                "“Write to this post” reaches its holder, the person acting in it, or a "
                "substitute. If you write to the person, the conversation stays between "
                "you. If you write to the post, successors will be able to read it."
            ),
            _(
                "A conversation with a post belongs to that post. Later holders of the "
                "post can read all of it. After leaving the post, people keep only their "
                "own messages."
            ),
            _(
                "While a post is vacant, another post may answer for it, and the "
                "conversation says which one. Otherwise your message waits for the next "
                "holder. You see this before you send the message."
            ),
            _(
                "Under “Write to someone”, type the title of a post or an address such as "
                "secretaria@vilaverde. Messages to a unit go to its head."
            ),
            _(
                "Messages to your posts are under “To my posts”. You answer as the post, "
                "with your name beside it."
            ),
        ],
        [Link(_("Write to someone"), "/conversations/new")],
    )


def _messages() -> Topic:
    return Topic(
        "messages",
        "pencil",
        _("Write, edit and delete messages"),
        [
            _(
                "Use the buttons below the text for bold, lists, quotations, tables, links "
                "and code. You can also write Markdown."
            ),
            _(
                "You can edit a message for 24 hours. It then says “edited”, and everyone "
                "who can read it can see the earlier versions."
            ),
            _(
                "You can delete your messages at any time. The head of the unit can "
                "delete other people’s messages. The text, its files and its versions are "
                "permanently removed. The replies stay, and a note takes the place of the "
                "message."
            ),
            _(
                "In a channel, the head and the people they authorise can pin messages. "
                "In a direct message, everyone can."
            ),
            _("Messages you send while offline are sent once you are connected again."),
        ],
    )


def _later() -> Topic:
    return Topic(
        "later",
        "clock",
        _("Send later, insert content and quote messages"),
        [
            _(
                "Use the arrow beside Send to schedule a message. Choose the end of quiet "
                "hours, Monday morning, or a date and time. Until then the message "
                "appears above the text box. You can edit it, delete it or send it now."
            ),
            _(
                "If you can no longer write in the conversation at the scheduled time, "
                "the message will not be sent. We will notify you and keep the text."
            ),
            _("Type : to insert an emoji. Type / to add a poll or one of your unit’s model texts."),
            _(
                "A name that you type after @ is linked if it matches exactly one "
                "person or post. Otherwise you are asked whom you mean before the "
                "message is sent."
            ),
            _(
                "“Quote” puts the text of a message into yours, under a link to the "
                "original. People who cannot read the original see only the text."
            ),
        ],
        [Link(_("Scheduled messages"), "/me/scheduled")],
    )


def _calling() -> Topic:
    return Topic(
        "calling",
        "at-sign",
        _("Mention a person, a post or everyone"),
        [
            _(
                "Type @ and a few letters of a name, then choose the person. The message "
                "is highlighted for them."
            ),
            _(
                "Mention a post to reach whoever holds it now. For a post in another "
                "agency, use both names, as in @secretaria@vilaverde."
            ),
            _(
                "@channel mentions everyone in the conversation. You see how many people "
                "that is before you confirm. With more than %(count)s people, only heads "
                "and the people they authorise can use it.",
                count=MENTION_ALL_MAX_PEOPLE,
            ),
            _(
                "People who cannot read the conversation will not be notified, and you "
                "will be told who they are. If you mentioned a post, you can send it the "
                "message with one click."
            ),
        ],
    )


def _threads() -> Topic:
    return Topic(
        "threads",
        "message-square-reply",
        _("Reply in a thread"),
        [
            _(
                "A reply opens a thread beside the conversation. The conversation itself shows "
                "only the number of replies."
            ),
            _("A thread has one level. A reply to a reply stays in the same thread."),
            _(
                "You follow any thread that you start, write in or are mentioned in. "
                "Press “Following” at the top to stop. If you mute a thread, you receive "
                "no notifications from it."
            ),
            _(
                "Replies in a thread that you follow are grouped into a single "
                "notification, showing the latest reply. Choose how these notifications "
                "arrive in your notification settings."
            ),
        ],
    )


def _own_lists() -> Topic:
    return Topic(
        "own-lists",
        "bookmark",
        _("Mentions, threads, drafts and saved messages"),
        [
            _(
                "The lists of mentions, threads, drafts and saved messages are above your "
                "conversations. The number beside each list shows how many items it "
                "holds."
            ),
            _(
                "A draft is kept on all your devices until you send it. Attached files "
                "stay on the device where you added them."
            ),
            _(
                "“Save for later”, on a message, puts it into “Saved”. There you can mark "
                "it as done, or choose when to be reminded of it."
            ),
            _(
                "Use the star at the top of a conversation to add it to your favourites. "
                "You can also use the menu of its row: right click, menu key, or a long "
                "press. Drag favourites to reorder them, or move them from that menu."
            ),
        ],
    )


def _reactions() -> Topic:
    return Topic(
        "reactions",
        "smile",
        _("React without a message"),
        [
            _(
                "Five reactions have a fixed meaning, so everyone understands them in the "
                "same way. You can also use any other emoji."
            )
        ],
        below="reactions",
    )


def _files() -> Topic:
    return Topic(
        "files",
        "paperclip",
        _("Files and pictures"),
        [
            _(
                "Attach a file with the paper clip, drag it into the conversation, or "
                "paste it. A message holds up to %(count)s files of up to %(size)s MB each.",
                count=FILES_LIMIT,
                size=settings().upload_mb,
            ),
            _("Only people who can read the message can open its files."),
            _(
                "Describe each picture for people who cannot see it. Location and camera "
                "data are removed from pictures."
            ),
            _("Your files can take up at most %(size)s GB in total.", size=PERSON_BYTES // GIB),
        ],
    )


def _unread() -> Topic:
    return Topic(
        "unread",
        "bell-off",
        _("Unread messages and muted conversations"),
        [
            _(
                "The number beside a conversation counts unread messages. If a message "
                "mentions you or your post, the number changes colour and says “for you”."
            ),
            _(
                "“Mark unread from here”, in the menu of a message, keeps the "
                "conversation unread until you open it again."
            ),
            _(
                "In a muted conversation, only messages addressed to you count. Channels "
                "of units far above yours are muted at first."
            ),
        ],
    )
