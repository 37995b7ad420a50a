"""Invitations to many: queued at once, sent at a pace, each once."""

from collections import Counter
from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import InvitationState
from intranet.organisation.accounts.invitation_status import REMINDABLE, Invitees
from intranet.organisation.accounts.operations.accounts import withdraw_invitation
from intranet.organisation.accounts.operations.invitation_letters import send_invitation
from intranet.organisation.accounts.operations.invitations import (
    cancel_run,
    change_rules,
    pause_all,
    pause_run,
    release_due,
    resume_run,
    send_held,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.outbox import run_due
from intranet.platform.core.types import Localized
from tests.letters import html_of, text_of
from tests.organisation.accounts.doors import link_in
from tests.organisation.accounts.many import (
    NOT_INVITED,
    let_out,
    newcomers,
    queue,
    row_of,
    standings,
)

pytestmark = pytest.mark.both


@pytest.fixture
def inside(app, mail):
    with app.app_context():
        yield


def pace(cast, letters_per_minute):
    change_rules(cast.dorleta, cast.monteclaro, letters_per_minute=letters_per_minute)


@pytest.mark.slow
def test_nobody_is_invited_before_the_server_has_accepted_the_letter(inside, cast, letterbox):
    accounts = newcomers(cast, 3)
    assert standings(accounts) == ["not_invited"] * 3
    run = queue(cast)
    assert run.count == 3
    assert standings(accounts) == ["queued"] * 3
    assert letterbox.letters == []

    let_out()
    assert standings(accounts) == ["sent"] * 3
    assert Counter(letter["To"] for letter in letterbox.letters) == {
        account.email: 1 for account in accounts
    }


@pytest.mark.slow
def test_letters_leave_at_the_pace_of_the_agency(inside, cast, letterbox):
    newcomers(cast, 40)
    pace(cast, 12)
    queue(cast)
    now = clock.now()
    let_out(1, now)
    assert 12 <= len(letterbox.letters) <= 13
    let_out(1, now + timedelta(minutes=1))
    assert 24 <= len(letterbox.letters) <= 25


def test_after_a_pause_of_the_site_nothing_is_caught_up_in_one_go(inside, cast, letterbox):
    newcomers(cast, 40)
    pace(cast, 30)
    queue(cast)
    with clock.freeze(clock.now() + timedelta(hours=3)):
        release_due()
        while run_due():
            pass
    assert len(letterbox.letters) == 1


def test_letters_wait_for_their_hour(inside, cast, letterbox):
    newcomers(cast, 2)
    queue(cast, starts_at=clock.now() + timedelta(hours=2))
    let_out(1)
    assert letterbox.letters == []
    let_out(1, clock.now() + timedelta(hours=2))
    assert len(letterbox.letters) == 2


@pytest.mark.parametrize("ahead", [timedelta(days=-1), timedelta(days=91)])
def test_a_time_that_is_past_or_far_ahead_is_refused(inside, cast, ahead):
    accounts = newcomers(cast, 1)
    with pytest.raises(Invalid):
        queue(cast, starts_at=clock.now() + ahead)
    assert standings(accounts) == ["not_invited"]


def test_who_is_queued_already_is_not_queued_twice(inside, cast, letterbox):
    newcomers(cast, 2)
    queue(cast)
    with pytest.raises(Conflict):
        queue(cast)
    let_out()
    assert len(letterbox.letters) == 2


def test_a_paused_run_sends_nothing_until_it_goes_on(inside, cast, letterbox):
    newcomers(cast, 2)
    run = queue(cast)
    pause_run(cast.dorleta, cast.monteclaro, run)
    let_out()
    assert letterbox.letters == []
    resume_run(cast.dorleta, cast.monteclaro, run)
    let_out()
    assert len(letterbox.letters) == 2


def test_a_restored_site_sends_nothing_until_it_is_told_to(inside, cast, letterbox):
    newcomers(cast, 1)
    queue(cast)
    pause_all()
    let_out()
    assert letterbox.letters == []


def test_a_cancelled_run_leaves_people_as_they_were(inside, cast, letterbox):
    reminded = newcomers(cast, 1)
    queue(cast)
    let_out()
    others = newcomers(cast, 2, start=10)
    run = queue(cast)
    again = queue(cast, Invitees(REMINDABLE))
    assert cancel_run(cast.dorleta, cast.monteclaro, run) == 2
    assert cancel_run(cast.dorleta, cast.monteclaro, again) == 1
    assert standings([*reminded, *others]) == ["sent", "not_invited", "not_invited"]
    let_out()
    assert len(letterbox.letters) == 1


def test_a_withdrawn_invitation_does_not_leave(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    withdraw_invitation(cast.dorleta, account)
    let_out()
    assert letterbox.letters == []
    assert standings([account]) == ["not_invited"]


def test_a_reminder_is_a_new_letter_whose_link_replaces_the_first(inside, app, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    let_out()
    queue(cast, Invitees(REMINDABLE))
    let_out()
    first, second = letterbox.letters
    assert first["Message-ID"] != second["Message-ID"]
    assert "recordatorio" in second["Subject"].casefold()
    client = app.test_client()
    assert client.get(link_in(first)).status_code == 404
    assert client.get(link_in(second)).status_code == 200
    assert standings([account]) == ["opened"]


def test_an_expired_invitation_is_renewed_in_the_same_act(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    let_out()
    later = clock.now() + timedelta(days=15)
    with clock.freeze(later):
        assert standings([account]) == ["expired"]
        queue(cast, Invitees(REMINDABLE))
    let_out(1, later)
    with clock.freeze(later):
        assert standings([account]) == ["sent"]


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_tried_again_with_the_same_id(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    letterbox.refuses = True
    now = clock.now()
    let_out(1, now)
    assert standings([account]) == ["queued"]
    letterbox.refuses = False
    let_out(1, now + timedelta(hours=2))
    assert standings([account]) == ["sent"]
    [letter] = letterbox.letters
    assert str(account.id) in letter["Message-ID"]


@pytest.mark.slow
def test_after_three_days_without_an_answer_the_letter_counts_as_refused(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    letterbox.refuses = True
    now = clock.now()
    for hours in range(0, 76, 2):
        let_out(1, now + timedelta(hours=hours))
    assert standings([account]) == ["refused"]
    assert row_of(account).reason == "silence"


def test_a_letter_that_was_being_sent_when_the_process_died_is_in_doubt(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    release_due()
    row = row_of(account)
    row.state = InvitationState.SENDING
    db.session.commit()
    while run_due():
        pass
    assert standings([account]) == ["in_doubt"]
    assert letterbox.letters == []


def test_a_letter_in_doubt_whose_link_is_opened_has_arrived(inside, app, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    let_out()
    row_of(account).state = InvitationState.IN_DOUBT
    db.session.commit()
    app.test_client().get(link_in(letterbox.letters[0]))
    assert standings([account]) == ["opened"]


def test_a_letter_is_not_sent_again_by_a_task_that_runs_twice(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    queue(cast)
    let_out()
    send_invitation({"account_id": str(account.id), "round": 1})
    assert len(letterbox.letters) == 1
    assert standings([account]) == ["sent"]


def test_the_reason_of_a_refusal_is_kept_with_the_words_of_the_server(inside, cast, letterbox):
    accounts = newcomers(cast, 3)
    letterbox.unknown = {
        accounts[0].email: "550 5.1.1 No such user",
        accounts[1].email: "552 5.2.2 Mailbox full",
    }
    queue(cast)
    let_out()
    assert standings(accounts) == ["refused", "refused", "sent"]
    assert [row_of(account).reason for account in accounts] == ["unknown", "full", ""]
    assert "No such user" in row_of(accounts[0]).words


def test_whose_account_has_ended_is_not_invited(inside, cast):
    ended, _other = newcomers(cast, 2)
    ended.expires_at = clock.now()
    db.session.commit()
    assert queue(cast).count == 1


def test_a_server_cannot_put_invisible_characters_into_its_reason(inside, cast, letterbox):
    [account] = newcomers(cast, 1)
    letterbox.unknown = {account.email: "550 5.1.1 No\u202e\x00 user"}
    queue(cast)
    let_out()
    assert standings([account]) == ["refused"]
    assert row_of(account).words.isprintable()


@pytest.mark.slow
def test_a_domain_that_refuses_the_first_letters_stops_the_rest_and_loses_nothing(
    inside, cast, letterbox
):
    wrong = newcomers(cast, 30, "monteclara.example")
    right = newcomers(cast, 4, start=100)
    letterbox.unknown = {account.email: "550 5.1.2 Bad domain" for account in wrong}
    pace(cast, 600)
    run = queue(cast)
    let_out()
    counted = Counter(standings(wrong))
    assert counted["refused"] == 3
    assert counted["held"] == 27
    assert standings(right) == ["sent"] * 4

    letterbox.unknown = {}
    assert send_held(cast.dorleta, cast.monteclaro, run, "monteclara.example") == 27
    let_out()
    assert Counter(standings(wrong)) == {"refused": 3, "sent": 27}
    assert len(letterbox.letters) == 31


def test_the_agency_puts_a_sentence_into_the_letter_in_the_readers_language(
    inside, cast, letterbox
):
    sentence = Localized(es="Llama al <b>1010</b> si te atascas.", gl="Chama ao 1010.")
    change_rules(cast.dorleta, cast.monteclaro, sentence=sentence)
    accounts = newcomers(cast, 2)
    accounts[1].locale = "gl"
    db.session.commit()
    queue(cast)
    let_out()
    by_reader = {letter["To"]: letter for letter in letterbox.letters}
    spanish, galician = (by_reader[account.email] for account in accounts)
    assert "Llama al <b>1010</b>" in text_of(spanish)
    assert "&lt;b&gt;1010&lt;/b&gt;" in html_of(spanish)
    assert "Chama ao 1010." in text_of(galician)
    with pytest.raises(Invalid):
        change_rules(cast.dorleta, cast.monteclaro, sentence=Localized(es="x" * 501))


def test_only_administrators_of_the_agency_invite_pause_and_cancel(inside, cast):
    newcomers(cast, 1)
    run = queue(cast)
    for actor in (cast.ana, cast.guillem):
        with pytest.raises(Forbidden):
            queue_as(actor, cast)
        for act in (pause_run, resume_run, cancel_run):
            with pytest.raises(Forbidden):
                act(actor, cast.monteclaro, run)
        with pytest.raises(Forbidden):
            change_rules(actor, cast.monteclaro, letters_per_minute=5)


def queue_as(actor, cast):
    from intranet.organisation.accounts.operations.invitations import queue_invitations

    return queue_invitations(actor, cast.monteclaro, NOT_INVITED)
