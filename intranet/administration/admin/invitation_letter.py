"""The letter of invitation: the agency's own sentence, a preview, and a test to oneself."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled, localized_values
from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.invitation_letters import letter_to_read, send_test
from intranet.organisation.accounts.operations.invitations import (
    SENTENCE_LIMIT,
    change_rules,
    rules_of,
)
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.refused import flashing
from intranet.platform.core.types import Localized


@bp.get("/<code>/invitations/letter")
@administrator
def invitation_letter(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form of the agency's own sentence, and the letter as its readers get it."""
    languages = _offered(agency)
    sentence = rules_of(agency).sentence
    language = request.args.get("language", agency.language)
    if language not in languages:
        language = agency.language
    return render_template(
        "administration/admin/invitation_letter.html",
        filled=filled(localized_values("sentence", sentence, languages)),
        languages=languages,
        language=language,
        letter=letter_to_read(_own_account(actor), agency, language),
        limit=SENTENCE_LIMIT,
        may_test=_own_account(actor).email,
    )


@bp.post("/<code>/invitations/letter")
@again(invitation_letter)
@administrator
def change_invitation_letter(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Store the agency's own sentence, in as many languages as it was written in."""
    texts = {}
    for tag in _offered(agency):
        typed = request.form.get(f"sentence_{tag}", "")
        if text := optional_text(typed, f"sentence_{tag}", SENTENCE_LIMIT):
            texts[tag] = text
    change_rules(actor, agency, sentence=Localized(texts))
    flash(_("Saved."), "ok")
    return redirect(url_for(".invitation_letter", code=agency.code), 303)


@bp.post("/<code>/invitations/letter/test")
@administrator
def send_test_letter(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Send the letter to oneself; its button leads to the sign-in page."""
    language = request.form.get("language", agency.language)
    with flashing(_("The test letter is being sent to you.")):
        send_test(actor, agency, _own_account(actor), language)
    return redirect(url_for(".invitation_letter", code=agency.code, language=language), 303)


def _offered(agency: Agency) -> list[str]:
    return list(dict.fromkeys([*agency.languages, *LANGUAGES]))


def _own_account(actor: Person) -> Account:
    found = db.session.scalar(select(Account).where(Account.person_id == actor.id))
    if found is None:
        raise NotFound
    return found
