"""Labels of the ledger and of the settings, in the reader's language."""

from intranet.attention.notifications.models import Channel, Kind, State
from intranet.platform.core.i18n import _l

KINDS = {
    Kind.TO_CONFIRM: _l("Required reading"),
    Kind.ANNOUNCEMENT: _l("Other announcements"),
    Kind.REMINDER: _l("Reminders about required reading"),
    Kind.TALK: _l("Direct messages"),
    Kind.MENTION: _l("Mentions"),
    Kind.CHANNEL: _l("Channels that notify me of every message"),
    Kind.THREAD: _l("Replies in threads that I follow"),
    Kind.ARTICLE: _l("Articles that I follow"),
    Kind.WRITING: _l("Problems with my announcements"),
    Kind.CONCERN: _l("Questions, ideas, polls, events and initiatives"),
    Kind.MODERATION: _l("Moderation"),
    Kind.ACCOUNT: _l("Changes to my account"),
    Kind.ORGANISATION: _l("Changes to my unit"),
    Kind.GROUP: _l("Groups: invitations, requests and approvals"),
    Kind.COUNTERPART: _l("New counterparts that I asked about"),
    Kind.HAND_OVER: _l("Hand-overs of posts"),
    Kind.RECORDS: _l("Requests for access and records"),
}
PLACES = {
    "messages": _l("Messages"),
    "direct": _l("Direct messages"),
    "group": _l("Groups"),
    "counterpart": _l("Counterparts"),
    "hand_over": _l("Hand-over"),
    "moderation": _l("Moderation"),
    "account": _l("My account"),
    "organisation": _l("Organisation"),
    "records": _l("Records"),
}
"""Names of the sections that are not of a kind of publication, as rows show them."""
CHANNELS = {Channel.MAIL: _l("E-mail"), Channel.PUSH: _l("Push")}
STATES = {
    State.WAITING: _l("waiting"),
    State.DIGEST: _l("in the next digest"),
    State.SENT: _l("sent"),
    State.FAILED: _l("sending failed"),
    State.LEFT_OUT: _l("not sent"),
}
WHYS = {
    "addressed": _l("The announcement is addressed to your post."),
    "corrected": _l(
        "The announcement was corrected. You need to confirm that you have read the new text."
    ),
    "reminder": _l("You have not yet confirmed that you have read this announcement."),
    "mention": _l("This message mentions you."),
    "talk": _l("You are a participant in this conversation."),
    "channel": _l("You chose to be notified of every message in that channel."),
    "thread": _l("You follow this thread."),
    "follow": _l("You follow the author, the space or one of the topics."),
    "reorganisation": _l("Your post or your channels are concerned."),
    "reorganisation_undone": _l("Your post or your channels are concerned."),
    "plan_scheduled": _l("You change the units of your agency."),
    "plan_refused": _l("You change the units of your agency."),
    "plan_undone": _l("You change the units of your agency."),
    "group_invited": _l("You can accept or decline the invitation."),
    "group_request": _l("You lead this group."),
    "group_let_in": _l("You asked to join this group."),
    "group_key": _l("You are an administrator of your agency."),
    "group_owner": _l("You act for the post responsible for the group."),
    "group_asleep": _l("You lead this group."),
    "initiative_updated": _l("You follow or use this initiative."),
    "initiative_moved": _l("You follow or use this initiative."),
    "initiative_used": _l("You act for the responsible post."),
    "event_invited": _l("You are on the guest list."),
    "event_soon": _l("You said that you would or might go to this event."),
    "event_up": _l("You were on the waiting list, and a place has become available."),
    "event_changed": _l("You said that you would or might go to this event."),
    "event_cancelled": _l("You said that you would or might go to this event."),
    "event_one_off": _l("You said that you would or might go to this event."),
    "event_minutes": _l("You said that you were going to this event."),
    "asked": _l("You may know the answer, and you accept questions."),
    "answered": _l("You asked this question, or follow its answers."),
    "accepted": _l("You answered this question."),
    "confirmed": _l("You asked, answered or follow the question that led to this criterion."),
    "outdated": _l("You asked or follow the question that led to this criterion."),
    "renewed": _l("You asked or follow the question that led to this criterion."),
    "review": _l("You act for the post that confirmed the criterion."),
    "joined": _l("You asked or follow a question that was merged into this one."),
    "model_changed": _l("Your post uses this model."),
    "model_lapsed": _l("Your post uses this model, or is responsible for it."),
    "showcase_proposed": _l("You publish for your agency."),
    "showcase_approved": _l("You proposed this page for the public site."),
    "showcase_declined": _l(
        "You proposed this page for the public site. Open the page to see the reason."
    ),
    "showcase_taken_off": _l("You approved this page for the public site."),
    "article_submitted": _l("You approve articles for this unit."),
    "article_approved": _l("You wrote this article."),
    "article_returned": _l("You wrote this article. Open it to see the reason."),
    "held": _l("You act for the post chosen as the author."),
    "idea_new": _l("You act for the post that answers the ideas in that box, or read for it."),
    "idea_soon": _l("You act for the post that answers the ideas in that box, or read for it."),
    "idea_late": _l("You act for the post that answers the ideas in that box, or read for it."),
    "idea_status": _l("You proposed or support this idea."),
    "idea_answer": _l("You proposed or support this idea."),
    "idea_joined": _l("You proposed or support one of these ideas."),
    "poll_open": _l("You have been asked to vote in this poll."),
    "poll_soon": _l("You have been asked to vote in this poll."),
    "poll_closed": _l("You were asked to vote in this poll."),
    "records_read": _l("You wrote something that an officer read for the request."),
    "records_agree": _l("You keep the records of the agency, or administer it."),
    "moderation_open": _l("You moderate that space, or are an administrator of the agency."),
    "moderation_looked": _l("You reported this to the moderators."),
    "moderation_hidden": _l(
        "You are the author of this content. You can appeal against the decision."
    ),
    "moderation_warned": _l("The decision is about something that you wrote. You can appeal."),
    "moderation_muted": _l("The decision is about something that you wrote. You can appeal."),
    "moderation_restored": _l("The decision is about something that you wrote."),
    "moderation_appeal": _l(
        "The author has appealed. You can decide the appeal because you did "
        "not make the first decision."
    ),
    "moderation_appealed": _l("You made this appeal."),
    "moderation_named": _l("The head of the space appointed you as a moderator."),
    "account_address": _l(
        "An administrator at your agency requested the change. You can agree to it or refuse it."
    ),
    "account_address_holds": _l("You or a second person approved the change."),
    "account_number": _l("An administrator at your agency made this change."),
    "account_link": _l("An administrator at your agency requested the link."),
    "account_factor": _l("An administrator at your agency took this action."),
    "account_factor_asked": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_passkeys_asked": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_tie_asked": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_untie_asked": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_approved": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_code": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_talks": _l("If it was not you, stop it under “Waiting for your answer”."),
    "account_talks_closed": _l("Your account was changed without your own confirmation."),
    "account_talks_open": _l("It was confirmed that the account is yours."),
    "account_tokens_ended": _l("An administrator at your agency took this action."),
    "account_approval": _l("You are an administrator of this agency."),
    "account_refused": _l("You are an administrator of this agency."),
    "account_opened": _l("An administrator at your agency took this action."),
    "account_directory": _l("You are an administrator of this agency."),
    "account_program": _l("You are an administrator of this agency."),
    "account_program_ends": _l("You are an administrator of this agency."),
    "account_role_give": _l("You administer the agency, or hold the post."),
    "account_role_change": _l("You administer the agency, or hold the post."),
    "account_role_end": _l("You administer the agency, or hold the post."),
    "account_last_administrator": _l("You are the agency’s last administrator."),
    "account_token": _l(
        "The token, calendar address or feed address was created on one of your devices."
    ),
    "account_sign_in": _l("You are an administrator of this agency."),
    "account_ways": _l(
        "A passkey, password or connection was changed on one of your devices, or with a second "
        "person’s approval."
    ),
    "account_own_data": _l("You asked for it. It is kept for seven days."),
    "account_secret": _l(
        "The token, calendar address or feed address was created on one of your devices."
    ),
    "account_offer": _l("The appointment starts when you accept."),
    "account_ends": _l("Ask an administrator of your agency if you need it for longer."),
    "account_ends_told": _l("You are an administrator of this agency."),
    "hand_over_write": _l("Your appointment to this post ends."),
    "hand_over_take": _l("You hold this post, and someone left it before you."),
    "hand_over_head": _l("You lead the unit of this post."),
    "hand_over_nobody": _l("You are an administrator of this agency."),
    "account_offer_told": _l("You are an administrator of the other agency."),
    "counterpart_new": _l("You asked to be notified when such a post appears."),
    "counterparts_new": _l("You asked to be notified when such posts appear."),
    "account_hold_placed": _l("Your agency must keep what you wrote, also if you delete it."),
    "account_hold_ended": _l("Your agency had to keep what you wrote."),
    "account_saved": _l("You asked to be reminded at this time."),
    "message_not_sent": _l("The message could not be sent. Your text has been saved."),
    "account_on_hold": _l(
        "That agency requires a second factor. Set one up to use your post there."
    ),
}
"""The reason why each act concerns the reader; every key of `sentences.SENTENCES` has one."""
BECAUSE = {
    "letter": _l("a separate message was sent"),
    "quiet": _l("held until your working hours begin"),
    "digest": _l("included in the digest with everything else"),
    "only_here": _l("the author chose to keep the text on the intranet"),
    "never_signed_in": _l("you had not signed in yet"),
    "no_device": _l("none of your devices has notifications turned on"),
    "no_mailbox": _l("the account has no e-mail address"),
    "chosen": _l("turned off in your notification settings"),
    "read": _l("you had already read the content"),
    "gone": _l("you no longer had access to the content"),
    "refused": _l("the mailbox refused the message"),
    "delayed": _l("the server did not accept the message; we will try again"),
    "given_up": _l("all attempts over several days failed"),
}
