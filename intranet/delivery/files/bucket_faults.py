"""Refusals of an object store, in sentences for operators that say what settles each."""

from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSLError,
)

from intranet.bucket_address import BucketAddress
from intranet.config import BadSettingError

RIGHTS: Final = (
    "s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects, "
    "s3:ListBucket and s3:ListBucketMultipartUploads on itself"
)
_NO_BUCKET: Final = "NoSuchBucket"
_GONE: Final = {"NoSuchKey", "NotFound", "404", "NoSuchUpload"}
_FULL: Final = {"QuotaExceeded", "XMinioStorageFull", "EntityTooLarge", "507"}
_SERVER_ERROR: Final = 500
_THROTTLED: Final = 429
_KEYS: Final = "INTRANET_STORAGE_ACCESS_KEY and INTRANET_STORAGE_SECRET_KEY (or …_FILE)"
_UNKNOWN_KEY: Final = f"the store refuses the key: see {_KEYS}."
_REGION: Final = (
    "the bucket {name} is in another region: add region= to INTRANET_STORAGE_URL, with the one "
    "that `aws s3api get-bucket-location --bucket {name}` names."
)
_FORBIDDEN: Final = f"the key may not use the bucket {{name}}: allow {RIGHTS}."
_BY_CODE: Final = {
    _NO_BUCKET: (
        "the bucket {name} is not there: make it with `aws s3 mb s3://{name}{endpoint}`, "
        "or name another in INTRANET_STORAGE_URL."
    ),
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "SignatureDoesNotMatch": _UNKNOWN_KEY,
    "InvalidToken": _UNKNOWN_KEY,
    "ExpiredToken": _UNKNOWN_KEY,
    "AccessDenied": _FORBIDDEN,
    "AllAccessDisabled": _FORBIDDEN,
    "403": _FORBIDDEN,
    "RequestTimeTooSkewed": (
        "the clock of this machine differs from that of the store: `timedatectl set-ntp true`."
    ),
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "301": _REGION,
}


class BucketFaultError(BadSettingError):
    """The bucket cannot be used; the text says why, and what settles it."""


def code_of(error: ClientError) -> str:
    """Return the code that the store gave; of an answer without a body its status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_gone(error: ClientError) -> bool:
    """Return whether what was asked for is not there."""
    return code_of(error) in _GONE


def is_full(error: ClientError) -> bool:
    """Return whether there is no room, or the object is too large."""
    return code_of(error) in _FULL


def is_away(error: ClientError | BotoCoreError) -> bool:
    """Return whether the store does not work, rather than refuse this request."""
    if not isinstance(error, ClientError):
        return True
    if is_full(error):
        return False  # what is stored can still be read
    status = _status_of(error)
    return status >= _SERVER_ERROR or status == _THROTTLED or code_of(error) == _NO_BUCKET


def sentence_of(error: Exception, address: BucketAddress) -> str:
    """Return what is wrong, and what settles it. It holds no key."""
    where = address.endpoint or "AWS"
    if isinstance(error, ClientError):
        return _answered(error, where, address)
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return f"no key is set: set {_KEYS}, or give this machine a role that may use the bucket."
    if isinstance(error, NoRegionError):
        return _REGION.format(name=address.name)
    if isinstance(error, SSLError):
        return (
            f"the certificate of {where} is not valid here: of an authority of your own, "
            "set AWS_CA_BUNDLE to its file."
        )
    return (
        f"{where} does not answer ({type(error).__name__}): see endpoint= in "
        f"INTRANET_STORAGE_URL, and try `curl -I {address.endpoint or 'https://s3.amazonaws.com'}`."
    )


def _answered(error: ClientError, where: str, address: BucketAddress) -> str:
    code = code_of(error)
    if code in _BY_CODE:
        endpoint = f" --endpoint-url {address.endpoint}" if address.endpoint else ""
        return _BY_CODE[code].format(name=address.name, endpoint=endpoint)
    if is_full(error):
        return f"{where} has no room left ({code}): make some, or raise the quota."
    return f"{where} answers {_status_of(error)} ({code}): ask those who run it."


def _status_of(error: ClientError) -> int:
    answer: dict[str, Any] = error.response.get("ResponseMetadata", {})
    return int(answer.get("HTTPStatusCode", _SERVER_ERROR))
