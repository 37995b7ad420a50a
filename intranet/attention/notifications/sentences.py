"""The sentence of each act: one row for each, as whole texts of the catalogue.

A new kind of act is one row: its key (`why`), a text with its actors for one and for several of
them, and a text in which nobody is named. Rows without that text say "A colleague" where the actor
is not known, or hides who they are.
"""

from intranet.attention.notifications.account_sentences import OF_ACCOUNTS
from intranet.attention.notifications.sentence_form import NotificationSentence, _by
from intranet.platform.core.i18n import _l

SENTENCES: dict[str, NotificationSentence] = {
    "confirm": NotificationSentence(
        _by(
            "%(who)s asked you to confirm that you have read %(what)s",
            "%(who)s asked you to confirm that you have read %(what)s",
        )
    ),
    "confirm_again": NotificationSentence(
        _by(
            "%(who)s corrected %(what)s and asked you to confirm that you have read the new text",
            "%(who)s corrected %(what)s and asked you to confirm that you have read the new text",
        )
    ),
    "published": NotificationSentence(
        _by("%(who)s published %(what)s", "%(who)s published %(what)s")
    ),
    "question_new": NotificationSentence(
        _by("%(who)s asked the question %(what)s", "%(who)s asked the question %(what)s"),
    ),
    "reminder": NotificationSentence(
        alone=_l("You have not yet confirmed that you have read %(what)s")
    ),
    "held": NotificationSentence(alone=_l("%(what)s was not published at the scheduled time")),
    "mention": NotificationSentence(
        _by("%(who)s mentioned you in %(what)s", "%(who)s mentioned you in %(what)s"),
    ),
    "mention_direct": NotificationSentence(
        _by(
            "%(who)s mentioned you in a direct message", "%(who)s mentioned you in a direct message"
        ),
    ),
    "thread": NotificationSentence(
        _by(
            "%(who)s replied in the thread %(what)s",
            "%(who)s replied in the thread %(what)s",
        ),
    ),
    "thread_in": NotificationSentence(
        _by(
            "%(who)s replied in a thread in %(what)s",
            "%(who)s replied in a thread in %(what)s",
        ),
    ),
    "group_invited": NotificationSentence(
        _by("%(who)s invited you to join %(what)s", "%(who)s invited you to join %(what)s"),
        _l("You are invited to join %(what)s"),
    ),
    "group_request": NotificationSentence(
        _by("%(who)s asked to join %(what)s", "%(who)s asked to join %(what)s"),
    ),
    "group_let_in": NotificationSentence(
        _by(
            "%(who)s accepted your request to join %(what)s",
            "%(who)s accepted your request to join %(what)s",
        ),
        _l("You are now a member of %(what)s"),
    ),
    "group_key": NotificationSentence(
        _by(
            "%(who)s asked your administration to approve the group %(what)s",
            "%(who)s asked your administration to approve the group %(what)s",
        ),
        _l("The group %(what)s needs approval from your administration"),
    ),
    "group_owner": NotificationSentence(
        _by(
            "%(who)s handed the group %(what)s over to your post",
            "%(who)s handed the group %(what)s over to your post",
        ),
        _l("Your post is now responsible for the group %(what)s"),
    ),
    "group_asleep": NotificationSentence(
        alone=_l("The group %(what)s has been quiet for six months. Is it still needed?")
    ),
    "initiative_updated": NotificationSentence(
        _by("%(who)s posted an update on %(what)s", "%(who)s posted updates on %(what)s"),
    ),
    "initiative_moved": NotificationSentence(
        _by("%(who)s changed the stage of %(what)s", "%(who)s changed the stage of %(what)s"),
    ),
    "initiative_used": NotificationSentence(
        _by(
            "%(who)s updated the information on how their administration uses %(what)s",
            "%(who)s updated the information on how their administrations use %(what)s",
        ),
    ),
    "event_invited": NotificationSentence(
        _by("%(who)s invited you to %(what)s", "%(who)s invited you to %(what)s"),
        _l("You are invited to %(what)s"),
    ),
    "event_soon": NotificationSentence(alone=_l("%(what)s starts soon")),
    "event_up": NotificationSentence(alone=_l("You now have a place at %(what)s")),
    "event_changed": NotificationSentence(
        _by("%(who)s changed %(what)s", "%(who)s changed %(what)s"), _l("%(what)s has changed")
    ),
    "event_cancelled": NotificationSentence(
        _by("%(who)s cancelled %(what)s", "%(who)s cancelled %(what)s"),
        _l("%(what)s has been cancelled"),
    ),
    "event_one_off": NotificationSentence(
        _by("%(who)s cancelled one date of %(what)s", "%(who)s cancelled dates of %(what)s"),
        _l("One of the dates for %(what)s has been cancelled"),
    ),
    "event_minutes": NotificationSentence(
        _by("%(who)s added the minutes of %(what)s", "%(who)s added the minutes of %(what)s"),
        _l("The minutes of %(what)s are ready"),
    ),
    "asked": NotificationSentence(
        _by("%(who)s asked you the question %(what)s", "%(who)s asked you the question %(what)s"),
        _l("You may know the answer to this question: %(what)s"),
    ),
    "answered_own": NotificationSentence(
        _by("%(who)s answered your question %(what)s", "%(who)s answered your question %(what)s"),
    ),
    "answered": NotificationSentence(
        _by("%(who)s answered the question %(what)s", "%(who)s answered the question %(what)s"),
    ),
    "accepted": NotificationSentence(
        _by("%(who)s accepted your answer to %(what)s", "%(who)s accepted your answer to %(what)s"),
        _l("Your answer to %(what)s has been accepted"),
    ),
    "confirmed": NotificationSentence(
        _by("%(who)s confirmed the criterion %(what)s", "%(who)s confirmed the criterion %(what)s"),
    ),
    "outdated": NotificationSentence(
        _by(
            "%(who)s marked the criterion %(what)s as outdated",
            "%(who)s marked the criterion %(what)s as outdated",
        ),
    ),
    "renewed": NotificationSentence(
        _by("%(who)s renewed the criterion %(what)s", "%(who)s renewed the criterion %(what)s"),
    ),
    "review": NotificationSentence(alone=_l("The criterion %(what)s is due for review")),
    "joined": NotificationSentence(
        _by(
            "%(who)s merged a question that you follow into %(what)s",
            "%(who)s merged questions that you follow into %(what)s",
        ),
        _l("A question that you follow has been merged into %(what)s"),
    ),
    "model_changed": NotificationSentence(
        _by("%(who)s changed the model %(what)s", "%(who)s changed the model %(what)s"),
    ),
    "model_lapsed": NotificationSentence(alone=_l("The model %(what)s has expired")),
    "showcase_proposed": NotificationSentence(
        _by(
            "%(who)s proposed %(what)s for the public site",
            "%(who)s proposed %(what)s for the public site",
        ),
    ),
    "showcase_approved": NotificationSentence(
        _by(
            "%(who)s approved %(what)s for the public site",
            "%(who)s approved %(what)s for the public site",
        ),
    ),
    "showcase_declined": NotificationSentence(
        _by(
            "%(who)s did not approve %(what)s for the public site",
            "%(who)s did not approve %(what)s for the public site",
        ),
    ),
    "showcase_taken_off": NotificationSentence(
        _by(
            "%(who)s removed %(what)s from the public site",
            "%(who)s removed %(what)s from the public site",
        ),
    ),
    "article_submitted": NotificationSentence(
        _by(
            "%(who)s asked for the article %(what)s to be approved",
            "%(who)s asked for the article %(what)s to be approved",
        ),
    ),
    "article_approved": NotificationSentence(
        _by(
            "%(who)s approved your article %(what)s",
            "%(who)s approved your article %(what)s",
        ),
    ),
    "article_returned": NotificationSentence(
        _by(
            "%(who)s returned your article %(what)s",
            "%(who)s returned your article %(what)s",
        ),
    ),
    "idea_new": NotificationSentence(
        _by("%(who)s proposed the idea %(what)s", "%(who)s proposed the idea %(what)s"),
        _l("There is a new idea: %(what)s"),
    ),
    "idea_soon": NotificationSentence(alone=_l("The idea %(what)s needs an answer soon")),
    "idea_late": NotificationSentence(alone=_l("The answer to the idea %(what)s is overdue")),
    "idea_status_own": NotificationSentence(
        _by(
            "%(who)s changed the status of your idea %(what)s",
            "%(who)s changed the status of your idea %(what)s",
        ),
    ),
    "idea_status": NotificationSentence(
        _by(
            "%(who)s changed the status of the idea %(what)s",
            "%(who)s changed the status of the idea %(what)s",
        ),
    ),
    "idea_answer_own": NotificationSentence(
        _by("%(who)s answered your idea %(what)s", "%(who)s answered your idea %(what)s"),
    ),
    "idea_answer": NotificationSentence(
        _by("%(who)s answered the idea %(what)s", "%(who)s answered the idea %(what)s"),
    ),
    "idea_joined": NotificationSentence(
        _by(
            "%(who)s merged an idea that you support into %(what)s",
            "%(who)s merged ideas that you support into %(what)s",
        ),
        _l("An idea that you support has been merged into %(what)s"),
    ),
    "poll_open": NotificationSentence(
        _by(
            "%(who)s asked you to vote in the poll %(what)s",
            "%(who)s asked you to vote in the poll %(what)s",
        ),
        _l("Your vote is needed: %(what)s"),
    ),
    "poll_soon": NotificationSentence(
        alone=_l("The poll %(what)s closes within a day, and you have not voted")
    ),
    "poll_closed": NotificationSentence(
        _by("%(who)s closed the poll %(what)s", "%(who)s closed the poll %(what)s"),
        _l("The poll %(what)s has closed"),
    ),
    "reorganisation": NotificationSentence(
        alone=_l("Your agency was reorganised: your unit and your channels")
    ),
    "reorganisation_undone": NotificationSentence(
        alone=_l("A reorganisation was undone: your unit and your channels are as before")
    ),
    "plan_scheduled": NotificationSentence(
        alone=_l("A reorganisation of your agency has been scheduled")
    ),
    "plan_refused": NotificationSentence(
        alone=_l("A reorganisation could not be applied: something has changed since")
    ),
    "plan_undone": NotificationSentence(
        alone=_l("A reorganisation of your agency has been undone")
    ),
    "withdrawn": NotificationSentence(alone=_l("An announcement has been withdrawn")),
    "hidden": NotificationSentence(alone=_l("Moderators have hidden this publication")),
    "moderation_open": NotificationSentence(
        alone=_l("Content has been reported in a space that you moderate")
    ),
    "moderation_looked": NotificationSentence(alone=_l("Moderators have decided on your report")),
    "moderation_hidden": NotificationSentence(
        alone=_l("Moderators have hidden something that you wrote")
    ),
    "moderation_warned": NotificationSentence(alone=_l("Moderators have sent you a warning")),
    "moderation_muted": NotificationSentence(alone=_l("Moderators have muted you in a space")),
    "moderation_restored": NotificationSentence(alone=_l("Moderators have reversed a decision")),
    "moderation_appeal": NotificationSentence(alone=_l("An appeal needs your decision")),
    "moderation_appealed": NotificationSentence(alone=_l("Moderators have decided on your appeal")),
    "moderation_named": NotificationSentence(alone=_l("You are now a moderator of a space")),
    "records_read": NotificationSentence(
        alone=_l("Something that you wrote was read for a request for access")
    ),
    "records_yours": NotificationSentence(
        alone=_l("A request for access to your own data was opened")
    ),
    "holds_agree": NotificationSentence(
        alone=_l("Someone asks you to agree that they read private content of a legal hold")
    ),
    "records_agree": NotificationSentence(
        alone=_l("A records officer asks you to agree that direct messages are read")
    ),
    **OF_ACCOUNTS,
    "account_offer": NotificationSentence(alone=_l("Another agency wants to appoint you")),
    "account_offer_told": NotificationSentence(
        alone=_l("Another agency wants to appoint someone from your agency")
    ),
    "message_not_sent": NotificationSentence(alone=_l("A scheduled message could not be sent")),
    "account_on_hold": NotificationSentence(alone=_l("Your post in another agency is on hold")),
    "counterpart_new": NotificationSentence(
        alone=_l("A post that you asked about has appeared in another administration")
    ),
    "counterparts_new": NotificationSentence(
        alone=_l("Posts that you asked about have appeared in other administrations")
    ),
    "hand_over_write": NotificationSentence(
        alone=_l("You leave a post soon. Write what is worth knowing for those who come next")
    ),
    "hand_over_take": NotificationSentence(
        alone=_l("Things left for you in your post wait to be read and accepted")
    ),
    "hand_over_head": NotificationSentence(
        alone=_l("Someone left a post of your unit. See what waits there")
    ),
    "hand_over_nobody": NotificationSentence(
        alone=_l("Someone wrote to a post of your agency, and nobody can read it")
    ),
    "account_ends": NotificationSentence(alone=_l("Your account will end soon")),
    "account_ends_told": NotificationSentence(alone=_l("Accounts of your agency will end soon")),
    "account_saved": NotificationSentence(alone=_l("A reminder about a message that you saved")),
}
