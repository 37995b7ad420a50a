"""Nothing is addressed to nobody: the writer is told that somebody reads it only later."""

import re

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.organisation.accounts.models import LinkPurpose, SensitiveChange
from intranet.organisation.accounts.operations.links import accept_invitation, new_link
from intranet.organisation.accounts.operations.sensitive_changes import approve, ask_for
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from tests.cast import PASSWORD
from tests.messaging.messages.helpers import say
from tests.organisation.accounts.doors import give, invite
from tests.security.test_earlier_talks import API, DAY, THEIRS, WORD, said, taken_over

__all__ = ["said"]


WAITS = "has not confirmed their account yet, and will read your messages when they have"


@pytest.mark.both
def test_the_writer_is_told_who_reads_it_later_and_it_reaches_them_then(app, cast, said, client_of):
    xoel, where = client_of(cast.xoel), f"/c/{said['talk']}"
    assert WAITS not in xoel.get(f"{where}?lang=en").text
    taken_over(app, cast)

    page = xoel.get(f"{where}?lang=en").text
    assert WAITS in page
    with app.app_context():
        say(cast.xoel, start_direct_message(cast.xoel, [cast.ana]), f"Meanwhile, {WORD}")
    ana = client_of(cast.ana)
    assert "Meanwhile" not in ana.get("/messages").text
    assert ana.submit("/me/waiting/talks", {"proof": PASSWORD}).status_code == 303
    assert "Meanwhile" in ana.get(where).text
    assert said["talk"] in ana.get("/messages").text
    rows = {row["id"]: row["unread"] for row in ana.get(f"{API}/conversations").json["items"]}
    assert rows[said["talk"]]
    assert WAITS not in xoel.get(f"{where}?lang=en").text


def test_so_is_who_writes_to_somebody_invited_whose_address_was_corrected(app, cast, client_of):
    """They are mailed nothing; they read it once they have come and were vouched for."""
    invited = invite(app, cast)
    with app.app_context():
        appoint(None, cast.officer_post, invited.person, starts_on=clock.today("Europe/Madrid"))
        talk = start_direct_message(cast.xoel, [invited.person])
        say(cast.xoel, talk, f"Before, {WORD}")
        account = cast.account_of(invited.person)
        change_sign_in_names(cast.dorleta, account, email=THEIRS, staff_number=None)
        where = f"/c/{talk.id}"
    page = client_of(cast.xoel).get(f"{where}?lang=en").text
    assert WAITS in page
    assert "will be sent by e-mail" not in page

    with app.app_context():
        account = cast.account_of(invited.person)
        say(cast.xoel, talk, f"After, {WORD}")
        accept_invitation(new_link(LinkPurpose.INVITATION, account.id), "lluvia sobre el tejado")
    newcomer = app.test_client()
    assert give(newcomer, THEIRS, "lluvia sobre el tejado").status_code == 303
    assert newcomer.get(where).status_code == 404
    with app.app_context():
        approve(None, ask_for("talks", cast.account_of(invited.person), {}, cast.dorleta))
        (change_id,) = db.session.scalars(
            select(SensitiveChange.id).where(SensitiveChange.kind == "talks")
        )
    with clock.freeze(clock.now() + DAY):
        printed = f"/admin/{cast.monteclaro.code}/approvals/{change_id}"
        page = client_of(cast.dorleta).submit(printed, {"do": "print"}).text
        (code,) = re.findall(r"<code[^>]*>([\w-]+)</code>", page)
        give(newcomer, THEIRS, "lluvia sobre el tejado")
        assert newcomer.submit("/me/waiting/talks", {"handed": code}).status_code == 303
        assert "After" in newcomer.get(where).text
