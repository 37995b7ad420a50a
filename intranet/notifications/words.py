"""What stands in the ledger as a word, in the reader's language."""

from intranet.core.i18n import _l
from intranet.notifications.models import Channel, Kind, State

KINDS = {
    Kind.TO_CONFIRM: _l("Announcements to confirm"),
    Kind.ANNOUNCEMENT: _l("Other announcements"),
    Kind.REMINDER: _l("Reminders to confirm"),
    Kind.TALK: _l("Messages in my talks"),
    Kind.MENTION: _l("Messages that call me"),
    Kind.CHANNEL: _l("Channels of which I want every message"),
    Kind.ARTICLE: _l("Articles of whom and what I follow"),
    Kind.WRITING: _l("What I published or am to publish"),
    Kind.CONCERN: _l("Questions, ideas, polls, events and initiatives that concern me"),
}
CHANNELS = {Channel.MAIL: _l("Mail"), Channel.PUSH: _l("Push")}
STATES = {
    State.WAITING: _l("waits"),
    State.DIGEST: _l("in the next digest"),
    State.SENT: _l("sent"),
    State.FAILED: _l("failed"),
    State.LEFT_OUT: _l("left out"),
}
WHYS = {
    "addressed": _l("You are in its audience by a post you hold."),
    "corrected": _l("It was corrected, and the new text is to be confirmed."),
    "reminder": _l("You have not confirmed it yet."),
    "mention": _l("Somebody calls you in a message."),
    "talk": _l("Somebody writes in a talk of yours."),
    "channel": _l("You want to be told of every message there."),
    "follow": _l("You follow who published it, where it stands, or a topic of it."),
    "initiative_updated": _l("Something new was said of an initiative that you follow or use."),
    "initiative_moved": _l("An initiative that you follow or use came to another stage."),
    "initiative_used": _l("An administration said whether it uses an initiative of your post."),
    "showcase_proposed": _l("It is proposed for the open web. You publish for your agency."),
    "showcase_approved": _l("You proposed it for the open web. It is public now."),
    "showcase_declined": _l("You proposed it for the open web. It was not approved: see why."),
    "showcase_taken_off": _l("You let it go on the open web. Its post has taken it off."),
    "held": _l("It did not go out at its time. You speak for the post in whose name it is."),
}
BECAUSE = {
    "quiet": _l("until your working hours begin"),
    "digest": _l("with everything else"),
    "only_here": _l("its author chose only this page"),
    "never_signed_in": _l("you had not signed in yet"),
    "no_device": _l("no device of yours has push turned on"),
    "no_mailbox": _l("no mailbox is known"),
    "chosen": _l("as you chose"),
    "read": _l("you had read it before"),
    "gone": _l("it was no longer there for you"),
    "refused": _l("the mailbox refuses it"),
    "delayed": _l("the server did not take it; it is tried again"),
    "given_up": _l("it was tried for days"),
}
