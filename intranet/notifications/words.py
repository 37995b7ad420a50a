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
    Kind.MODERATION: _l("Moderation: what concerns me"),
    Kind.CONCERN: _l("Questions, ideas, polls, events and initiatives that concern me"),
    Kind.GROUP: _l("Groups: invitations, requests, keys"),
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
    "group_invited": _l("Somebody invites you into a group."),
    "group_request": _l("Somebody asks to come into a group that you lead."),
    "group_let_in": _l("You asked to come into a group, and were let in."),
    "group_key": _l("A group asks for the key of your administration."),
    "group_owner": _l("A group belongs to a post for which you speak."),
    "group_asleep": _l("Nobody has written in a group that you lead for half a year."),
    "initiative_updated": _l("Something new was said of an initiative that you follow or use."),
    "initiative_moved": _l("An initiative that you follow or use came to another stage."),
    "initiative_used": _l("An administration said whether it uses an initiative of your post."),
    "event_invited": _l("You are invited to it."),
    "event_soon": _l("You said that you come, or may: it is soon."),
    "event_up": _l("A place has become free: you have it now."),
    "event_changed": _l("You said that you come, or may, and it has changed."),
    "event_cancelled": _l("You said that you come, or may, and it was cancelled."),
    "event_one_off": _l("You said that you come, or may, and one of its days was cancelled."),
    "event_minutes": _l("You said that you come: what was said has been written down."),
    "held": _l("It did not go out at its time. You speak for the post in whose name it is."),
    "idea_new": _l("An idea waits for the answer of a post for which you speak."),
    "idea_soon": _l("The term for the answer to an idea ends soon. You speak for the post."),
    "idea_late": _l("The term for the answer to an idea is over. You speak for the post."),
    "idea_status": _l("An idea of yours, or one that you support, has come further."),
    "idea_answer": _l("An idea of yours, or one that you support, has its official answer."),
    "idea_joined": _l("An idea of yours, or one that you support, was joined with another."),
    "poll_open": _l("You are asked in a poll."),
    "poll_soon": _l("A poll in which you are asked closes within a day. Your vote is missing."),
    "poll_closed": _l("A poll in which you were asked is closed."),
}
MODERATION = {
    "moderation_open": _l("Something was reported where you moderate"),
    "moderation_looked": _l("What you reported was looked at, and decided"),
    "moderation_hidden": _l("Something of yours was hidden by moderation"),
    "moderation_warned": _l("Who moderates has a word for you"),
    "moderation_muted": _l("You do not write in a place for a while"),
    "moderation_restored": _l("Moderation took a decision back"),
    "moderation_appeal": _l("An appeal waits for you"),
    "moderation_appealed": _l("Your appeal was decided"),
    "moderation_named": _l("You moderate a place now"),
}
"""What is told of moderation; nothing that was said or reported is in it."""
WHYS |= {
    "moderation_open": _l("You moderate there, or administer the agency."),
    "moderation_looked": _l("You reported it."),
    "moderation_hidden": _l("You wrote it. You can appeal."),
    "moderation_warned": _l("It is about something that you wrote. You can appeal."),
    "moderation_muted": _l("It is about something that you wrote. You can appeal."),
    "moderation_restored": _l("It is about something that you wrote."),
    "moderation_appeal": _l("Its author appealed, and you did not decide before."),
    "moderation_appealed": _l("You appealed."),
    "moderation_named": _l("Who leads the place named you."),
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
