"""The certificate by which an agency's SAML provider knows this site, renewed in two steps."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ProviderKind
from intranet.organisation.identity.saml import keys
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import flashing


@bp.post("/<code>/sign-in/saml/certificate")
@administrator
def change_saml_certificate(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Announce a new certificate, or sign with the announced one from now on."""
    provider = queries.provider_of(agency.id, ProviderKind.SAML)
    if provider is None:
        flash(_("Save the settings of this way to sign in first."), "bad")
    elif request.form.get("do") == "take_up":
        with flashing(_("The new certificate is in use.")):
            keys.take_up_next(actor, provider)
    else:
        with flashing(_("A new certificate is in our metadata, beside the one in use.")):
            keys.announce_next(actor, provider)
    return redirect(url_for(".sign_in_way", code=agency.code, kind=ProviderKind.SAML.value), 303)
