"""Every door of the house: what it leads to, with what to knock, and from whom it is hidden.

The names in braces are those of `world.py`. A route that is not listed here fails the matrix.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

HOLDERS = ("stranger", "former member", "other administrator")


class Kind(Enum):
    """What stands behind a door, by those from whom it is hidden."""

    ROOM = (*HOLDERS, "without a post")
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


PUBLIC = {
    "account_links.first_agency": "whoever holds the operator's link makes the first agency",
    "account_links.first_agency_page": "whoever holds the operator's link makes the first agency",
    "account_links.forgotten": "who forgot the password is not signed in; all names alike",
    "account_links.forgotten_page": "who forgot the password is not signed in",
    "account_links.invitation": "whoever holds the link; links end alike, see tests/accounts",
    "account_links.invitation_page": "whoever holds the link",
    "account_links.reset": "whoever holds the link",
    "account_links.reset_page": "whoever holds the link",
    "accounts.code": "the second step comes before being signed in",
    "accounts.code_page": "the second step comes before being signed in",
    "accounts.language": "the sign-in page is read in five languages",
    "accounts.sign_in": "where one signs in",
    "accounts.sign_in_page": "where one signs in",
    "accounts.sign_out": "who is not signed in is signed out already",
    "answers.answer": "whoever holds the link in the mail; one message, one answer",
    "answers.answer_page": "whoever holds the link in the mail; one message",
    "asset": "files of the look, the same for all",
    "health.live": "asked by machines; says only that it runs",
    "health.metrics": "from a trusted address or with a token, see tests/core",
    "health.ready": "asked by machines; says what is missing, of nobody",
    "health.robots": "tells robots to keep out",
    "push.manifest": "what a device keeps of the site as an application; of nobody",
    "push.worker": "the script that shows what is pushed; of nobody",
    "unsubscribing.page": "whoever holds the link in the mail; it names the kind and nobody",
    "unsubscribing.stop": "whoever holds the link in the mail; mail clients press it themselves",
    "static": "files of the look, the same for all",
}

MESSAGE_FORM = {"body": "Hola.", "client_id": "0192b5c8-0000-7000-8000-00000000000a"}
ADMIN_API = {"agency": "{code}"}
UNIT_FORM = {"name_es": "Archivo", "parent": "Urbanismo y Obras (URB)", "version": "{version}"}
POST_FORM = {"title_es": "Archivero/a", "unit": "Archivo (URB-ARC)", "version": "{version}"}
END_FORM = {"last_day": "{day}", "version": "{version}"}


def _all(kind: Kind, *endpoints: str, **more: Any) -> dict[str, Door]:
    return {endpoint: Door(kind, **more) for endpoint in endpoints}


ROOMS = {
    **_all(
        Kind.ROOM,
        *("messages.index", "messages.one", "messages.ask_delete", "messages.edit"),
        *("messages.versions", "messages.members", "messages.pins", "messages.file"),
        *("messages.thumbnail", "conversations.new_channel"),
        *("conversations_api.show", "conversations_api.members", "messages_api.index"),
        *("messages_api.pins", "messages_api.download", "messages_api.show"),
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
    "conversations_api.read": Door(Kind.ROOM, {"seq": 1}),
    "conversations_api.unread_from": Door(Kind.ROOM, {"seq": 1}),
    "messages_api.create": Door(
        Kind.ROOM, {**MESSAGE_FORM, "client_id": MESSAGE_FORM["client_id"]}
    ),
    "messages_api.update": Door(Kind.ROOM, {"body": "Otra.", "body_rev": 1}),
    "messages_api.delete": Door(Kind.ROOM, {}),
}
OWN = {
    "messages_api.describe_file": Door(
        Kind.OWN, {"alternative": "A square."}, names={"file": "upload"}
    ),
    "messages_api.discard_file": Door(Kind.OWN, {}, names={"file": "upload"}),
    "files.change_words": Door(Kind.OWN, {"alternative": "A square."}, names={"file": "upload"}),
    **_all(
        Kind.OWN,
        *("files.change_captions", "files.change_poster", "files.remove_captions"),
        send={"language": "gl"},
        names={"file": "video"},
    ),
    "files.captions": Door(Kind.OWN, names={"file": "video"}),
    "files_api.show": Door(Kind.OWN),
    "files_api.add": Door(Kind.OWN, {}),
    "files_api.discard": Door(Kind.OWN, {}),
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
        *("admin.new_person", "admin.posts", "admin.post", "admin.ending_post", "admin.new_post"),
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
        *("directory_api.me", "own_hours.worktime"),
        *("directory_api.me", "push.page", "push.devices", "push.key"),
    ),
    "search.switcher": Door(Kind.MINE, query={"q": "Expedientes"}),
    "search.index": Door(Kind.MINE, query={"q": "zarza"}),
    "search.suggest": Door(Kind.MINE, query={"q": "in:Expedientes"}),
    "search_api.everything": Door(Kind.MINE, query={"q": "zarza", "in": "{room}"}),
    **_all(
        Kind.MINE,
        *("me.password", "me.begin_second_factor", "me.renew_recovery_codes"),
        *("me.confirm_second_factor", "me.remove_second_factor", "me.settings"),
        *("me.end_other_sign_ins", "me.create_token", "profile.save", "profile.take_photo"),
        *("profile.drop_photo", "messages_api.upload", "api.nothing", "admin.send_import"),
        "push.subscribe",
        "files_api.begin",
        send={},
    ),
    "own_hours.choose_worktime": Door(Kind.MINE, {"choice": "always"}),
    "directory_api.change_me": Door(Kind.MINE, {"showing": "hours"}),
}
DOORS: dict[str, Door] = {**ROOMS, **OWN, **PEOPLE, **ADMINISTRATION, **MINE}

EVENTS: dict[str, dict[str, Any]] = {
    "message:post": {**MESSAGE_FORM, "conversation_id": "{room}"},
    "message:edit": {"id": "{message}", "body": "Otra cosa.", "body_rev": 1},
    "message:delete": {"id": "{message}"},
    "reaction:set": {"message_id": "{message}", "emoji": "👍", "on": True},
    "conversation:sync": {"conversations": [{"id": "{room}", "rev": 0}]},
    "conversation:watch": {"conversation_id": "{room}"},
    "conversation:unwatch": {"conversation_id": "{room}"},
    "read:mark": {"conversation_id": "{room}", "seq": 1},
    "typing:start": {"conversation_id": "{room}"},
}
"""What clients ask over sockets, all of it about a room."""

TOLD_AS_GONE = {
    "conversation:sync": "it answers for each conversation, and of a hidden one that it is gone",
    "conversation:unwatch": "it forgets whatever was open, and says of nothing that it is there",
}
"""Events that are acknowledged where their object is hidden, as where there is none."""

JOBS = {
    "tell of memberships by date": "tells who joined or left, and nobody else",
    "tell of speakers by date": "tells who speaks for a post since then, or did, and nobody else",
    "follow dates in the directory": "writes what is found by who reads it, tells nobody",
    "write what is owed to the index": "writes what is found by who reads it, tells nobody",
    "forget old failures": "deletes counts, tells nobody",
    "forget links in mails": "lets go of hashes, tells nobody",
    "forget old imports": "deletes what was sent a month ago, tells nobody",
    "forget unused words": "deletes words that nothing has, tells nobody",
    "forget ended sign-ins": "deletes rows, tells nobody",
    "forget lapsed devices": "deletes rows, tells nobody",
    "forget what was sent": "deletes rows, tells nobody",
    "forget kept answers": "deletes rows, tells nobody",
    "forget past duties": "deletes rows, tells nobody",
    "discard unused files": "deletes files that hang on nothing, tells nobody",
    "discard unused files": "deletes what hangs on nothing or never came whole, tells nobody",
}
"""What runs by the clock, and whom it tells."""

OWED = {
    "imports.check": "writes what its agencies' administrators read, tells nobody",
    "imports.apply": "tells who joins and leaves rooms by it, as an appointment does",
    "files.erase": "deletes bytes, tells nobody",
    "files.read_text": "keeps what a file says beside it, tells nobody",
    "messages.fill_index": "writes what is found by who reads it, tells nobody",
    "directory.fill": "writes what is found by who reads it, tells nobody",
    "directory.follow": "writes what is found by who reads it, tells nobody",
    "messages.send_by_mail": "mails the account of who is in the talk and was not here yet",
    "push.test": "tells the one device in its row, which its owner asked for",
    "mail": "tells the one address in its row",
    "reset_asked": "mails the account's own address, or nobody",
    "account_link": "mails the account's own address",
}
"""What the outbox does, and whom it tells."""

PARTS = {
    "conversation_id": "room",
    "message_id": "message",
    "file_id": "file",
    "captions_id": "captions",
    "upload_id": "arriving",
    "person_id": "person",
    "unit_id": "unit",
    "post_id": "post",
    "appointment_id": "appointment",
    "import_id": "import",
    "number": "line",
    "administration_id": "administration",
    "absence_id": "absence",
    "duty_id": "duty",
    "sign_in_id": "sign_in",
    "token_id": "token",
    "subscription_id": "subscription",
    "anything": "path",
}
"""Which object stands for which part of an address, where the door does not say otherwise."""
