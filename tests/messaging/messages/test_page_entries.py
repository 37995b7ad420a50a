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


def removed(seq, rule="Un año", days=0):
    at = MORNING + timedelta(days=days)
    return message(seq, deleted=True, expired={"rule": rule}, expired_at=at)


def kinds(entries):
    return [
        entry["kind"]
        if entry["kind"] in ("day", "new")
        else [each["seq"] for each in entry["messages"]]
        if entry["kind"] == "removed"
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


def test_a_long_run_removed_under_one_rule_is_one_entry_with_its_days():
    run = [removed(2, days=9), removed(3), removed(4, days=4)]
    entries = arrange([message(1), *run, message(5)], zone="UTC")
    assert kinds(entries) == ["day", 1, [2, 3, 4], 5]
    assert (entries[2]["from_at"], entries[2]["until_at"]) == (MORNING, MORNING + timedelta(days=9))


def test_two_rules_the_new_line_and_short_runs_are_not_folded_together():
    rows = [*map(removed, (1, 2)), *(removed(seq, "Otra") for seq in range(3, 9))]
    entries = arrange(rows, zone="UTC", first_new=6, new_count=3)
    assert kinds(entries) == [1, 2, [3, 4, 5], "new", [6, 7, 8]]


def test_what_is_deleted_begins_no_day_as_in_the_script():
    entries = arrange([message(1), message(2, timedelta(days=1), deleted=True)], zone="UTC")
    assert kinds(entries) == ["day", 1, 2]
