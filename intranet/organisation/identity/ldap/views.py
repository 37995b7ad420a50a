"""The password of a directory, asked of somebody who connects their account or tests the way."""

import time
from typing import Annotated
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.extensions import db
from intranet.organisation.accounts import sign_in_throttle
from intranet.organisation.accounts.access import require_identity, signed_in
from intranet.organisation.accounts.forms import Password
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.identity import arrivals
from intranet.organisation.identity.ldap.signing_in import claims_of
from intranet.organisation.identity.ldap.way import WAY
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.operations.providers import report_of, store_report
from intranet.organisation.identity.operations.tying import Claims, tie_own
from intranet.organisation.identity.ways import (
    ProviderReport,
    Purpose,
    Step,
    StepOutcome,
    register_way,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound, Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.web import local_address

bp = Blueprint("ldap", __name__)
TIE, TEST = Purpose.TIE.value, Purpose.TEST.value


class DirectoryPasswordForm(Form):
    """A name in the directory, and its password."""

    name: Annotated[Line, Field(min_length=1, max_length=254)]
    directory_password: Password


@bp.get("/me/directory/<uuid:provider_id>/<any(tie, test):purpose>")
@signed_in
def ask(person: Person, provider_id: UUID, purpose: str) -> ResponseReturnValue:
    """Ask for the name and the password in the directory."""
    return _page(_provider(person, provider_id, purpose), purpose)


@bp.post("/me/directory/<uuid:provider_id>/<any(tie, test):purpose>")
@signed_in
def answer(person: Person, provider_id: UUID, purpose: str) -> ResponseReturnValue:
    """Connect one's account with the person whose password it is, or finish the test."""
    provider = _provider(person, provider_id, purpose)
    require_confirmed(person)
    target = local_address(request.args.get("next"), "/")
    begun = time.perf_counter()
    try:
        form = DirectoryPasswordForm.parse(request.form)
        tried = sign_in_throttle.attempt(
            f"directory {person.id}", request.remote_addr or "", person.id.hex
        )
        sign_in_throttle.begin(tried, known_device=True)
        claims = claims_of(provider, form.name, form.directory_password)
        if claims is None:
            sign_in_throttle.fail(tried)
        else:
            sign_in_throttle.succeed(tried)
            if purpose == TIE:
                tie_own(require_identity().account, provider, claims)
    except Invalid as problem:
        return _page(provider, purpose, problem.errors), problem.status
    except Refusal as problem:
        if purpose == TEST:
            return _finish_test(provider, target, None, str(problem.detail), begun)
        return _page(provider, purpose, {"name": problem.detail}), problem.status
    if purpose == TEST:
        return _finish_test(provider, target, claims, "", begun)
    if claims is None:
        words = _("The directory does not know this name or this password.")
        return _page(provider, purpose, {"directory_password": words}), 422
    flash(_("Your account is connected with %(name)s.", name=provider.name), "ok")
    return redirect(target, 303)


def _finish_test(
    provider: Provider, target: str, claims: Claims | None, why: str, begun: float
) -> ResponseReturnValue:
    """Store the second half of a test, of which `check` was the first."""
    before = report_of(provider)
    seconds = time.perf_counter() - begun
    title, received = str(_("Sign in there")), {}
    if claims is None:
        words = why or str(_("The directory does not know this name or this password."))
        steps = [Step(title, words, StepOutcome.FAILED, seconds)]
    else:
        words = str(_("The person was found, and the password is right."))
        steps = [Step(title, words, StepOutcome.PASSED, seconds)]
        steps.append(arrivals.recognise(provider, claims))
        received = {
            "id": f"{claims.subject[:4]}…{claims.subject[-2:]}",
            "e-mail": claims.email or "",
            "name": claims.name,
        }
    report = ProviderReport([*(before.steps if before else ()), *steps], received)
    store_report(provider, provider.version, report, whole=True)
    return redirect(target, 303)


def _provider(person: Person, provider_id: UUID, purpose: str) -> Provider:
    """Return a directory that somebody may connect with, or administers and may test."""
    provider = db.session.get(Provider, provider_id)
    if provider is None or provider.kind != ProviderKind.LDAP:
        raise NotFound
    if purpose == TEST:
        try:
            require_administrator(person, provider.agency_id)
        except Refusal as error:
            raise NotFound from error
    elif provider.agency_id != require_identity().account.home_agency_id:
        raise NotFound
    return provider


def _page(provider: Provider, purpose: str, errors: object = None) -> str:
    return render_template(
        "organisation/identity/directory.html",
        provider=provider,
        is_test=purpose == TEST,
        errors=errors or {},
        name=request.form.get("name", require_identity().account.email or ""),
        action=url_for(
            "ldap.answer",
            provider_id=provider.id,
            purpose=purpose,
            next=local_address(request.args.get("next"), "/"),
        ),
    )


register_way(WAY)
