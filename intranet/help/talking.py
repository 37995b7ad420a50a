"""Help for talking: channels and talks, who reads, what one can do with a message."""

from intranet.conversations.access import AGENCY_LIMIT, RING_LIMIT
from intranet.conversations.operations import NEW_TALKS_PER_DAY, TALK_LIMIT
from intranet.core.i18n import _
from intranet.core.web import settings
from intranet.files.limits import GIB, PERSON_BYTES
from intranet.help.events import case_files
from intranet.help.topics import Group, Link, Topic
from intranet.messages.forms import FILES_LIMIT


def talking() -> Group:
    """What somebody needs who reads and writes all day."""
    return Group(
        _("Talk"),
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
                "Each unit has a channel, and so has the agency. You are in that of your unit and "
                "in those of the larger units around it, because you hold a post there. Nobody "
                "adds you, and you do not leave; you can mute it."
            ),
            _(
                "Heads above a unit are not in its channel, unless its head invites them. “People” "
                "names everybody who reads it."
            ),
            _(
                "The head of a unit can make further channels in it. Everybody in the unit is in "
                "them."
            ),
            _(
                "Under “People” the head invites people, says who begins messages, and names "
                "those who may pin and mention everybody as well."
            ),
            _(
                "In an agency's channel with more than %(count)s people only heads, and those "
                "whom they name, begin messages. Everybody can reply.",
                count=AGENCY_LIMIT,
            ),
        ],
        [Link(_("Messages"), "/messages")],
    )


def _readers() -> Topic:
    return Topic(
        "who-reads",
        "eye",
        _("Who reads what you write"),
        [
            _("Below the text stands who reads it, before you send it."),
            _(
                "A channel is read by everybody in it. Who joins later reads all of it, from the "
                "first message on: posts outlive people."
            ),
            _(
                "A direct talk is read by its people and by nobody else, also later. To add "
                "somebody is to begin a new talk, which starts empty."
            ),
        ],
    )


def _talks() -> Topic:
    return Topic(
        "direct-talks",
        "user",
        _("Direct talks"),
        [
            _(
                "Press “Write” beside a name. A talk has 2 to %(count)s people, of any agency.",
                count=TALK_LIMIT,
            ),
            _("There is one talk for each exact set of people: writing to them again opens it."),
            _(
                "You can leave a talk. Nothing more of it reaches you until you write to the same "
                "people again, and the others are not told."
            ),
            _("You can begin %(count)s new talks a day.", count=NEW_TALKS_PER_DAY),
        ],
        [Link(_("Write to somebody"), "/conversations/new")],
    )


def _posts() -> Topic:
    return Topic(
        "writing-to-posts",
        "stamp",
        _("Write to a post"),
        [
            _(
                "“Write to this post” reaches whoever holds the post now, acts in it, or stands in "
                "for who is away. To the person: it stays between you. To the post: successors "
                "will read it."
            ),
            _(
                "The talk belongs to the post. Who comes next reads all of it. Who leaves keeps "
                "what they wrote, and sees nothing else of it any more."
            ),
            _(
                "While nobody holds a post, another may answer for it; the talk says which. If "
                "none does, your message waits for who comes, and you are told before you send it."
            ),
            _(
                "Under “Write to somebody” type a title, or an address such as "
                "secretaria@vilaverde. A unit is written to by its head."
            ),
            _(
                "What others write to your posts stands under “To my posts”. You answer as the "
                "post, with your name beside it."
            ),
        ],
        [Link(_("Write to somebody"), "/conversations/new")],
    )


def _messages() -> Topic:
    return Topic(
        "messages",
        "pencil",
        _("Write, change, delete"),
        [
            _(
                "The buttons below the text make bold letters, lists, quotations, tables, links "
                "and code. Who knows Markdown can write it."
            ),
            _(
                "You can change what you wrote for 24 hours. The message then says “edited”, and "
                "everybody who reads it can see what it said before."
            ),
            _(
                "You can delete your messages at any time; the head of the unit can delete those "
                "of others. What a message said, its files and its earlier versions are gone for "
                "good. Its place and its replies stay."
            ),
            _(
                "The head, and those whom they name, pin messages in a channel. In a talk "
                "everybody does."
            ),
            _(
                "What you begin and do not send is kept on this device. What you send without a "
                "connection goes out when it is back, once."
            ),
        ],
    )


def _later() -> Topic:
    return Topic(
        "later",
        "clock",
        _("Send later, insert, quote"),
        [
            _(
                "The arrow beside Send keeps a message for its time: the end of quiet hours, "
                "Monday morning, or your own day and hour. Until then it stands above the box, to "
                "be edited, deleted or sent now."
            ),
            _(
                "If you can no longer write there at that time, the message is not sent. We notify "
                "you, and keep its text."
            ),
            _(
                "Write : and some letters for an emoji, and / for the model texts of your unit or "
                "a poll for the channel."
            ),
            _(
                "A name that you type after @ is linked if it means exactly one person or post. "
                "Otherwise we ask whom you mean before the message goes."
            ),
            _(
                "Quote puts the words of a message into yours, under a link to it. People who may "
                "not read that message see the words only."
            ),
        ],
        [Link(_("Scheduled messages"), "/me/scheduled")],
    )


def _calling() -> Topic:
    return Topic(
        "calling",
        "at-sign",
        _("Call a person, a post or everybody"),
        [
            _("Write @ and some letters of a name, and choose. The message stands out for them."),
            _(
                "Call a post where it does not matter who holds it: the message reaches whoever "
                "holds it now. A post of another agency is called with both names, as in "
                "@secretaria@vilaverde."
            ),
            _(
                "@channel calls everybody in the room. You are asked first, and see how many they "
                "are. In rooms of more than %(count)s people only heads, and those whom they "
                "name, can do it.",
                count=RING_LIMIT,
            ),
            _(
                "Who does not read the conversation is not called, and you are told whom it "
                "missed. A post that it missed can be sent the message in one click."
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
            _("A thread has one level: a reply to a reply stands in the same thread."),
            _(
                "You follow a thread that you begin, write in or are mentioned in. Press "
                "“Following” in its head to stop, or mute it: then nothing in it notifies you."
            ),
        ],
    )


def _own_lists() -> Topic:
    return Topic(
        "own-lists",
        "bookmark",
        _("Mentions, threads, drafts and saved messages"),
        [
            _("They stand above your conversations. The numbers say how much waits in each."),
            _(
                "What you begin to write is kept on all your devices until you send it. Files "
                "that you attach stay on the device."
            ),
            _(
                "“Save for later”, in the menu of a message, puts it into “Saved”. There you mark "
                "it as done, or choose when to be reminded of it."
            ),
            _("The star in the head of a conversation puts it among your favourites."),
        ],
    )


def _reactions() -> Topic:
    return Topic(
        "reactions",
        "smile",
        _("React without a message"),
        [_("Five signs have a word that everybody understands alike. Any other emoji works too.")],
        below="reactions",
    )


def _files() -> Topic:
    return Topic(
        "files",
        "paperclip",
        _("Files and pictures"),
        [
            _(
                "Attach a file with the paper clip, drag it into the conversation, or paste it. A "
                "message takes up to %(count)s files of up to %(size)s MB.",
                count=FILES_LIMIT,
                size=settings().upload_mb,
            ),
            _("Whoever reads the message can open its files, and nobody else."),
            _(
                "Say in some words what a picture shows, for those who cannot see it. What it "
                "tells about place and camera is removed."
            ),
            _("All your files together may have %(size)s GB.", size=PERSON_BYTES // GIB),
        ],
    )


def _unread() -> Topic:
    return Topic(
        "unread",
        "bell-off",
        _("Unread and muted"),
        [
            _(
                "The number beside a conversation says how much waits there. Where somebody calls "
                "you or your post, it has another colour and the words “for you”."
            ),
            _(
                "“Mark unread from here”, in the menu of a message, lets it wait until you open "
                "the conversation again."
            ),
            _(
                "In a muted conversation only what is addressed to you counts. Channels of units "
                "far above yours are muted until you decide otherwise."
            ),
        ],
    )
