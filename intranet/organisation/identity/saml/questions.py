"""Questions to a provider: who somebody is, signed by this site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.saml import library, service
from intranet.organisation.identity.saml.keys import ProviderKeys
from intranet.organisation.identity.saml.metadata import POST, REDIRECT, TheirMetadata


@dataclass(frozen=True)
class SamlQuestion:
    """A question to a provider: an address to open, or a form to post to it."""

    question_id: str
    address: str
    fields: Mapping[str, str]

    @property
    def is_posted(self) -> bool:
        """Whether the question is in the fields of a form."""
        return bool(self.fields)


def ask_who(
    provider: Provider, theirs: TheirMetadata, keys: ProviderKeys, *, anew: bool = False
) -> SamlQuestion:
    """Return the question who somebody is.

    Nothing is sent in RelayState: the answer names the question, and that is enough.

    Args:
        anew: whether the person has to sign in there again.
    """
    settings = service.to_write(provider, theirs, keys.current)
    request = library.Authn_Request(settings, force_authn=anew)
    if REDIRECT in theirs.sign_in:
        address = signed_address(settings, theirs.sign_in[REDIRECT], request.get_request())
        return SamlQuestion(request.get_id(), address, {})
    pair = keys.current
    signed = library.Utils.add_sign(request.get_xml(), pair.key, pair.certificate)
    return SamlQuestion(
        request.get_id(),
        theirs.sign_in[POST],
        {"SAMLRequest": library.Utils.b64encode(signed)},
    )


def signed_address(
    settings: Any,
    address: str,
    message: str,
    *,
    kind: str = "SAMLRequest",
    relay_state: str | None = None,
) -> str:
    """Return an address of a provider with a message of ours, signed.

    Args:
        relay_state: what the provider sent with the question that the message answers.
    """
    auth = library.Auth({}, old_settings=settings)
    parameters = {kind: message}
    if relay_state is not None:
        parameters["RelayState"] = relay_state
    sign = auth.add_request_signature if kind == "SAMLRequest" else auth.add_response_signature
    sign(parameters)
    parameters["Signature"] = parameters.pop("Signature")  # last, where some look for it
    return str(library.Utils.redirect(address, parameters))
