"""Every route of the house: what it leads to, with what to knock, and from whom it is hidden.

The names in braces are those of `world.py`. A route that is not listed here fails the matrix.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from intranet.notifications.models import Kind as Told

HOLDERS = ("stranger", "former member", "other administrator")


class Kind(Enum):
    """What stands behind a door, by those from whom it is hidden."""

    ROOM = (*HOLDERS, "without a post")
    DRAFT = (*HOLDERS, "without a post", "member", "administrator")
    OWN = (*HOLDERS, "without a post", "administrator")
    ADMINISTRATION = (*HOLDERS, "without a post", "member")
    PORTRAIT = ("other administrator", "without a post")
    ORGANISATION = ("without a post",)
    MINE = ()


@dataclass(frozen=True)
class Door:
    """A route; `names` says which object stands for which part of its address.

    `refusal` is how it answers where its object is hidden: 404, unless the ids stand only in
    what is sent or asked, and what is wrong with the rest is said first.
    """

    kind: Kind
    send: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    refusal: int = 404


MESSAGE_FORM = {"body": "Hola.", "client_id": "0192b5c8-0000-7000-8000-00000000000a"}
ADMIN_API = {"agency": "{code}"}
UNIT_FORM = {"name_es": "Archivo", "parent": "Urbanismo y Obras (URB)", "version": "{version}"}
POST_FORM = {"title_es": "Archivero/a", "unit": "Archivo (URB-ARC)", "version": "{version}"}
DRAFT = {"publication": "draft"}
IDEA, POLL = {"publication": "idea"}, {"publication": "poll"}
IDEA_FORM = {"title": "Otra", "language": "es", "visibility": "members", "post_id": "{post}"}
BOX_FORM = {"name": "Otro", "purpose": "x", "post_id": "{post}", "term_days": "9"}
CHOICES = {"digest": "weekly"} | {f"mail_{kind}": "digest" for kind in Told}
END_FORM = {"last_day": "{day}", "version": "{version}"}


def _all(kind: Kind, *endpoints: str, **more: Any) -> dict[str, Door]:
    return {endpoint: Door(kind, **more) for endpoint in endpoints}


ROOMS = {
    **_all(
        Kind.ROOM,
        *("messages.index", "messages.one", "messages.ask_delete", "messages.edit"),
        *("messages.versions", "messages.members", "messages.pins", "files.show"),
        *("files.thumbnail", "conversations.new_channel"),
        *("conversations_api.show", "conversations_api.members", "messages_api.index"),
        *("messages_api.pins", "files_api.download", "messages_api.show"),
        *("messages_api.replies", "messages_api.versions"),
    ),
    "conversations.mentions": Door(Kind.ROOM, query={"q": "u"}),
    **_all(
        Kind.ROOM,
        *("messages.pin", "messages.unread", "conversations.silence", "conversations.decline"),
        *("conversations_api.silence", "conversations_api.unsilence", "messages_api.pin"),
        *("messages_api.unpin", "messages_api.react", "messages_api.unreact"),
        send={},
    ),
    "messages.create": Door(Kind.ROOM, MESSAGE_FORM),
    "messages.update": Door(Kind.ROOM, {"body": "Otra cosa.", "body_rev": "1"}),
    "messages.react": Door(Kind.ROOM, {"emoji": "👍"}),
    "messages.read": Door(Kind.ROOM, {"seq": "1"}),
    "messages.to_post": Door(Kind.ROOM, {"post_id": "{post}"}),
    "messages.delete": Door(Kind.ROOM, {}),
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
    **_all(
        Kind.ROOM,
        *("publications.show", "publications.versions", "publications.version"),
        "own_showcase.review",
        "publications_api.show",
    ),
    **_all(
        Kind.ROOM,
        *("own_showcase.propose", "own_showcase.approve", "own_showcase.take_off"),
        "own_showcase.decline",
        send={"digest": "0", "reason": "Por error."},
    ),
    "publications.confirm": Door(Kind.ROOM, {"version": "1"}),
    "publications_api.confirm": Door(Kind.ROOM, {"version": 1}),
    "publications_api.read_by": Door(Kind.ROOM),
    "notifications.deliveries": Door(Kind.DRAFT),
}
OF_GROUP = {"space": "group"}
GROUPS = {
    **_all(
        Kind.ROOM,
        *("groups.show", "groups.people", "group_lead.settings", "group_lead.rule"),
        *("group_lead.members", "group_lead.keys", "groups_api.show"),
        names=OF_GROUP,
    ),
    **_all(
        Kind.ROOM,
        *("groups.come_in", "groups.answer", "group_lead.hand_over"),
        *("group_lead.change_life", "groups_api.update"),
        send={"do": "keep", "post_id": "{post}"},
        names=OF_GROUP,
    ),
    "groups.go": Door(Kind.ROOM, {}, names={"space": "left_group"}),
}
TAKING_PART = {
    **_all(
        Kind.ROOM,
        *("ideas.show", "ideas.twins", "ideas.edit", "ideas.ask_withdrawal"),
        names=IDEA,
    ),
    **_all(Kind.ROOM, "polls.show", "polls.export", "polls.ask_withdrawal", names=POLL),
    "ideas.create": Door(Kind.ROOM, {**IDEA_FORM, "box_id": "{box}"}),
    "ideas.support": Door(Kind.ROOM, {"do": "support"}, names=IDEA),
    "ideas.set_status": Door(Kind.ROOM, {"status": "study"}, names=IDEA),
    "ideas.answer": Door(Kind.ROOM, {"answer": "Sí."}, names=IDEA),
    "ideas.join": Door(Kind.ROOM, {"into": "{twin}"}, names=IDEA),
    "ideas.change": Door(Kind.ROOM, {**IDEA_FORM, "edition": "1", "note": "x"}, names=IDEA),
    "ideas.take_back": Door(Kind.ROOM, {"reason": "Por error."}, names=IDEA),
    "idea_boxes.new": Door(Kind.ROOM, query={"space_id": "{space}"}),
    "idea_boxes.create": Door(Kind.ROOM, {**BOX_FORM, "space_id": "{space}"}),
    "idea_boxes.edit": Door(Kind.ROOM),
    "idea_boxes.change": Door(Kind.ROOM, BOX_FORM),
    "polls.cast": Door(Kind.ROOM, {"choice": "1"}, names=POLL),
    "polls.close": Door(Kind.ROOM, {}, names=POLL),
    "polls.take_back": Door(Kind.ROOM, {"reason": "Por error."}, names=POLL),
}
EVENT = {"publication": "event"}
EVENTS = {
    **_all(
        Kind.ROOM,
        *("events.show", "events.people", "events.ics", "events.answer", "event_editor.edit"),
        *("event_editor.cancel", "event_editor.minutes", "event_editor.move", "events_api.show"),
        *("events_api.answer", "event_editor.update"),
        send={"answer": "yes", "edition": "1"},
        names=EVENT,
    ),
    "case_files.choose": Door(Kind.ROOM),
    "case_files.make": Door(Kind.ROOM, {"seq": "1"}),
    "case_files.show": Door(Kind.ORGANISATION),
    "case_files.check": Door(Kind.ORGANISATION, {}),
    "case_files.download": Door(Kind.OWN),
}
ASKED = {"publication": "question"}
CONTRIBUTED = {
    **_all(
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
    **_all(
        Kind.PORTRAIT,
        *("criteria.show", "criteria.edit", "criteria.ask_renewal"),
        names={"publication": "criterion"},
    ),
    **_all(
        Kind.PORTRAIT,
        *("criteria.update", "criteria.renew", "criteria.outdate", "criteria.take_back"),
        send={"why": "x", "title_es": "Criterio", "edition": "1", "note": "x"},
        names={"publication": "criterion"},
    ),
    **_all(Kind.ROOM, "models.show", "models.edit", names={"publication": "model"}),
    "models.update": Door(
        Kind.ROOM, {"title_es": "x", "note": "x", "edition": "1"}, names={"publication": "model"}
    ),
    "models.use": Door(Kind.ROOM, {"do": "use"}, names={"publication": "model"}),
    "models.take_back": Door(Kind.ROOM, {"why": "x"}, names={"publication": "model"}),
}
REPORTS = {
    **_all(
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
    **_all(
        Kind.DRAFT,
        *("publication_editor.edit", "publication_editor.preview", "publication_editor.review"),
        *("publication_audience.edit", "publication_audience.people"),
        names=DRAFT,
    ),
    **_all(
        Kind.DRAFT,
        *("publication_editor.save", "publication_editor.send", "publication_editor.add_file"),
        *("publication_editor.take_back", "publication_editor.discard"),
        "publication_editor.take_down",
        send={"edition": "{edition}", "title_es": "Otro", "reason": "Por error."},
        names=DRAFT,
    ),
    "publication_editor.change_file": Door(
        Kind.DRAFT, {"edition": "{edition}"}, names={**DRAFT, "file": "draft_file"}
    ),
    **_all(
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
INITIATIVES = {
    **_all(
        Kind.ROOM,
        *("initiatives.show", "initiatives.ledger", "initiatives.adopt"),
        *("initiative_editor.edit", "initiative_editor.move", "initiative_editor.update"),
        *("initiative_editor.people", "initiative_editor.take_down"),
        *("initiative_editor.change_partner", "initiative_editor.change_contact"),
        "initiative_editor.change_file",
        *("initiatives_api.show", "initiatives_api.update", "initiatives_api.adoptions"),
        *("initiatives_api.adopt", "initiatives_api.change_adoption"),
        send={"agency": "L01990012", "use": "adopted", "post": "{post}"},
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
    **_all(Kind.OWN, "moderation.name", "moderation.end", send={"person_id": "{clerk}"}),
    "moderation_mine.show": Door(Kind.OWN, names={"case": "own_case"}),
    "moderation_mine.send_appeal": Door(Kind.OWN, {"words": "No."}, names={"case": "own_case"}),
}
OWN = {
    "notifications.show": Door(Kind.OWN),
    "files_api.describe_upload": Door(
        Kind.OWN, {"alternative": "A square."}, names={"file": "upload"}
    ),
    "files_api.discard_upload": Door(Kind.OWN, {}, names={"file": "upload"}),
    "files.change_words": Door(Kind.OWN, {"alternative": "A square."}, names={"file": "upload"}),
    **_all(
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
    "push.remove": Door(Kind.OWN, {}),
    "push.test": Door(Kind.OWN, {}),
    "profile.take_back": Door(Kind.ROOM, {}),
}
PEOPLE = {
    **_all(
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
    "counterparts.write": Door(Kind.ORGANISATION, {"post_id": "{post}"}),
    "directory.photo": Door(Kind.PORTRAIT),
    "profile.say_absence": Door(
        Kind.ORGANISATION, {"starts_on": "{day}", "ends_on": "{day}", "stand_in_id": "{clerk}"}
    ),
    "fallbacks.change": Door(Kind.ORGANISATION, {"do": "end", "other_id": "{post}"}),
    "conversations.start": Door(Kind.ORGANISATION, {"person_id": "{person}"}),
    "conversations_api.create": Door(Kind.ORGANISATION, {"person_ids": ["{person}"]}),
    "conversations.new": Door(Kind.ORGANISATION, query={"person": "{person}"}, refusal=200),
    "conversations_api.preview_audience": Door(Kind.ORGANISATION, {"any": [{"unit": "{unit}"}]}),
}
ADMIN_CALLS: dict[str, dict[str, Any]] = {
    "admin_api.change": {"contact_outside": False},
    "admin_api.create_unit": {"names": {"es": "Sótano"}, "parent_id": "{unit}"},
    "admin_api.change_unit": {"names": {"es": "Archivo"}},
    "admin_api.create_post": {"titles": {"es": "Mozo/a"}, "unit_id": "{unit}"},
    "admin_api.change_post": {"places": 4},
    "admin_api.create_appointment": {
        "post_id": "{post}",
        "person_id": "{person}",
        "starts_on": "{day}",
    },
    "admin_api.change_appointment": {"basis": "interina"},
    "admin_api.invite": {
        "name": "Brais Lema",
        "email": "brais@monteclaro.example",
        "post_id": "{post}",
        "starts_on": "{day}",
    },
    "admin_api.change_person": {"name": "Sabela Rey Pose"},
}
ADMINISTRATION = {
    **_all(
        Kind.ADMINISTRATION,
        *("admin.overview", "admin.administrators", "admin.ending_administration"),
        *("admin.appointments", "admin.appointment", "admin.ending_appointment"),
        *("admin.new_appointment", "admin.audit", "admin.people", "admin.person"),
        *(
            "admin.new_person",
            "admin.circulars",
            "admin.posts",
            "admin.post",
            "admin.ending_post",
            "admin.new_post",
        ),
        "admin.circulars",
        *("admin.functions", "admin.worktime", "admin.worktime_calendar", "admin.worktime_duties"),
        *("admin.settings", "admin.suggestions", "admin.units", "admin.unit"),
        *("admin.ending_unit", "admin.new_unit", "admin.show_import", "admin.rejected_lines"),
    ),
    **_all(
        Kind.ADMINISTRATION,
        *("admin.give_administration", "admin.propose_mandate", "admin.change_settings"),
        *("admin.accept_mandate", "admin.export_audit", "admin.reset_second_factor"),
        "admin.export_people",
        *("admin.invite_again", "admin.withdraw_invitation"),
        *("admin.close_account", "admin.open_account", "admin.invite_person"),
        "admin.send_password_link",
        *("admin.change_person", "admin.create_appointment", "admin.change_appointment"),
        send={"version": "{version}", "name": "Sabela Rey"},
        names={"person": "clerk"},
    ),
    "admin.correct_functions": Door(
        Kind.ADMINISTRATION, {"post_ids": "{post}", "function_1": "keep"}
    ),
    "admin.change_worktime": Door(
        Kind.ADMINISTRATION, {"mon_from": "09:00", "mon_to": "14:00", "version": "0"}
    ),
    "admin.add_holiday": Door(Kind.ADMINISTRATION, {"day": "{day}", "name_es": "Fiesta"}),
    "admin.change_holiday": Door(Kind.ADMINISTRATION, {"do": "remove"}),
    "admin.copy_calendar": Door(Kind.ADMINISTRATION, {"other": "L01990012", "year": "2027"}),
    "admin.remove_duty": Door(Kind.ADMINISTRATION, {}),
    "admin.deliveries": Door(Kind.ADMINISTRATION),
    "admin.groups": Door(Kind.ADMINISTRATION),
    "admin.open_staff_board": Door(Kind.ADMINISTRATION, {"post": "nobody's"}),
    "admin.change_makers": Door(Kind.ADMINISTRATION, {"makers": "heads"}),
    "admin.change_key": Door(Kind.ADMINISTRATION, {}, names={"space": "shared_group"}),
    "admin.retry_deliveries": Door(Kind.ADMINISTRATION, {}),
    "admin.rules": Door(Kind.ADMINISTRATION),
    "admin.change_rules": Door(Kind.ADMINISTRATION, {"body_es": "Trato.", "version": "0"}),
    "admin.give_circular_consent": Door(Kind.ADMINISTRATION, {"sender": "@altamar"}),
    "admin.revoke_circular_consent": Door(Kind.ADMINISTRATION, {}),
    "admin.showcase": Door(Kind.ADMINISTRATION),
    "admin.describe_showcase": Door(Kind.ADMINISTRATION, {"body_es": "Somos.", "version": "0"}),
    "admin.freeze_showcase": Door(
        Kind.ADMINISTRATION, {"starts_on": "2199-01-01", "ends_on": "2199-01-02"}
    ),
    "admin.lift_showcase": Door(Kind.ADMINISTRATION, {}),
    "admin.apply_import": Door(Kind.ADMINISTRATION, {}),
    "admin.mend_import_line": Door(Kind.ADMINISTRATION, {"value": "URB-LIC"}),
    "admin.forget_import": Door(Kind.ADMINISTRATION, {}),
    "admin.give_account": Door(
        Kind.ADMINISTRATION, {"email": "breixo@monteclaro.example"}, names={"person": "newcomer"}
    ),
    "admin.create_unit": Door(Kind.ADMINISTRATION, UNIT_FORM),
    "admin.change_unit": Door(Kind.ADMINISTRATION, UNIT_FORM),
    "admin.create_post": Door(Kind.ADMINISTRATION, POST_FORM),
    "admin.change_post": Door(Kind.ADMINISTRATION, POST_FORM),
    "admin.end_appointment": Door(Kind.ADMINISTRATION, END_FORM),
    "admin.end_post": Door(Kind.ADMINISTRATION, END_FORM),
    "admin.end_unit": Door(Kind.ADMINISTRATION, END_FORM),
    "admin.end_administration": Door(Kind.ADMINISTRATION, {"version": "{version}"}),
    **_all(
        Kind.ADMINISTRATION,
        *("admin_api.appointments", "admin_api.appointment", "admin_api.audit"),
        *("admin_api.people", "admin_api.person", "admin_api.posts", "admin_api.post"),
        *("admin_api.units", "admin_api.unit", "admin_api.agency"),
        query=ADMIN_API,
    ),
    **{
        endpoint: Door(Kind.ADMINISTRATION, send, ADMIN_API, {"person": "clerk"})
        for endpoint, send in ADMIN_CALLS.items()
    },
}
MINE = {
    **_all(
        Kind.MINE,
        *("home.index", "help.index", "messages.everything", "admin.index", "api.docs"),
        *("admin.imports", "admin.import_template"),
        *("api.openapi", "directory.agencies", "directory.people", "me.index"),
        *("me.password_page", "me.second_factor_page", "me.settings_page", "me.sign_ins"),
        *("me.tokens", "profile.edit", "conversations_api.index", "directory_api.agencies"),
        *("directory_api.me", "own_hours.worktime", "push.devices", "push.key"),
        *("publications.index", "publications_api.index", "notifications.index"),
        "own_showcase.index",
        *("notifications.count", "notifications.own", "notifications_api.index"),
        *("groups.index", "groups_api.index"),
        *("initiatives.index", "initiatives_api.index"),
        *("moderation.index", "moderation.decided", "moderation.places"),
        "moderation_mine.index",
        *("ideas.index", "ideas.new", "idea_boxes.index", "polls.index", "polls.new"),
        *("follows.index", "events.index", "events.month", "events_api.index"),
        *("event_editor.new", "event_calendars.own"),
        *("questions.index", "questions.new", "criteria.index", "models.index", "models.new"),
    ),
    "nearest.index": Door(Kind.MINE, query={"kind": "initiative", "q": "zarza"}),
    "search.switcher": Door(Kind.MINE, query={"q": "Expedientes"}),
    "search.index": Door(Kind.MINE, query={"q": "zarza"}),
    "search.suggest": Door(Kind.MINE, query={"q": "in:Expedientes"}),
    "search_api.everything": Door(Kind.MINE, query={"q": "zarza", "in": "{room}"}),
    **_all(
        Kind.MINE,
        *("me.password", "me.begin_second_factor", "me.renew_recovery_codes"),
        *("me.confirm_second_factor", "me.remove_second_factor", "me.settings"),
        *("me.end_other_sign_ins", "me.create_token", "profile.save", "profile.take_photo"),
        *("profile.drop_photo", "files_api.upload", "api.nothing", "admin.send_import"),
        *("push.subscribe", "uploads_api.begin", "home.end_steps", "notifications.feed_key"),
        *("notifications.mark_seen", "notifications_api.update"),
        *("publication_editor.create", "publications_api.create", "polls.create"),
        *("groups.new", "groups_api.create"),
        *("initiative_editor.create", "initiatives_api.create"),
        *("event_editor.create", "events_api.create", "event_calendars.choose"),
        *("questions.create", "models.create"),
        send={},
    ),
    "own_hours.choose_worktime": Door(Kind.MINE, {"choice": "always"}),
    "questions.choose_allowance": Door(Kind.MINE, {"a_week": "3"}),
    "notifications.choose": Door(Kind.MINE, CHOICES),
    "follows.change": Door(Kind.MINE, {"kind": "topic", "subject": "URB", "do": "follow"}),
    "directory_api.change_me": Door(Kind.MINE, {"showing": "hours"}),
}
DOORS: dict[str, Door] = {
    **ROOMS,
    **PUBLISHED,
    **GROUPS,
    **TAKING_PART,
    **EVENTS,
    **CONTRIBUTED,
    **REPORTS,
    **DRAFTS,
    **INITIATIVES,
    **MODERATED,
    **OWN,
    **PEOPLE,
    **ADMINISTRATION,
    **MINE,
}
