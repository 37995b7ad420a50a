"""The second factor: six digits from an app (TOTP, RFC 6238), or a recovery code once."""

import base64
import hashlib
import hmac
import io
import secrets

import pyotp
import segno

from intranet.organisation.accounts.models import Account
from intranet.platform.core import clock
from intranet.platform.core.web import settings

STEP_SECONDS = 30
DRIFT_STEPS = 1
RECOVERY_CODE_COUNT = 10
# It leaves out letters and digits that look alike.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
ISSUER = "Intranet"


def new_seed() -> str:
    """Return a new seed to store; it is useless without the site's key."""
    return secrets.token_hex(20)


def secret_of(seed: str) -> str:
    """Return the app's secret in Base32, made of the stored seed and the site's key."""
    key = settings().secret_key.encode()
    digest = hmac.new(key, b"second factor\0" + seed.encode(), hashlib.sha1).digest()
    return base64.b32encode(digest).decode()


def matching_step(seed: str, code: str, last_step: int) -> int | None:
    """Return the time step of this code, if that step was not used yet.

    The steps before and after the current one are accepted, because clocks differ.
    """
    code = "".join(code.split())
    if not (code.isascii() and code.isdecimal()):
        return None
    totp = pyotp.TOTP(secret_of(seed))
    present = int(clock.now().timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), code):
            found = step
    return found if found is not None and found > last_step else None


def address_for_app(account: Account, seed: str) -> str:
    """Return the `otpauth:` address that the QR code contains."""
    name = account.email or f"{account.staff_number}@{account.home_agency.handle}"
    return pyotp.TOTP(secret_of(seed)).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(address: str) -> bytes:
    """Return the address as a QR code, a PNG of black on white."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=5, border=4)
    return out.getvalue()


def new_recovery_codes() -> list[str]:
    """Return ten codes to write down, as `XXXXX-XXXXX`: 49 bits each."""
    return [
        "-".join(random_letters(5) for _part in range(2)) for _code in range(RECOVERY_CODE_COUNT)
    ]


def plain_recovery_code(code: str) -> str:
    """Normalise a recovery code to compare it: upper case, no spaces or dashes."""
    return "".join(char for char in code.upper() if char.isalnum())


def random_letters(count: int) -> str:
    """Return random letters and digits that cannot be mistaken for each other."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(count))
