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
    "asked": _l("You may know the answer, and you take questions."),
    "answered": _l("You asked it, or want to be told of answers to it."),
    "accepted": _l("Your answer helped who asked."),
    "confirmed": _l("An answer to a question that you asked, answered or follow is a criterion."),
    "outdated": _l("A criterion on a question that you asked or follow no longer holds."),
    "renewed": _l("A criterion on a question that you asked or follow was renewed."),
    "review": _l("The day has come to look at this criterion again. You speak for its post."),
    "joined": _l("A question that you asked or follow was joined to this one."),
    "model_changed": _l("A post that you speak for uses this model, and it has changed."),
    "model_lapsed": _l("A post that you speak for uses this model, or answers for it: it lapsed."),
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
