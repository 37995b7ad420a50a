"""The addresses that a SAML provider answers to, always by way of a person's browser."""

import logging
from urllib.parse import quote

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.agencies.queries import agency_by_handle
from intranet.organisation.identity import arrivals as common
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, ProviderKind, ProviderState
from intranet.organisation.identity.operations.sessions import end_each
from intranet.organisation.identity.operations.tying import NotLetIn
from intranet.organisation.identity.saml import arrivals, service, sessions, sign_outs, way
from intranet.organisation.identity.saml.keys import keys_of, keys_or_new
from intranet.organisation.identity.saml.metadata import (
    MetadataRefusedError,
    TheirMetadata,
    metadata_of,
)
from intranet.organisation.identity.saml.refusals import MessageRefusedError, RefusalReason
from intranet.organisation.identity.ways import Purpose
from intranet.platform.core.errors import Conflict, NotFound, Refusal
from intranet.platform.core.i18n import _, _l

log = logging.getLogger("intranet.security")
bp = Blueprint("saml", __name__)

METADATA = "application/samlmetadata+xml"
SIGNED_OUT_ONCE = "saml.signed_out_there"


bp.add_app_template_global(service.addresses_of, "saml_addresses")
bp.add_app_template_global(keys_of, "saml_keys")


@bp.get("/signin/saml/<handle>/metadata")
def metadata(handle: str) -> ResponseReturnValue:
    """Return our metadata, as the provider of an agency imports them."""
    provider = _provider(handle)
    text = service.our_metadata(provider, keys_or_new(provider))
    return Response(text, content_type=METADATA)


@bp.post("/signin/saml/<handle>")
def answer(handle: str) -> ResponseReturnValue:
    """Take an answer from the provider's page, which comes without our cookies; go on with them."""
    provider = _provider(handle)
    try:
        asked, arrival = arrivals.receive(provider, request.form.get("SAMLResponse", ""))
    except MessageRefusedError as refused:
        return _refuse(provider, refused.why, "/")
    if arrival.refused and arrival.departure.purpose != Purpose.TEST:
        return _refuse(provider, arrival.refused, arrival.departure.target)
    return redirect(f"/signin/saml/{handle}/arrival?question={quote(asked)}", 303)


@bp.get("/signin/saml/<handle>/arrival")
def arrive(handle: str) -> ResponseReturnValue:
    """Take up an answer in the browser that asked: sign in, tie, confirm, or finish a test."""
    provider = _provider(handle)
    arrival = arrivals.take_up(provider, request.args.get("question", ""))
    if arrival is None:
        return _refuse(provider, RefusalReason.UNASKED, "/")
    departure = arrival.departure
    if departure.purpose == Purpose.TEST:
        steps = way.steps_of(provider, arrival)
        return common.finish_test(departure, provider, steps, arrival.received or {})
    if arrival.claims is None:
        return _refuse(provider, arrival.refused or RefusalReason.NAME, departure.target)
    try:
        return common.arrive(departure, provider, arrival.claims)
    except (NotLetIn, Conflict) as problem:
        return common.not_let_in(problem, departure.target)


@bp.get("/signin/saml/<handle>/sign-out")
def sign_out(handle: str) -> ResponseReturnValue:
    """Sign somebody out because the provider asks to, or hear that it signed them out as well."""
    provider = _provider(handle)
    try:
        theirs = metadata_of(provider)
        if theirs is None:
            raise NotFound
        if "SAMLResponse" in request.args:
            return _hear(provider, theirs)
        if "SAMLRequest" in request.args:
            return _obey(provider, theirs)
    except MessageRefusedError as refused:
        return _refuse(provider, refused.why, "/")
    except MetadataRefusedError as problem:
        return common.not_let_in(Conflict(problem.words), "/")
    raise NotFound


def _obey(provider: Provider, theirs: TheirMetadata) -> ResponseReturnValue:
    keys = keys_or_new(provider)
    asked = sign_outs.read_sign_out(provider, theirs, keys, request.query_string, request.args)
    if not one_uses.is_first(SIGNED_OUT_ONCE, f"{provider.id} {asked.id}", asked.expires_at):
        raise MessageRefusedError(RefusalReason.AGAIN)
    found = queries.sessions_with(provider.id, sessions.marker(asked.name))
    of_name = [row for row in found if sessions.is_of(row.session, asked.name, asked.sessions)]
    end_each(provider, of_name)
    back = sign_outs.answer_sign_out(provider, theirs, keys, asked, request.args.get("RelayState"))
    return redirect(back or "/signin", 303)


def _hear(provider: Provider, theirs: TheirMetadata) -> ResponseReturnValue:
    keys = keys_or_new(provider)
    asked, is_done = sign_outs.read_signed_out(
        provider, theirs, keys, request.query_string, request.args
    )
    kept = one_uses.take(way.SIGN_OUT, asked)
    if kept is None or kept["provider"] != str(provider.id):
        raise MessageRefusedError(RefusalReason.UNASKED)
    if is_done:
        flash(_("You are signed out here and at %(name)s.", name=provider.name), "ok")
    else:
        words = _(
            "You are signed out here. %(name)s did not confirm that it signed you out: close "
            "the browser if others use this device.",
            name=provider.name,
        )
        flash(words, "attn")
    return redirect("/signin", 303)


def _refuse(provider: Provider, why: RefusalReason, target: str) -> ResponseReturnValue:
    log.info("answer refused provider=%s reason=%s", provider.id, why.value)
    return common.not_let_in(_not_believed(why), target)


def _not_believed(why: RefusalReason) -> Refusal:
    if why == RefusalReason.UNASKED:
        return NotLetIn(
            _l("This sign-in was begun in another browser, or more than ten minutes ago.")
        )
    return NotLetIn(MessageRefusedError(why).words)


def _provider(handle: str) -> Provider:
    agency = agency_by_handle(handle)
    found = queries.provider_of(agency.id, ProviderKind.SAML) if agency else None
    if found is None or found.state == ProviderState.OFF:
        raise NotFound
    return found
