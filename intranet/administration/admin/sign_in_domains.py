"""Forms for the e-mail domains of an agency: claim, prove, give up."""

from typing import Annotated
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again
from intranet.administration.admin.sign_in import sign_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity.operations import domains as operations
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.refused import flashing


class DomainForm(Form):
    """A domain to claim."""

    domain: Annotated[Line, Field(min_length=1, max_length=253)]


class ProofForm(Form):
    """An act on a domain, with the mailbox to write to or the code that came there."""

    do: str = ""
    mailbox: Annotated[Line, Field(max_length=20)] = ""
    code: Annotated[Line, Field(max_length=100)] = ""


@bp.post("/<code>/sign-in/domains")
@again(sign_in)
@administrator
def claim_domain(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Say that a domain is the agency's own."""
    operations.claim_domain(actor, agency, DomainForm.parse(request.form).domain)
    flash(_("Now prove that the domain is yours."), "ok")
    return redirect(_address(agency), 303)


@bp.post("/<code>/sign-in/domains/<uuid:domain_id>")
@administrator
def change_domain(actor: Person, agency: Agency, domain_id: UUID) -> ResponseReturnValue:
    """Prove a domain by the DNS or a code, have a code sent, or give the domain up."""
    row = operations.require_domain(agency.id, domain_id)
    form = ProofForm.parse(request.form)
    if form.do == "drop":
        with flashing(_("The domain has been removed.")):
            operations.drop_domain(actor, row)
    elif form.do == "send":
        words = _("The code is on its way to %(to)s.", to=f"{form.mailbox}@{row.domain}")
        with flashing(words):
            operations.send_code(actor, row, form.mailbox)
    elif form.do == "code":
        with flashing(_("The domain is proven.")):
            operations.prove_by_code(actor, row, form.code)
    else:
        with flashing(_("The domain is proven.")):
            operations.prove_by_dns(actor, row)
    return redirect(_address(agency), 303)


def _address(agency: Agency) -> str:
    return url_for(".sign_in", code=agency.code, _anchor="domains")
