"""The log: one line for each thing, as text or as JSON, whatever stands in it."""

import json
import logging
import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intranet.extensions import db
from intranet.platform.core import logs


def record(message, *arguments, exc_info=None):
    return logging.LogRecord(
        "intranet.security", logging.INFO, __file__, 1, message, arguments, exc_info
    )


def fail(message):
    raise ValueError(message)


def failed(message):
    try:
        fail(message)
    except ValueError as error:
        return (type(error), error, error.__traceback__)


def test_a_line_of_text_says_when_how_grave_where_and_what():
    line = logs.formatter("text").format(record("signed in account=%s", "0192"))

    found = re.fullmatch(r"(\S+) INFO intranet\.security signed in account=0192", line)
    assert found
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found[1])


def test_a_line_of_json_says_the_same():
    said = json.loads(logs.formatter("json").format(record("signed in account=%s", "0192")))

    assert said.pop("at").endswith("Z")
    assert said == {
        "level": "info",
        "logger": "intranet.security",
        "message": "signed in account=0192",
    }


@pytest.mark.parametrize("kind", ["text", "json"])
def test_nobody_writes_a_line_of_their_own(kind):
    forged = "x\r\n2026-11-25T08:00:00Z INFO intranet.security signed in\x1b[2J\u2028\x85 end"

    line = logs.formatter(kind).format(record("name=%s", forged))

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert line.isprintable()
    assert "signed in" in line


def test_a_traceback_stands_below_its_line():
    lines = logs.formatter("text").format(record("job", exc_info=failed("a\x1bb"))).splitlines()

    assert lines[0].endswith("intranet.security job")
    assert all(line.startswith("    ") for line in lines[1:])
    assert lines[-1] == r"    ValueError: a\x1bb"


def test_a_traceback_is_part_of_its_object():
    line = logs.formatter("json").format(record("job", exc_info=failed("no")))

    assert "\n" not in line
    assert json.loads(line)["exception"].endswith("ValueError: no")


@pytest.fixture
def loggers():
    """What is set up in a test is put back after it."""
    root, ours = logging.getLogger(), logging.getLogger("intranet")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, own = before
    root.setLevel(level)
    ours.setLevel(own)


def test_ours_is_told_and_of_others_only_what_is_grave(loggers, capsys):
    logs.set_up("text")

    logging.getLogger("intranet.security").info("ours")
    logging.getLogger("somebody.else").info("theirs")
    logging.getLogger("somebody.else").warning("theirs, and grave")

    said = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 2)[2] for line in said] == [
        "intranet.security ours",
        "somebody.else theirs, and grave",
    ]


@pytest.mark.both
def test_what_people_write_does_not_stand_in_an_error_of_the_database(app_context):
    with pytest.raises(DBAPIError) as raised:
        db.session.execute(text("SELECT nothing_there(:said)"), {"said": "a private word"})

    assert "private" not in str(raised.value)
    db.session.rollback()
