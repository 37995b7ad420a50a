"""The page on which a directory is compared with the accounts here, and the plan is applied."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.organisation.accounts.forms import Ticked
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.ldap import comparing, following
from intranet.organisation.identity.ldap.words import fact_names, fault_words, reason_words
from intranet.organisation.identity.models import ProviderKind, ProvisioningEffect, RunState
from intranet.organisation.identity.operations.providers import require_provider
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form, parse_position
from intranet.platform.core.refused import flashing
from intranet.platform.core.templating import this_page

PAGE_SIZE = 100
RUNS_SHOWN = 10


class AgreeForm(Form):
    """Whether the ends of a plan that stopped are meant."""

    is_meant: Ticked = False


@bp.get("/<code>/sign-in/ldap/people")
@administrator
def directory_people(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the newest comparison, its lines, and those before it."""
    provider = require_provider(agency.id, ProviderKind.LDAP)
    runs = queries.runs_of(provider.id, RUNS_SHOWN)
    run = runs[0] if runs else None
    chosen = request.args.get("effect", "")
    effect = ProvisioningEffect(chosen) if chosen in set(ProvisioningEffect) else None
    lines = queries.lines_of(run.id, effect, _after(), PAGE_SIZE + 1) if run else []
    shown = lines[:PAGE_SIZE]
    return render_template(
        "administration/admin/directory_people.html",
        provider=provider,
        run=run,
        runs=runs,
        agreed=queries.names_of(run.agreed_by_id for run in runs),
        lines=shown,
        more=this_page(after=f"{shown[-1].place}.{shown[-1].number}")
        if len(lines) > PAGE_SIZE
        else None,
        effect=effect.value if effect else "",
        effects=effect_names(),
        states=state_names(),
        fact_names=fact_names(),
        reason_words=reason_words,
        fault_words=fault_words,
        to_do=following.count_to_do(run.counts) if run else 0,
        is_busy=run is not None and run.state in {RunState.PLANNING, RunState.APPLYING},
    )


@bp.post("/<code>/sign-in/ldap/compare")
@administrator
def compare_directory(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Begin a comparison."""
    provider = require_provider(agency.id, ProviderKind.LDAP)
    with flashing(_("The directory is being compared.")):
        comparing.compare(actor, provider)
    return _back(agency)


@bp.post("/<code>/sign-in/ldap/agree")
@administrator
def agree_to_directory(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Have the newest plan applied."""
    provider = require_provider(agency.id, ProviderKind.LDAP)
    run = queries.latest_run(provider.id)
    if run is None:
        flash(_("Compare with the directory first."), "bad")
        return _back(agency)
    form = AgreeForm.parse(request.form)
    try:
        following.agree(actor, run, is_meant=form.is_meant)
    except Refusal as problem:
        words = " ".join(map(str, problem.errors.values())) or str(problem.detail)
        flash(words, "bad")
    return _back(agency)


def effect_names() -> dict[str, str]:
    """Return the heading of each effect, in the order of the list."""
    return {
        "problem": _("Left alone"),
        "end": _("Leavers"),
        "create": _("Joiners"),
        "tie": _("Accounts connected"),
        "reopen": _("Accounts reopened"),
        "change": _("Changes"),
    }


def state_names() -> dict[str, tuple[str, str]]:
    """Return the text and the tone of each state of a comparison."""
    return {
        "planning": (_("Being compared"), "plain"),
        "planned": (_("Waits for you"), "attn"),
        "stopped": (_("Stopped to ask"), "bad"),
        "failed": (_("Not possible"), "bad"),
        "applying": (_("Being applied"), "plain"),
        "applied": (_("Applied"), "ok"),
    }


def _after() -> tuple[int, int] | None:
    place, _dot, number = request.args.get("after", "").partition(".")
    try:
        return parse_position(place), parse_position(number)
    except ValueError:
        return None


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".directory_people", code=agency.code), 303)
