"""Days, the new line and names between messages; the script's twin is tested in tests/js."""

from datetime import UTC, datetime, timedelta

from intranet.messaging.messages.page_entries import arrange

MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def message(seq, after=timedelta(0), who="ana", **more):
    return {
        "seq": seq,
        "created_at": MORNING + after,
        "author": {"id": who, "caption": "Administrativa · Licencias"},
        "deleted": False,
        **more,
    }


def kinds(entries):
    return [
        entry["kind"]
        if entry["kind"] != "message"
        else "+"
        if entry["continued"]
        else entry["message"]["seq"]
        for entry in entries
    ]


def test_a_day_begins_at_midnight_in_the_readers_zone():
    late = timedelta(hours=14, minutes=59)
    entries = arrange(
        [message(1, late), message(2, late + timedelta(minutes=1))], zone="Europe/Madrid"
    )

    assert kinds(entries) == ["day", 1, "day", 2]


def test_the_same_author_within_five_minutes_goes_on_under_one_name():
    entries = arrange(
        [
            message(1),
            message(2, timedelta(seconds=299)),
            message(3, timedelta(seconds=600)),
            message(4, timedelta(seconds=601), "carles"),
        ],
        zone="UTC",
    )

    assert kinds(entries) == ["day", 1, "+", 3, 4]


def test_the_line_stands_above_the_first_new_message_which_shows_its_author():
    entries = arrange([message(1), message(2)], zone="UTC", first_new=2, new_count=1)

    assert kinds(entries) == ["day", 1, "new", 2]
    assert entries[2]["count"] == 1


def test_deleted_messages_and_replies_stand_alone():
    gone = {"seq": 2, "deleted": True}
    entries = arrange([message(1), gone, message(3, parent_id="m1"), message(4)], zone="UTC")

    assert kinds(entries) == ["day", 1, 2, 3, 4]
