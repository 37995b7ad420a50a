"""Invitations while the process that sends them is killed again and again."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import AccountInvitation, InvitationState
from intranet.organisation.accounts.invitation_status import AccountStanding, status_counts
from intranet.organisation.accounts.operations.invitations import change_rules
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.accounts.many import newcomers, queue

pytestmark = [pytest.mark.slow, pytest.mark.both]

PEOPLE = 120
KILLS = 5
WORKER = """
import sys, time
from pathlib import Path
from intranet.app import create_app
from intranet.config import Settings
from intranet import schedule
from intranet.organisation.accounts.operations.invitations import release_due
from intranet.platform.core import outbox
from intranet.platform.core.outbox_claims import CLAIM_LIFETIME

url, folder, smtp, key = sys.argv[1:]
app = create_app(Settings(database_url=url, data_dir=Path(folder), smtp_url=smtp,
    secret_key=key, mail_from="intranet@monteclaro.example"))
with app.app_context():
    outbox.take_over_claims()
    print("ready", flush=True)
    while True:
        release_due()
        if not outbox.run_due():
            time.sleep(0.02)
"""


def test_each_letter_arrives_once_over_five_kills(app, cast, letterbox):
    settings = app.config["SETTINGS"]
    given = (settings.database_url, str(settings.data_dir), letterbox.url, settings.secret_key)
    with app.app_context():
        accounts = newcomers(cast, PEOPLE)
        change_rules(cast.dorleta, cast.monteclaro, letters_per_minute=600)
        assert queue(cast).count == PEOPLE
        addresses = {account.email for account in accounts}
    for round_ in range(KILLS + 1):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, *given], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        if round_ < KILLS:
            goal = len(letterbox.letters) + 8
            wait_until(lambda: len(letterbox.letters) >= goal)  # noqa: B023 - called at once
        else:
            wait_until(lambda: not left(app))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()

    with app.app_context():
        counts = status_counts(cast.monteclaro.id)
    got = Counter(letter["To"] for letter in letterbox.letters)
    assert max(got.values()) == 1
    assert counts[AccountStanding.SENT] + counts[AccountStanding.IN_DOUBT] == PEOPLE
    assert counts[AccountStanding.IN_DOUBT] <= KILLS
    assert PEOPLE - len(got) <= counts[AccountStanding.IN_DOUBT]
    assert set(got) <= addresses


def left(app):
    """How many letters are still on their way; claims of killed processes are let go at once."""
    with app.app_context(), unit_of_work():
        on_the_way = AccountInvitation.state.not_in(
            (InvitationState.SENT, InvitationState.IN_DOUBT)
        )
        return db.session.scalar(
            select(func.count()).select_from(AccountInvitation).where(on_the_way)
        )


def wait_until(is_so, seconds=90.0):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.05)
