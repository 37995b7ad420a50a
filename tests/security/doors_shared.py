"""Routes of what people share, ask, decide and plan, and of keeping it decent."""

from tests.security.door import Door, Kind, doors

IDEA, POLL = {"publication": "idea"}, {"publication": "poll"}
IDEA_FORM = {"title": "Otra", "language": "es", "visibility": "members", "post_id": "{post}"}
BOX_FORM = {"name": "Otro", "purpose": "x", "post_id": "{post}", "term_days": "9"}
OF_GROUP = {"space": "group"}
GROUPS = {
    **doors(
        Kind.ROOM,
        *(
            "groups.show",
            "groups.people",
            "groups.published",
            "group_lead.settings",
            "group_lead.rule",
        ),
        *("group_lead.members", "group_lead.keys", "groups_api.show"),
        names=OF_GROUP,
    ),
    **doors(
        Kind.ROOM,
        *("groups.come_in", "groups.answer", "group_lead.hand_over"),
        *("group_lead.change_life", "groups_api.update"),
        *("group_lead.change_settings", "group_lead.change_rule", "group_lead.change_keys"),
        send={"do": "keep", "post_id": "{post}"},
        names=OF_GROUP,
    ),
    "groups.go": Door(Kind.ROOM, {}, names={"space": "left_group"}),
}
TAKING_PART = {
    **doors(
        Kind.ROOM,
        *("ideas.show", "ideas.twins", "ideas.edit"),
        names=IDEA,
    ),
    **doors(Kind.ROOM, "polls.show", "polls.export", names=POLL),
    "channel_polls.card": Door(Kind.ROOM, names=POLL),
    "ideas.create": Door(Kind.ROOM, {**IDEA_FORM, "box_id": "{box}"}),
    "ideas.support": Door(Kind.ROOM, {"do": "support"}, names=IDEA),
    "ideas.set_status": Door(Kind.ROOM, {"status": "study"}, names=IDEA),
    "ideas.answer": Door(Kind.ROOM, {"answer": "Sí."}, names=IDEA),
    "ideas.join": Door(Kind.ROOM, {"into": "{twin}"}, names=IDEA),
    "ideas.change": Door(Kind.ROOM, {**IDEA_FORM, "edition": "1", "note": "x"}, names=IDEA),
    "ideas.withdrawal": Door(Kind.ROOM, {"reason": "Por error."}, names=IDEA),
    "idea_boxes.new": Door(Kind.ROOM, query={"space_id": "{space}"}),
    "idea_boxes.create": Door(Kind.ROOM, {**BOX_FORM, "space_id": "{space}"}),
    "idea_boxes.edit": Door(Kind.ROOM),
    "idea_boxes.change": Door(Kind.ROOM, BOX_FORM),
    "polls.cast": Door(Kind.ROOM, {"choice": "1"}, names=POLL),
    "polls.close": Door(Kind.ROOM, {}, names=POLL),
    "polls.withdrawal": Door(Kind.ROOM, {"reason": "Por error."}, names=POLL),
}
EVENT = {"publication": "event"}
EVENTS = {
    **doors(
        Kind.ROOM,
        *("events.show", "events.people", "events.ics", "events.answer", "event_editor.edit"),
        *("event_editor.cancelling", "event_editor.cancel", "event_editor.moving"),
        *("event_editor.move", "event_editor.writing_minutes", "event_editor.minutes"),
        *("events_api.show", "events_api.answer", "event_editor.update"),
        send={"answer": "yes", "edition": "1"},
        names=EVENT,
    ),
    "case_files.choose": Door(Kind.ROOM),
    "case_files.make": Door(Kind.ROOM, {"seq": "1"}),
    "case_files.show": Door(Kind.ORGANISATION),
    "case_files.check": Door(Kind.ORGANISATION, {}),
    "case_files.download": Door(Kind.OWN),
    "packages.download": Door(Kind.OWN),
    "packages.ask": Door(Kind.ROOM, {"kind": "group", "subject": "{group}"}),
}
ASKED = {"publication": "question"}
CONTRIBUTED = {
    **doors(
        Kind.ROOM,
        *("questions.show", "questions.edit", "questions.ask_join", "criteria.new"),
        names=ASKED,
    ),
    "questions.accept": Door(Kind.ROOM, {"message_id": ""}, names=ASKED),
    "questions.decline": Door(Kind.ROOM, {}, names=ASKED),
    "questions.update": Door(Kind.ROOM, {"title": "Otra", "edition": "1"}, names=ASKED),
    "questions.take_back": Door(Kind.ROOM, {"why": "x"}, names=ASKED),
    "questions.join": Door(Kind.ROOM, {"target": "{question}"}, names=ASKED),
    "questions.unveil": Door(Kind.ROOM, {}, names=ASKED),
    "criteria.create": Door(Kind.ROOM, {"title_es": "Criterio"}, names=ASKED),
    **doors(
        Kind.PORTRAIT,
        *("criteria.show", "criteria.edit", "criteria.ask_renewal"),
        names={"publication": "criterion"},
    ),
    **doors(
        Kind.PORTRAIT,
        *("criteria.update", "criteria.renew", "criteria.outdate", "criteria.take_back"),
        send={"why": "x", "title_es": "Criterio", "edition": "1", "note": "x"},
        names={"publication": "criterion"},
    ),
    **doors(
        Kind.ROOM, "models.show", "models.edit", "models.words", names={"publication": "model"}
    ),
    "models.update": Door(
        Kind.ROOM, {"title_es": "x", "note": "x", "edition": "1"}, names={"publication": "model"}
    ),
    "models.use": Door(Kind.ROOM, {"do": "use"}, names={"publication": "model"}),
    "models.take_back": Door(Kind.ROOM, {"why": "x"}, names={"publication": "model"}),
}
INITIATIVES = {
    **doors(
        Kind.ROOM,
        *("initiatives.show", "initiatives.ledger", "initiatives.adoption", "initiatives.adopt"),
        *("initiative_editor.edit", "initiative_editor.change"),
        *("initiative_editor.ask_move", "initiative_editor.move"),
        *("initiative_editor.ask_update", "initiative_editor.update"),
        *("initiative_editor.ask_withdrawal", "initiative_editor.take_down"),
        "initiative_editor.people",
        *("initiative_editor.change_partner", "initiative_editor.change_contact"),
        "initiative_editor.change_file",
        *("initiatives_api.show", "initiatives_api.update", "initiatives_api.adoptions"),
        *("initiatives_api.adopt", "initiatives_api.change_adoption"),
        send={"agency": "L01990012", "use": "adopted", "post": "{post}"},
        names={"publication": "initiative"},
    ),
}
SHOWN = {
    **doors(
        Kind.ROOM,
        *("own_showcase.propose", "own_showcase.approve", "own_showcase.take_off"),
        *("own_showcase.review", "own_showcase.decline"),
        send={"digest": "0", "reason": "Por error."},
        names={"publication": "initiative"},
    ),
}
MODERATED = {
    "reports.form": Door(Kind.ROOM),
    "reports.create": Door(Kind.ROOM, {"reason": "insult", "words": "No."}),
    "reports.rules": Door(Kind.ORGANISATION),
    "figures.weekly": Door(Kind.MINE),
    "moderation.case": Door(Kind.OWN),
    "moderation.decide_on": Door(
        Kind.OWN, {"outcome": "hidden", "reason": "insult", "words": "No."}
    ),
    "moderation.restore": Door(Kind.OWN, {"words": "No."}),
    "moderation.answer_appeal": Door(
        Kind.OWN, {"verdict": "stands", "answer": "No."}, names={"case": "appealed_case"}
    ),
    "moderation.place": Door(Kind.OWN, query={"q": "u"}),
    **doors(Kind.OWN, "moderation.name", "moderation.end", send={"person_id": "{clerk}"}),
    "reorganisation_note.show": Door(Kind.OWN),
    "moderation_mine.show": Door(Kind.OWN, names={"case": "own_case"}),
    "moderation_mine.send_appeal": Door(Kind.OWN, {"words": "No."}, names={"case": "own_case"}),
}
OWN_LISTS = {
    **doors(
        Kind.MINE,
        *("own_lists.mentions", "own_lists.threads", "own_lists.drafts", "own_lists.saved"),
        *("own_lists_api.mentions", "own_lists_api.threads", "own_lists_api.drafts"),
        *("own_lists_api.saved", "conversations.channels"),
    ),
    "conversations_api.put_in_order": Door(Kind.MINE, {"ids": []}),
    "conversations.row_menu": Door(Kind.ROOM),
    **doors(
        Kind.ROOM,
        *("own_lists.save", "conversations.favour", "conversations_api.favour"),
        *("conversations_api.unfavour", "own_lists_api.save"),
        send={},
    ),
    "own_lists_api.unsave": Door(Kind.ROOM, {}, refusal=204),
    **doors(Kind.ROOM, "own_lists.follow", "own_lists_api.follow", send={"state": "followed"}),
    "own_lists_api.read": Door(Kind.ROOM, {"seq": 1}),
    "own_lists_api.keep": Door(Kind.ROOM, {"body": "Hola."}),
    "own_lists.change_saved": Door(Kind.OWN, {"do": "done"}, names={"message_id": "message"}),
    "own_lists.delete_draft": Door(Kind.OWN, {}, names={"draft_id": "message_draft"}, refusal=303),
}
SHARED: dict[str, Door] = {
    **OWN_LISTS,
    **doors(Kind.OWN, "later.edit", "scheduled_api.show"),
    "later.change": Door(Kind.OWN, {"body": "Otra cosa.", "when": "start"}),
    "scheduled_api.update": Door(Kind.OWN, {"body": "Otra cosa."}),
    **doors(Kind.OWN, "scheduled_api.delete", send={}),
    **doors(Kind.OWN, "scheduled_api.send", send={}, names={"scheduled": "to_send"}),
    "conversations.addressed": Door(Kind.ROOM, {"body": "@Ana"}),
    **doors(Kind.ROOM, "later.choose", "later.waiting"),
    "later.write": Door(Kind.ROOM, {"body": "Hola."}),
    "models.put_in": Door(Kind.ROOM),
    "channel_polls.new": Door(Kind.ROOM),
    "channel_polls.create": Door(Kind.ROOM, {"title": "x", "option": "a", "post_id": "{post}"}),
    **GROUPS,
    **TAKING_PART,
    **EVENTS,
    **CONTRIBUTED,
    **INITIATIVES,
    **SHOWN,
    **MODERATED,
}
