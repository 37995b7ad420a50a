"""Pages for the ways in which an agency's people sign in: set up, test, switch on and off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import Filled, again, filled
from intranet.organisation.accounts.forms import Ticked
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, ProviderKind, ProviderState
from intranet.organisation.identity.operations import providers as operations
from intranet.organisation.identity.operations.domains import MAILBOXES, txt_record
from intranet.organisation.identity.scim import brake, tokens
from intranet.organisation.identity.ways import Purpose, SignInWay, StepOutcome, ways
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.parsing import MAX_INTEGER, Form, Line
from intranet.platform.core.refused import flashing
from intranet.platform.core.step_up import require_confirmed


class ProviderForm(Form):
    """The fields that every kind of provider has."""

    name: Annotated[Line, Field(min_length=1, max_length=operations.NAME_LIMIT)]
    asks_second_factor: Ticked = False
    is_only_way: Ticked = False
    version: Annotated[int, Field(ge=0, le=MAX_INTEGER)] = 0


class VersionForm(Form):
    """The version that was shown, and whether what the test found is accepted."""

    version: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    accepts_limits: Ticked = False


@dataclass(frozen=True)
class BuiltInWay:
    """A way to sign in that this site has of its own, as a line of the list."""

    icon: str
    title: str
    detail: str
    state: str
    tone: str = "ok"


@bp.get("/<code>/sign-in")
@administrator
def sign_in(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the ways to sign in, with the first that is set up opened."""
    known = {way.kind for way in ways()}
    found = [each for each in queries.providers_of(agency.id) if each.kind in known]
    return _page(actor, agency, found[0].kind if found else None)


@bp.get("/<code>/sign-in/<kind>")
@administrator
def sign_in_way(actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """List the ways to sign in, with one of them opened."""
    return _page(actor, agency, _way(kind).kind)


@bp.post("/<code>/sign-in/<kind>")
@again(sign_in_way)
@administrator
def save_sign_in_way(actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """Save what is set of a way."""
    way = _way(kind)
    shared = ProviderForm.parse(request.form)
    own = way.form.parse(request.form)
    operations.save_provider(
        actor,
        agency,
        way.kind,
        version=shared.version,
        name=shared.name,
        settings=own.model_dump(mode="json", exclude={"secret"}),
        secret=getattr(own, "secret", None) or None,
        asks_second_factor=shared.asks_second_factor,
        is_only_way=shared.is_only_way,
    )
    flash(_("Saved. Test it now."), "ok")
    return redirect(_address(agency, way.kind), 303)


@bp.post("/<code>/sign-in/<kind>/test")
@administrator
def test_sign_in_way(actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """Test a way: first what needs no person, then by going to the provider and back."""
    way = _way(kind)
    require_confirmed(actor)
    provider = operations.require_provider(agency.id, way.kind)
    report = way.check(provider)
    goes_on = way.leave is not None and report.has_passed
    operations.store_report(provider, provider.version, report, whole=not goes_on)
    target = _address(agency, way.kind)
    if way.leave is not None and goes_on:
        return way.leave(provider, Purpose.TEST, target)
    return redirect(target, 303)


@bp.post("/<code>/sign-in/<kind>/on")
@administrator
def switch_sign_in_way_on(actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """Let people sign in by a way that has passed its test."""
    way = _way(kind)
    form = VersionForm.parse(request.form)
    provider = operations.require_provider(agency.id, way.kind)
    with flashing(_("Switched on.")):
        operations.switch_on(
            actor, provider, version=form.version, accepts_limits=form.accepts_limits
        )
    return redirect(_address(agency, way.kind), 303)


@bp.post("/<code>/sign-in/<kind>/off")
@administrator
def end_sign_in_way(actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """Let nobody sign in by a way any more."""
    way = _way(kind)
    with flashing(_("Switched off. People who are signed in stay signed in.")):
        operations.switch_off(actor, operations.require_provider(agency.id, way.kind))
    return redirect(_address(agency, way.kind), 303)


def _page(actor: Person, agency: Agency, opened: ProviderKind | None) -> ResponseReturnValue:
    providers = {each.kind: each for each in queries.providers_of(agency.id)}
    reach = queries.reach_of(agency.id)
    way = next((each for each in ways() if each.kind == opened), None)
    return render_template(
        "administration/admin/sign_in.html",
        built_in=built_in_ways(agency, reach.with_password),
        ways=ways(),
        providers=providers,
        states=state_tags(),
        scim_state=_scim_state(providers.get(ProviderKind.SCIM)),
        way=way,
        facts=_opened(actor, way, providers.get(way.kind)) if way else {},
        covered=reach.covered,
        others=reach.others,
        administrators=len(administrator_ids(agency.id)),
        domains=queries.domains_of(agency.id),
        adding=filled(sent_to="claim_domain"),
        txt_record=txt_record,
        mailboxes=[(mailbox, f"{mailbox}@…") for mailbox in MAILBOXES],
    )


def built_in_ways(agency: Agency, count: int) -> Sequence[BuiltInWay]:
    """Return the ways that this site has of its own, first in the list."""
    people = ngettext("%(num)s person", "%(num)s people", count)
    how = (
        _("With a fingerprint or PIN of the device. Also without a password")
        if agency.passkeys_alone
        else _("With a fingerprint or PIN of the device, beside the password")
    )
    return [
        BuiltInWay("key-round", _("Password and second factor"), people, _("In use")),
        BuiltInWay("fingerprint", _("Passkeys"), how, _("Allowed")),
    ]


def state_tags() -> dict[ProviderState, tuple[str, str]]:
    """Return the text and the tone of each state."""
    return {
        ProviderState.DRAFT: (_("Being tested"), "attn"),
        ProviderState.ON: (_("In use"), "ok"),
        ProviderState.OFF: (_("Off"), "plain"),
    }


def _scim_state(provider: Provider | None) -> tuple[str, str] | None:
    """Return the text and the tone of the program that brings people in; None if there is none."""
    if provider is None or not tokens.valid_tokens(provider):
        return None
    stop = brake.latest_stop(provider)
    if stop and stop.agreed_at is None:
        return _("Stopped to ask"), "bad"
    return _("In use"), "ok"


def _opened(actor: Person, way: SignInWay, provider: Provider | None) -> dict[str, Any]:
    report = operations.report_of(provider) if provider else None
    counts = dict.fromkeys(StepOutcome, 0)
    for step in report.steps if report else ():
        counts[step.outcome] += 1
    at = provider.report["at"] if provider and provider.report else None
    is_whole = bool(provider and provider.report and provider.report["whole"])
    waits = (
        provider is not None
        and provider.tested_version == provider.version
        and provider.state != ProviderState.ON
    )
    is_allowed = provider is not None and operations.may_switch_on(actor, provider)
    of_nobody = operations.OF_NOBODY if provider and provider.is_of_nobody else ""
    return {
        "filled": _filled(way, provider),
        "provider": provider,
        "report": report,
        "counts": {outcome.value: count for outcome, count in counts.items()},
        "tested_at": datetime.fromisoformat(at) if at else None,
        "is_whole": is_whole,
        "of_nobody": of_nobody if waits and not is_allowed else "",
        "may_switch_on": waits and is_allowed,
        "waits_for_another": waits and not is_allowed and not of_nobody,
        "takes_secret": "secret" in way.form.model_fields,
    }


def _filled(way: SignInWay, provider: Provider | None) -> Filled:
    if provider is None:
        stored = {"name": str(way.title), "version": "0"}
        return filled(stored, sent_to="save_sign_in_way")
    settings = {name: _text(value) for name, value in provider.settings.items()}
    stored = {
        **settings,
        "name": provider.name,
        "asks_second_factor": "1" if provider.asks_second_factor else "",
        "is_only_way": "1" if provider.is_only_way else "",
        "version": str(provider.version),
    }
    return filled(stored, sent_to="save_sign_in_way")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _way(kind: str) -> SignInWay:
    for way in ways():
        if way.kind == kind:
            return way
    raise NotFound


def _address(agency: Agency, kind: ProviderKind) -> str:
    return url_for(".sign_in_way", code=agency.code, kind=kind.value)
