"""People who come back from a provider that vouches for them: sign in, tie, confirm, or test."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import Identity, require_identity
from intranet.organisation.accounts.operations.confirming import confirm_outside
from intranet.organisation.accounts.views import ask_for_code, sign_browser_in
from intranet.organisation.identity import queries
from intranet.organisation.identity.departures import Departure
from intranet.organisation.identity.models import Provider, ProviderState
from intranet.organisation.identity.operations.providers import report_of, store_report
from intranet.organisation.identity.operations.tying import (
    Claims,
    NotLetIn,
    identity_to_enter,
    tie_own,
)
from intranet.organisation.identity.ways import ProviderReport, Purpose, Step, StepOutcome
from intranet.platform.core.errors import Refusal
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.step_up import ConfirmationNeeded

MAX_SHOWN_CHARACTERS = 200
MIN_MASKED_CHARACTERS = 6
MASKED = frozenset({"sub", "NameID"})


def arrive(departure: Departure, provider: Provider, claims: Claims) -> ResponseReturnValue:
    """Do what somebody left for, now that everything about the answer was checked.

    Raises:
        NotLetIn: the provider vouches for somebody who may not do that here.
    """
    if provider.state != ProviderState.ON:
        raise NotLetIn(_l("This way to sign in is not in use."))
    if departure.purpose == Purpose.SIGN_IN:
        return enter(provider, claims, departure.target)
    me = require_identity()
    if departure.purpose == Purpose.TIE:
        try:
            tie_own(me.account, provider, claims)
        except ConfirmationNeeded:
            flash(_("This took longer than five minutes. Confirm anew and try again."), "attn")
            return redirect(departure.target, 303)
        flash(_("Your account is connected with %(name)s.", name=provider.name), "ok")
        return redirect(departure.target, 303)
    return _confirm(me, provider, claims)


def enter(
    provider: Provider, claims: Claims, target: str, *, keep: bool = False
) -> ResponseReturnValue:
    """Sign this browser in as the person that a provider vouches for, or ask for the code.

    Raises:
        NotLetIn: nobody is tied to the identity, and its e-mail does not allow to tie it.
    """
    identity = identity_to_enter(provider, claims)
    account = identity.account
    behind = {"identity": str(identity.id), "session": claims.session}
    kind = provider.kind.value
    if account.has_second_factor and not provider.asks_second_factor:
        return ask_for_code(account, target, keep=keep, by=f"{kind}_and_code", behind=behind)
    by = f"{kind}_and_factor" if provider.asks_second_factor else kind
    return sign_browser_in(account, target, keep=keep, by=by, behind=behind)[0]


def _confirm(me: Identity, provider: Provider, claims: Claims) -> ResponseReturnValue:
    found = queries.identity_of(provider.id, claims.subject)
    if found is None or found.account_id != me.account.id:
        raise NotLetIn(_l("The provider names another person than you."))
    needs_code = me.account.has_second_factor and not provider.asks_second_factor
    confirm_outside(me, needs_code=needs_code)
    return render_template("organisation/identity/confirmed.html", needs_code=needs_code)


def finish_test(
    departure: Departure,
    provider: Provider,
    steps: Sequence[Step],
    received: Mapping[str, object],
) -> ResponseReturnValue:
    """Store the second half of a test, of which `check` was the first, and show the whole."""
    before = report_of(provider)
    shown = {name: _masked(name, value) for name, value in received.items()}
    report = ProviderReport([*(before.steps if before else ()), *steps], shown)
    store_report(provider, departure.version, report, whole=True)
    return redirect(departure.target, 303)


def recognise(provider: Provider, claims: Claims) -> Step:
    """Return the step of a test that says who the provider's person would be here."""
    title = str(_("Recognise you"))
    email = claims.email
    if not claims.subject:
        detail, outcome = _("The provider does not say who you are."), StepOutcome.FAILED
    elif not email:
        detail = _(
            "The provider sends no verified e-mail address. Accounts that exist are not found: "
            "each person has to connect theirs under “Connected ways”."
        )
        outcome = StepOutcome.LIMITED
    elif not queries.has_proven(provider.agency_id, email):
        detail = _("%(email)s is not of a domain that your agency has proven.", email=email)
        outcome = StepOutcome.LIMITED
    else:
        detail = _("%(email)s, verified: %(name)s", email=email, name=claims.name or claims.subject)
        outcome = StepOutcome.PASSED
    return Step(title, str(detail), outcome, 0.0)


def not_let_in(problem: Refusal, target: str) -> ResponseReturnValue:
    """Show why somebody was not let in, with the ways that are left."""
    page = render_template(
        "organisation/identity/refused.html",
        words=problem.detail,
        title=problem.title,
        again=f"/signin?{urlencode({'next': target})}",
    )
    return page, problem.status


def _masked(name: str, value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    if name in MASKED and len(text) > MIN_MASKED_CHARACTERS:
        return f"{text[:4]}…{text[-2:]}"
    return text[:MAX_SHOWN_CHARACTERS]
