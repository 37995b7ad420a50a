"""Every route of the house: what it leads to, with what to knock, and from whom it is hidden.

The names in braces are those of `world.py`. A route that is not listed here fails the matrix.
"""

from tests.security.door import Door, Kind, doors
from tests.security.doors_administration import ADMINISTRATION
from tests.security.doors_mine import MINE
from tests.security.doors_records import RECORDS
from tests.security.doors_shared import SHARED

MESSAGE_FORM = {"body": "Hola.", "client_id": "0192b5c8-0000-7000-8000-00000000000a"}
DRAFT = {"publication": "draft"}


ROOMS = {
    **doors(
        Kind.ROOM,
        *("messages.index", "messages.one", "messages.ask_delete", "messages.edit"),
        *("messages.versions", "messages.members", "messages.pins", "files.show"),
        *("files.thumbnail", "conversations.new_channel"),
        *("conversations_api.show", "conversations_api.members", "messages_api.index"),
        *("messages_api.pins", "files_api.download", "messages_api.show"),
        *("forwards.reactions", "forwards.choose", "forwards.origin", "messages_api.reactions"),
        *("messages_api.replies", "messages_api.versions"),
    ),
    "conversations.mentions": Door(Kind.ROOM, query={"q": "u"}),
    **doors(
        Kind.ROOM,
        *("messages.pin", "messages.unread", "conversations.silence", "conversations.decline"),
        *("conversations_api.silence", "conversations_api.unsilence", "messages_api.pin"),
        *("messages_api.unpin", "messages_api.react", "messages_api.unreact"),
        send={},
    ),
    "messages.create": Door(Kind.ROOM, MESSAGE_FORM),
    "later.schedule": Door(Kind.ROOM, {**MESSAGE_FORM, "when": "start"}),
    "scheduled_api.create": Door(
        Kind.ROOM,
        {**MESSAGE_FORM, "send_at": "{day}T23:59:59Z"},
    ),
    "messages.update": Door(Kind.ROOM, {"body": "Otra cosa.", "body_rev": "1"}),
    "messages.react": Door(Kind.ROOM, {"emoji": "👍"}),
    "messages.read": Door(Kind.ROOM, {"seq": "1"}),
    "forwards.send": Door(Kind.ROOM, {"to": "c-{room}"}),
    "messages_api.forward": Door(
        Kind.ROOM,
        {"conversation_ids": ["{room}"], "client_id": MESSAGE_FORM["client_id"]},
    ),
    "messages.to_post": Door(Kind.ROOM, {"post_id": "{post}"}),
    "messages.delete": Door(Kind.ROOM, {}),
    "messages.take_away": Door(
        Kind.ROOM, {}, names={"seq": "edited_seq", "version_id": "message_version"}
    ),
    "messages_api.remove": Door(
        Kind.ROOM, {}, names={"message": "edited_message", "version_id": "message_version"}
    ),
    "conversations.open_channel": Door(Kind.ROOM, {"name": "Obras", "purpose": "x"}),
    "conversations.change_member": Door(Kind.ROOM, {"person_id": "{clerk}", "do": "invite"}),
    "conversations.change_posting": Door(Kind.ROOM, {"posting": "everybody"}),
    "notifications.telling": Door(Kind.ROOM, {"telling": "all"}),
    "conversations_api.read": Door(Kind.ROOM, {"seq": 1}),
    "conversations_api.unread_from": Door(Kind.ROOM, {"seq": 1}),
    "messages_api.create": Door(
        Kind.ROOM, {**MESSAGE_FORM, "client_id": MESSAGE_FORM["client_id"]}
    ),
    "messages_api.update": Door(Kind.ROOM, {"body": "Otra.", "body_rev": 1}),
    "messages_api.delete": Door(Kind.ROOM, {}),
}
PUBLISHED = {
    **doors(
        Kind.ROOM,
        *("publications.show", "publications.versions", "publications.version"),
        "publications_api.show",
    ),
    "publications.confirm": Door(Kind.ROOM, {"version": "1"}),
    "publications_api.confirm": Door(Kind.ROOM, {"version": 1}),
    "publications_api.read_by": Door(Kind.ROOM),
    "publications.take_away": Door(Kind.ROOM, {}),
    "publications_api.remove": Door(Kind.ROOM, {}),
    "notifications.deliveries": Door(Kind.DRAFT),
}
REPORTS = {
    **doors(
        Kind.OWN,
        *("announcements.report", "announcement_sheet.show", "announcement_screen.explain"),
        *("announcements.export", "announcement_proofs.make", "announcement_sheet.with_codes"),
        *("announcement_screen.hand_over", "announcement_proofs.download"),
        send={},
    ),
    "announcements.remind_chosen": Door(Kind.OWN, {"person": "{person}"}),
    "announcements.paper": Door(Kind.OWN, {"row": "{person}:{post}"}),
    "announcements.undo_paper": Door(Kind.OWN, {"row": "no pair"}),
    "announcement_proofs.show": Door(Kind.ORGANISATION),
    "announcement_proofs.check": Door(Kind.ORGANISATION, {}),
}
DRAFTS = {
    **doors(
        Kind.DRAFT,
        *("publication_editor.edit", "publication_editor.preview", "publication_editor.review"),
        *("publication_audience.edit", "publication_audience.people"),
        "publication_audience.left_out",
        names=DRAFT,
    ),
    **doors(
        Kind.DRAFT,
        *("publication_editor.save", "publication_editor.send", "publication_editor.add_file"),
        *("publication_editor.take_back", "publication_editor.discard"),
        "publication_approval.take_back",
        "publication_editor.take_down",
        send={"edition": "{edition}", "title_es": "Otro", "reason": "Por error."},
        names=DRAFT,
    ),
    **doors(
        Kind.DRAFT,
        *("publication_approval.show", "publication_approval.decide"),
        send={"edition": "{submitted_edition}", "do": "return", "reason": "Falta algo."},
        names={"publication": "submitted"},
    ),
    "publication_editor.change_file": Door(
        Kind.DRAFT, {"edition": "{edition}"}, names={**DRAFT, "file": "draft_file"}
    ),
    **doors(
        Kind.DRAFT,
        *("publication_media.change_words", "publication_media.change_captions"),
        *("publication_media.take_captions_away", "publication_media.change_poster"),
        send={"alternative": "A square.", "language": "gl"},
        names={**DRAFT, "file": "draft_video", "captions": "draft_captions"},
    ),
    "publications.change_discussion": Door(Kind.DRAFT, {"open": "0"}, names=DRAFT),
    "publication_audience.change": Door(
        Kind.DRAFT, {"edition": "{edition}", "drop_exception": "9"}, names=DRAFT
    ),
    "publications_api.update": Door(Kind.DRAFT, {"edition": 1, "state": "published"}, names=DRAFT),
}
OWN = {
    "own_ways.untie": Door(Kind.OWN, {}),
    "notifications.show": Door(Kind.OWN),
    "notifications.menu": Door(Kind.OWN),
    "notifications.mark_unseen": Door(Kind.OWN),
    "files_api.describe_upload": Door(
        Kind.OWN, {"alternative": "A square."}, names={"file": "upload"}
    ),
    "files_api.discard_upload": Door(Kind.OWN, {}, names={"file": "upload"}),
    "files.change_words": Door(Kind.OWN, {"alternative": "A square."}, names={"file": "upload"}),
    **doors(
        Kind.OWN,
        *("files.change_captions", "files.change_poster", "files.remove_captions"),
        send={"language": "gl"},
        names={"file": "video"},
    ),
    "files.captions": Door(Kind.OWN, names={"file": "video"}),
    "uploads_api.show": Door(Kind.OWN),
    "uploads_api.add": Door(Kind.OWN, {}),
    "uploads_api.discard": Door(Kind.OWN, {}),
    "me.end_sign_in": Door(Kind.OWN, {}),
    "me.revoke_token": Door(Kind.OWN, {}),
    "passkeys.remove": Door(Kind.OWN, {}),
    "waiting.agree_to_change": Door(Kind.OWN, {}, names={"change": "own_change"}),
    "waiting.answer_offer": Door(Kind.OWN, {}),
    "push.remove": Door(Kind.OWN, {}),
    "push.test": Door(Kind.OWN, {}),
    "profile.take_back": Door(Kind.ROOM, {}),
}
PEOPLE = {
    **doors(
        Kind.ORGANISATION,
        *("directory.agency", "directory.posts", "directory.person", "directory.post"),
        *("directory.unit", "profile.absences"),
        *("directory_api.agency", "directory_api.units", "directory_api.person"),
        *("directory_api.post", "directory_api.unit", "directory_api.people"),
    ),
    "directory_search.search": Door(Kind.ORGANISATION, query={"q": "Sabela"}),
    "directory_search_api.search": Door(Kind.ORGANISATION, query={"q": "Sabela"}),
    "counterparts.index": Door(Kind.ORGANISATION, query={"post": "{post}"}),
    "counterparts_api.counterparts": Door(Kind.ORGANISATION, query={"post": "{post}"}),
    "counterparts.kept_page": Door(Kind.ORGANISATION),
    "counterparts.claim_page": Door(Kind.ORGANISATION),
    "counterparts.claim": Door(Kind.ORGANISATION, {"function": "URB"}),
    "counterparts.keep": Door(Kind.ORGANISATION, {"post_id": "{post}"}),
    "counterparts.remove": Door(Kind.ORGANISATION, {}),
    "counterpart_opinions.index": Door(Kind.ORGANISATION),
    "counterpart_opinions.judge": Door(Kind.ORGANISATION, {"say": "yes"}),
    "counterpart_opinions.take_back": Door(Kind.ORGANISATION, {"subject": "x"}),
    "counterpart_alerts.index": Door(Kind.ORGANISATION),
    "counterpart_alerts.change": Door(
        Kind.ORGANISATION, {"kind": "function", "code": "URB", "do": "begin"}
    ),
    "counterparts.write": Door(Kind.ORGANISATION, {"post_id": "{post}"}),
    "directory.photo": Door(Kind.PORTRAIT),
    "profile.say_absence": Door(
        Kind.ORGANISATION, {"starts_on": "{day}", "ends_on": "{day}", "stand_in_id": "{clerk}"}
    ),
    "fallbacks.change": Door(Kind.ORGANISATION, {"do": "end", "other_id": "{post}"}),
    "hand_over.show": Door(Kind.OWN, names={"post": "left_post"}),
    "hand_over.write": Door(Kind.OWN, {"words": "x", "edition": "0"}, names={"post": "left_post"}),
    "hand_over.choose": Door(Kind.OWN, {"gift": "draft:{message}"}, names={"post": "left_post"}),
    "hand_over.take": Door(Kind.OWN, {}, names={"post": "left_post"}),
    "conversations.start": Door(Kind.ORGANISATION, {"person_id": "{person}"}),
    "conversations_api.create": Door(Kind.ORGANISATION, {"person_ids": ["{person}"]}),
    "conversations.new": Door(Kind.ORGANISATION, query={"person": "{person}"}, refusal=200),
    "audiences_api.preview": Door(Kind.ORGANISATION, {"any": [{"unit": "{unit}"}]}),
}
DOORS: dict[str, Door] = {
    **ROOMS,
    **PUBLISHED,
    **SHARED,
    **REPORTS,
    **DRAFTS,
    **OWN,
    **PEOPLE,
    **ADMINISTRATION,
    **RECORDS,
    **MINE,
}
