"""Doors of the records of an agency, for whom keeps them."""

from tests.security.door import Door, Kind, doors

ASKED = {"access_request": "access_asked"}
RECORDS = {
    **doors(
        Kind.ADMINISTRATION,
        *("access_requests.index", "access_requests.new", "access_requests.reasons"),
        *("access_requests.show", "access_requests.settings", "access_requests.find"),
        *("access_requests.read", "access_requests.look_at_file", "access_requests.download"),
    ),
    "access_requests.create": Door(
        Kind.ADMINISTRATION,
        {
            "kind": "transparency",
            "asker": "REG-1",
            "matter": "Obras",
            "due_on": "{day}",
            "language": "es",
        },
    ),
    "access_requests.add": Door(Kind.ADMINISTRATION, {"name": "Secreto", "article": "14"}),
    "access_requests.add_found": Door(Kind.ADMINISTRATION, {"words": "zarza"}),
    "access_requests.decide_finding": Door(Kind.ADMINISTRATION, {"decision": "unread"}),
    "access_requests.choose": Door(
        Kind.ADMINISTRATION,
        {"message": "{message}", "goes_out": "1"},
        names={"access_finding": "access_day"},
    ),
    "access_requests.hide_passage": Door(
        Kind.ADMINISTRATION,
        {"sha256": "0" * 64, "reason": "{access_reason}", "start": "0", "end": "1"},
    ),
    "access_requests.show_passage": Door(Kind.ADMINISTRATION, {"redaction": "{access_redaction}"}),
    "access_requests.change_file": Door(Kind.ADMINISTRATION, {"has_looked": "1"}),
    "access_requests.export": Door(Kind.ADMINISTRATION, {}),
    "access_requests.hide_left": Door(Kind.ADMINISTRATION, {}),
    "access_requests.change": Door(Kind.ADMINISTRATION, {"do": "hide_authors"}),
    "access_requests.delay": Door(
        Kind.ADMINISTRATION, {"delay_until": "{day}", "delay_reason": "x"}
    ),
    "access_requests.ask_private": Door(Kind.ADMINISTRATION, {"private_reason": "x"}),
    "access_requests.approval": Door(Kind.ADMINISTRATION, names=ASKED),
    "access_requests.approve": Door(Kind.ADMINISTRATION, {"do": "agree"}, names=ASKED),
    "access_requests.notice": Door(Kind.OWN),
}
