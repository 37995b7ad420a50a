"""Page for the house rules, in the agency's languages."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled, languages_of
from intranet.attention.moderation.models import HouseRules
from intranet.attention.moderation.operations.ruling import write_rules
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import parse_position


@bp.get("/<code>/rules")
@administrator
def rules(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form of the rules."""
    found = db.session.get(HouseRules, agency.id)
    texts = found.body if found else {}
    stored = {
        **{f"body_{tag}": texts.get(tag, "") for tag in _languages(agency)},
        "version": str(found.version if found else 0),
    }
    return render_template(
        "administration/admin/rules.html", filled=filled(stored), tags=_languages(agency)
    )


@bp.post("/<code>/rules")
@again(rules)
@administrator
def change_rules(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Save the rules; empty texts remove them."""
    texts = {tag: request.form.get(f"body_{tag}", "") for tag in _languages(agency)}
    version = request.form.get("version", 0, type=parse_position)
    write_rules(actor, agency, texts, version=version)
    flash(_("Saved."), "ok")
    return redirect(url_for(".rules", code=agency.code), 303)


def _languages(agency: Agency) -> list[str]:
    found = db.session.get(HouseRules, agency.id)
    return languages_of(found.body if found else None, agency.languages)
