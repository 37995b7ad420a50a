"""The check of `intranet doctor` that all requests of a polling session reach one process."""

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from intranet.cli.doctor_findings import Patient, WrongError

ROUND_COUNT = 4
ANSWERS_WITHIN_SECONDS = 10


def polling(patient: Patient) -> str:
    """Check that all requests of a session reach its process, each on a new connection."""
    address = f"{patient.settings.base_url}/socket.io/?EIO=4&transport=polling"
    try:
        opened = json.loads(_asked(address)[1:])
    except HTTPError as error:
        message = (
            f"{address} answers {error.code}: have the proxy pass /socket.io/ on, or mend "
            "INTRANET_BASE_URL."
        )
        raise WrongError(message) from error
    except (OSError, ValueError):
        return f"nobody serves at {patient.settings.base_url} now: ask again once somebody does"
    own = f"{address}&sid={opened['sid']}"
    try:
        for _round in range(ROUND_COUNT):
            _asked(own, b"40")  # without a session cookie the connection is refused in the poll
            _asked(own)
    except OSError as error:  # refused, or hung up on
        message = (
            "the requests of one client come to several machines, so who cannot use WebSockets "
            "hears nothing: give each its INTRANET_MACHINE, and have the proxy read it in sid."
        )
        raise WrongError(message) from error
    return "the requests of one client reach the process that holds its session"


def _asked(address: str, body: bytes | None = None) -> bytes:
    opener = build_opener(ProxyHandler({}))
    request = Request(address, data=body, headers={"Connection": "close"})  # noqa: S310 - the site itself
    with opener.open(request, timeout=ANSWERS_WITHIN_SECONDS) as answer:
        said: bytes = answer.read()
    return said
