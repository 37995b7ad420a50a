"""OpenID Connect as a way to sign in: its form, its test, and the registration of both."""

import time
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from intranet.organisation.accounts.forms import Ticked
from intranet.organisation.identity.arrivals import recognise
from intranet.organisation.identity.departures import Departure
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.oidc import answers, publishing, sign_outs
from intranet.organisation.identity.oidc.answers import CheckedAnswer
from intranet.organisation.identity.oidc.client import ALGORITHMS
from intranet.organisation.identity.oidc.publishing import UnusableError
from intranet.organisation.identity.ways import (
    ProviderReport,
    SignInWay,
    Step,
    StepOutcome,
    register_way,
)
from intranet.platform.core import clock
from intranet.platform.core.https_client import NotOutsideError, check_outside
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.parsing import FieldRefusedError, Form, Line
from intranet.platform.core.web import settings


class OpenIdForm(Form):
    """The settings that an agency enters of its OpenID provider."""

    issuer: Annotated[Line, Field(min_length=1, max_length=400)]
    client_id: Annotated[Line, Field(min_length=1, max_length=255)]
    secret: Annotated[Line, Field(max_length=4000)] = ""
    gives_out_addresses: Ticked = False
    signs_out_there: Ticked = False

    @field_validator("issuer")
    @classmethod
    def _may_be_reached(cls, issuer: str) -> str:
        address = issuer.removesuffix(publishing.PATH)
        try:
            check_outside(address, settings().inside_hosts)
        except NotOutsideError as error:
            raise FieldRefusedError(
                _l(
                    "Enter an address that begins with https:// and is on the public internet. "
                    "The operator of this site can allow hosts of your own network."
                )
            ) from error
        if urlsplit(address).query or urlsplit(address).fragment:
            raise FieldRefusedError(_l("Enter the address without what comes after ? or #."))
        return address


def check(provider: Provider) -> ProviderReport:
    """Test what needs no person: the configuration and the keys."""
    steps: list[Step] = []
    begun = time.perf_counter()
    title = str(_("Read the configuration"))
    try:
        metadata = publishing.fetch_metadata(provider.settings["issuer"])
    except UnusableError as problem:
        return ProviderReport([Step.since(title, problem.words, StepOutcome.FAILED, begun)])
    methods = metadata.get("code_challenge_methods_supported", [])
    if "S256" in methods:
        words = _("The provider answers and is the one that you expect.")
        steps.append(Step.since(title, words, StepOutcome.PASSED, begun))
    else:
        words = _("The provider answers, but does not say that it protects the code (PKCE).")
        steps.append(Step.since(title, words, StepOutcome.LIMITED, begun))
    begun, title = time.perf_counter(), str(_("Check its keys"))
    listed = set(metadata.get("id_token_signing_alg_values_supported", ["RS256"])) & ALGORITHMS
    try:
        keys = publishing.fetch_keys(metadata)
    except UnusableError as problem:
        return ProviderReport([*steps, Step.since(title, problem.words, StepOutcome.FAILED, begun)])
    if not listed:
        words = _("It signs in none of these ways: %(names)s.", names=", ".join(sorted(ALGORITHMS)))
        return ProviderReport([*steps, Step.since(title, words, StepOutcome.FAILED, begun)])
    count = ngettext("%(num)s key", "%(num)s keys", len(keys["keys"]))
    words = f"{count}, {', '.join(sorted(listed))}"
    steps.append(Step.since(title, words, StepOutcome.PASSED, begun))
    publishing.store(provider, metadata, keys)
    return ProviderReport(steps)


def steps_of(
    provider: Provider, departure: Departure, answer: CheckedAnswer, seconds: float
) -> list[Step]:
    """Return the steps of a test that a person went through: there, back, and what came."""
    begun = datetime.fromisoformat(departure.kept["begun_at"])
    away = (clock.now() - begun).total_seconds() - seconds
    there = Step(
        str(_("Sign in there and come back")),
        str(_("Code received. PKCE and nonce fit.")),
        StepOutcome.PASSED,
        max(away, 0.0),
    )
    skew = answer.skew
    if abs(skew) <= 1:
        clocks = _("Its clock agrees with ours.")
    elif skew > 0:
        clocks = _("Its clock is %(num)s s slow.", num=skew)
    else:
        clocks = _("Its clock is %(num)s s fast.", num=-skew)
    token = Step(
        str(_("Check the token")),
        " ".join([str(_("Signature, recipient and time fit.")), str(clocks)]),
        StepOutcome.PASSED,
        seconds,
    )
    return [there, token, recognise(provider, answer.claims), _sign_out_step(provider)]


def _sign_out_step(provider: Provider) -> Step:
    title = str(_("Sign out from there too"))
    metadata = provider.fetched["metadata"]
    if metadata.get("backchannel_logout_supported") is True:
        return Step(title, str(_("It announces sign-outs.")), StepOutcome.PASSED, 0.0)
    words = _(
        "It does not announce sign-outs. If you sign out there, the session here lasts until it "
        "ends by itself."
    )
    return Step(title, str(words), StepOutcome.LIMITED, 0.0)


register_way(
    SignInWay(
        kind=ProviderKind.OIDC,
        title=_l("OpenID Connect"),
        summary=_l("For Keycloak, Microsoft Entra, Google and most gateways"),
        icon="log-in",
        form=OpenIdForm,
        template="organisation/identity/_oidc.html",
        check=check,
        leave=answers.ask,
        farewell=sign_outs.farewell,
        refresh=publishing.refresh,
    )
)
