"""The digest: once a day or a week, never empty, each thing once."""

import pytest

from intranet.attention.notifications.jobs import enqueue_digests
from intranet.attention.notifications.models import Rhythm
from intranet.attention.notifications.operations import set_rhythm
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.publishing.publications.operations.publishing import withdraw
from tests.attention.notifications.conftest import announce, at


def digests(mail, moment: str, address: str):
    """The letters that somebody gets when the clock looks at this moment."""
    db.session.rollback()  # to see what others have written since
    with clock.freeze(at(moment)):
        mail()  # whoever is to be told is told
        enqueue_digests(clock.now())
        return [letter for letter in mail() if letter["To"] == address]


@pytest.mark.slow
def test_what_waits_comes_in_one_mail_when_the_working_day_begins(app_context, cast, mail):
    address = cast.account_of(cast.ana).email
    with clock.freeze(at("2026-11-24 17:00")):
        first, second = announce(cast.carles), announce(cast.carles)
    assert digests(mail, "2026-11-24 22:00", address) == []
    (letter,) = digests(mail, "2026-11-25 08:00", address)
    text = letter.get_body(("plain",)).get_content()
    assert text.count(f"/p/{first.id}") == 1
    assert text.count(f"/p/{second.id}") == 1
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.slow
@pytest.mark.both
def test_each_thing_is_in_it_once_and_nothing_comes_when_nothing_waits(app_context, cast, mail):
    address = cast.account_of(cast.ana).email
    with clock.freeze(at("2026-11-24 10:00")):
        announce(cast.carles)
    assert len(digests(mail, "2026-11-24 10:05", address)) == 1
    assert digests(mail, "2026-11-24 10:10", address) == []
    assert digests(mail, "2026-11-25 08:05", address) == []


def test_what_is_no_longer_there_makes_no_digest(app_context, cast, mail):
    address = cast.account_of(cast.ana).email
    with clock.freeze(at("2026-11-24 17:00")):
        withdraw(cast.carles, announce(cast.carles), "Era un error.")
    assert digests(mail, "2026-11-25 09:00", address) == []


@pytest.mark.slow
def test_after_a_rest_of_the_program_one_comes_not_three(app_context, cast, mail):
    address = cast.account_of(cast.ana).email
    with clock.freeze(at("2026-11-19 10:00")):
        announce(cast.carles)
    assert len(digests(mail, "2026-11-19 10:01", address)) == 1
    with clock.freeze(at("2026-11-20 12:00")):  # a Friday; then it is off until Monday
        announce(cast.carles)
        announce(cast.carles)
        mail()
    assert digests(mail, "2026-11-21 10:00", address) == []
    assert len(digests(mail, "2026-11-23 10:00", address)) == 1


@pytest.mark.slow
def test_once_a_week_or_never_as_one_chose(app_context, cast, mail):
    ana, xoel = (cast.account_of(person).email for person in (cast.ana, cast.xoel))
    set_rhythm(cast.ana.id, Rhythm.WEEKLY)
    set_rhythm(cast.xoel.id, Rhythm.NEVER)
    with clock.freeze(at("2026-11-23 09:00")):
        announce(cast.carles)
    assert len(digests(mail, "2026-11-23 09:01", ana)) == 1
    with clock.freeze(at("2026-11-24 09:00")):
        announce(cast.carles)
    assert digests(mail, "2026-11-25 09:01", ana) == []
    assert digests(mail, "2026-11-27 09:01", xoel) == []
    assert len(digests(mail, "2026-11-30 08:01", ana)) == 1
