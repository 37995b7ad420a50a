"""The addresses that an OpenID provider answers to: with a person's browser, and by itself."""

import logging
import time

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from intranet.organisation.agencies.queries import agency_by_handle
from intranet.organisation.identity import arrivals, departures, queries
from intranet.organisation.identity.departures import Departure
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.oidc import answers, way
from intranet.organisation.identity.oidc.answers import FOREIGN, RefusedAnswer
from intranet.organisation.identity.oidc.sign_outs import NoLogoutError, sign_out_from_there
from intranet.organisation.identity.operations.tying import NotLetIn
from intranet.organisation.identity.ways import Purpose, Step, StepOutcome
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _

log = logging.getLogger("intranet.security")
bp = Blueprint("oidc", __name__)


@bp.get("/signin/oidc/<handle>")
def back(handle: str) -> ResponseReturnValue:
    """Take a person's answer from the provider: sign in, tie, confirm, or finish a test."""
    provider = _provider(handle)
    departure = departures.take(provider, request.args.get("state", ""))
    if departure is None:
        return arrivals.not_let_in(RefusedAnswer("state", FOREIGN), "/")
    begun = time.perf_counter()
    try:
        answer = answers.read(provider, departure, request.args)
        if departure.purpose == Purpose.TEST:
            steps = way.steps_of(provider, departure, answer, time.perf_counter() - begun)
            return arrivals.finish_test(departure, provider, steps, answer.received)
        return arrivals.arrive(departure, provider, answer.claims)
    except RefusedAnswer as problem:
        log.info("answer refused provider=%s reason=%s", provider.id, problem.reason)
        if departure.purpose == Purpose.TEST and problem.reason != "browser":
            return _failed(departure, provider, problem)
        return arrivals.not_let_in(problem, departure.target)
    except (NotLetIn, Conflict) as problem:
        return arrivals.not_let_in(problem, departure.target)


@bp.post("/signin/oidc/<handle>/signed-out")
def signed_out(handle: str) -> ResponseReturnValue:
    """Take the provider's word that somebody signed out there; its signature is the proof."""
    provider = _provider(handle)
    try:
        sign_out_from_there(provider, request.form.get("logout_token", ""))
    except NoLogoutError as problem:
        log.info("logout token refused provider=%s reason=%s", provider.id, problem)
        return jsonify(error="invalid_request", error_description=str(problem)), 400
    return "", 200


def _failed(
    departure: Departure, provider: Provider, problem: RefusedAnswer
) -> ResponseReturnValue:
    title = str(_("Sign in there and come back"))
    step = Step(title, f"{problem.detail} ({problem.reason})", StepOutcome.FAILED, 0.0)
    return arrivals.finish_test(departure, provider, [step], {})


def _provider(handle: str) -> Provider:
    agency = agency_by_handle(handle)
    found = queries.provider_of(agency.id, ProviderKind.OIDC) if agency else None
    if found is None or not found.fetched:
        raise NotFound
    return found
