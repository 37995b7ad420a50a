"""Fetch a provider's metadata from the address that it publishes them at."""

from http import HTTPStatus

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.saml.metadata import (
    MetadataRefusedError,
    TheirMetadata,
    metadata_of,
    read_metadata,
)
from intranet.platform.core import clock, https_client
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings


def refresh(provider: Provider) -> None:
    """Fetch and store a provider's metadata, unless they were pasted; what fails stays as it was.

    Raises:
        MetadataRefusedError: they cannot be fetched or used, or are of another provider now.
    """
    address = provider.settings.get("metadata_address")
    if not address or provider.settings.get("metadata_text"):
        return
    text = _fetch(address)
    found = read_metadata(text)
    before = _stored(provider)
    if before and provider.fetched.get("from") == address and before.entity_id != found.entity_id:
        # Names are tied to a provider: another one at its address could be anybody.
        raise MetadataRefusedError(_l("The metadata at this address are of another provider now."))
    with unit_of_work() as work:
        work.lock(provider)
        provider.fetched = {"metadata": text, "from": address}
        provider.fetched_at = clock.now()


def _stored(provider: Provider) -> TheirMetadata | None:
    try:
        return metadata_of(provider)
    except MetadataRefusedError:
        return None


def _fetch(address: str) -> str:
    try:
        answer = https_client.fetch("GET", address, {}, inside=settings().inside_hosts)
    except https_client.NotOutsideError as error:
        raise MetadataRefusedError(
            _l(
                "The address leads into a network that this site does not reach. "
                "Paste the metadata instead."
            )
        ) from error
    except https_client.TooLongAnswerError as error:
        raise MetadataRefusedError(
            _l("Metadata may have 256 KB. Send those of one provider.")
        ) from error
    except https_client.NoAnswerError as error:
        raise MetadataRefusedError(
            _l("The address of the metadata did not answer within six seconds.")
        ) from error
    if answer.status != HTTPStatus.OK:
        raise MetadataRefusedError(
            _l("The address of the metadata answers with an error: %(code)s.", code=answer.status)
        )
    return answer.body.decode("utf-8", "replace")
