"""SAML as a way to sign in: its form, its test, leaving, signing out there too."""

import time
from typing import Annotated

from flask.typing import ResponseReturnValue
from pydantic import Field, field_validator

from intranet.organisation.accounts.forms import Ticked
from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.identity import departures
from intranet.organisation.identity.arrivals import recognise
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.operations.tying import NotLetIn
from intranet.organisation.identity.saml import publishing, questions, sign_outs
from intranet.organisation.identity.saml.arrivals import SamlArrival
from intranet.organisation.identity.saml.keys import RENEW_WITHIN, keys_or_new
from intranet.organisation.identity.saml.metadata import (
    METADATA_CHARACTERS,
    MetadataRefusedError,
    TheirMetadata,
    metadata_of,
    read_metadata,
)
from intranet.organisation.identity.saml.refusals import WORDS, RefusalReason
from intranet.organisation.identity.saml.sessions import name_in
from intranet.organisation.identity.ways import (
    ProviderReport,
    Purpose,
    SignInWay,
    Step,
    StepOutcome,
    register_way,
)
from intranet.platform.core import clock
from intranet.platform.core.dates import day as written_day
from intranet.platform.core.https_client import NotOutsideError, check_outside
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.parsing import FieldRefusedError, Form, Line, Text
from intranet.platform.core.web import settings

AttributeName = Annotated[Line, Field(max_length=200)]
SIGN_OUT = "saml.sign_out"
PASSED, LIMITED, FAILED = StepOutcome.PASSED, StepOutcome.LIMITED, StepOutcome.FAILED


class SamlForm(Form):
    """The settings of a SAML provider. They may be empty at first, when the provider needs ours."""

    metadata_address: Annotated[Line, Field(max_length=400)] = ""
    metadata_text: Annotated[Text, Field(max_length=METADATA_CHARACTERS)] = ""
    subject_attribute: AttributeName = ""
    email_attribute: AttributeName = ""
    name_attribute: AttributeName = ""
    verifies_email: Ticked = False

    @field_validator("metadata_address")
    @classmethod
    def _may_be_reached(cls, address: str) -> str:
        try:
            if address:
                check_outside(address, settings().inside_hosts)
        except NotOutsideError as error:
            raise FieldRefusedError(
                _l(
                    "Enter an address that begins with https:// and is on the public internet, "
                    "or paste the metadata. The operator of this site can allow hosts of your "
                    "own network."
                )
            ) from error
        return address

    @field_validator("metadata_text")
    @classmethod
    def _can_be_used(cls, text: str) -> str:
        try:
            if text:
                read_metadata(text)
        except MetadataRefusedError as error:
            raise FieldRefusedError(error.words) from error
        return text


def check(provider: Provider) -> ProviderReport:
    """Test what needs no person: the metadata, and the certificates on both sides."""
    begun = time.perf_counter()
    title = str(_("Read the metadata"))
    try:
        publishing.refresh(provider)
        theirs = metadata_of(provider)
    except MetadataRefusedError as problem:
        return ProviderReport([Step.since(title, problem.words, FAILED, begun)])
    if theirs is None:
        words = _("Enter the address of the provider's metadata, or paste them.")
        return ProviderReport([Step.since(title, words, FAILED, begun)])
    read = Step.since(title, _("The provider is %(name)s.", name=theirs.entity_id), PASSED, begun)
    return ProviderReport([read, _their_certificates(theirs), _our_certificate(provider)])


def leave(provider: Provider, purpose: Purpose, target: str) -> ResponseReturnValue:
    """Send a browser to the provider with the question who somebody is."""
    theirs = _usable(provider)
    asked = questions.ask_who(
        provider, theirs, keys_or_new(provider), anew=purpose == Purpose.CONFIRM
    )
    return departures.leave(
        provider,
        purpose,
        target,
        asked.address,
        asked.question_id,
        fields=asked.fields,
        asked_at=clock.now().isoformat(),
    )


def farewell(provider: Provider, session: str) -> ResponseReturnValue | None:
    """Send a browser on to sign out at the provider too; None if it cannot be asked to."""
    try:
        theirs = metadata_of(provider)
    except MetadataRefusedError:
        return None
    name = name_in(session, issuer=theirs.entity_id) if theirs else None
    if theirs is None or name is None:
        return None
    asked = sign_outs.ask_to_sign_out(provider, theirs, keys_or_new(provider), name)
    if asked is None:
        return None
    one_uses.begin(SIGN_OUT, {"provider": str(provider.id)}, asked.question_id)
    return departures.onward(asked.address, provider.name)


def steps_of(provider: Provider, arrival: SamlArrival) -> list[Step]:
    """Return the steps of a test that a person went through: there, back, and what came."""
    there = Step(
        str(_("Sign in there and come back")), str(_("An answer came.")), PASSED, arrival.away
    )
    return [there, _answer_step(arrival), *_steps_after(provider, arrival)]


def _answer_step(arrival: SamlArrival) -> Step:
    title = str(_("Check the answer"))
    if arrival.refused and arrival.claims is None and not arrival.received:
        return Step(title, str(WORDS[arrival.refused]), FAILED, arrival.seconds)
    words = [
        _("Signature, recipient and time fit."),
        _("It was encrypted.") if arrival.is_encrypted else _("It was not encrypted."),
        _clock_words(round(arrival.fast)),
    ]
    return Step(title, " ".join(map(str, words)), PASSED, arrival.seconds)


def _clock_words(fast: int) -> str:
    if abs(fast) <= 1:
        return str(_("Its clock agrees with ours."))
    if fast > 0:
        return str(_("Its clock is %(num)s s fast.", num=fast))
    return str(_("Its clock is %(num)s s slow.", num=-fast))


def _steps_after(provider: Provider, arrival: SamlArrival) -> list[Step]:
    if not arrival.received:
        return []
    if arrival.claims is None:
        words = WORDS[arrival.refused or RefusalReason.NAME]
        return [Step(str(_("Recognise you")), str(words), FAILED, 0.0)]
    theirs = metadata_of(provider)
    title = str(_("Sign out from there too"))
    if theirs and theirs.sign_out:
        last = Step(title, str(_("It takes and sends sign-outs.")), PASSED, 0.0)
    else:
        words = _("It has no address for sign-outs by redirect. Signing out here leaves it open.")
        last = Step(title, str(words), LIMITED, 0.0)
    return [recognise(provider, arrival.claims), last]


def _their_certificates(theirs: TheirMetadata) -> Step:
    begun = time.perf_counter()
    ends = theirs.expiries
    count = ngettext("%(num)s certificate", "%(num)s certificates", len(ends))
    title = str(_("Check its certificates"))
    last = _("the last until %(day)s", day=written_day(max(ends)))
    if max(ends) <= clock.now() + RENEW_WITHIN:
        words = _("%(count)s, %(last)s. Ask for the next one.", count=count, last=last)
        return Step.since(title, words, LIMITED, begun)
    return Step.since(title, f"{count}, {last}.", PASSED, begun)


def _our_certificate(provider: Provider) -> Step:
    begun = time.perf_counter()
    ends = keys_or_new(provider).current.expires_at
    outcome = LIMITED if ends <= clock.now() + RENEW_WITHIN else PASSED
    return Step.since(
        str(_("Our certificate")), _("Until %(day)s.", day=written_day(ends)), outcome, begun
    )


def _usable(provider: Provider) -> TheirMetadata:
    try:
        theirs = metadata_of(provider)
    except MetadataRefusedError as problem:
        raise NotLetIn(problem.words) from problem
    if theirs is None:
        raise NotLetIn(_l("This way to sign in is not in use."))
    return theirs


register_way(
    SignInWay(
        kind=ProviderKind.SAML,
        title=_l("SAML 2.0"),
        summary=_l("For ADFS, Shibboleth, the State's AutenticA and most providers of a house"),
        icon="shield",
        form=SamlForm,
        template="organisation/identity/_saml.html",
        check=check,
        leave=leave,
        farewell=farewell,
        refresh=publishing.refresh,
    )
)
