"""Time-based codes of RFC 6238: six digits, thirty seconds, one step of tolerance either way."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP

STEP_SECONDS = 30
DIGITS = 6
STEPS_TOLERATED = 1
SECRET_BYTES = 20
ISSUER = "Billwright"


def new_secret() -> str:
    """A fresh secret in base32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def accepted_step(secret: str, code: str, *, at: datetime, after_step: int) -> int | None:
    """The time step whose code this is, or None. Steps up to `after_step` were used and count no more."""
    typed = code.replace(" ", "")
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    generator = TOTP(base64.b32decode(secret), step=STEP_SECONDS, digits=DIGITS)
    generator.time = at.timestamp()
    if not generator.verify(int(typed), tolerance=STEPS_TOLERATED, min_t=after_step + 1):
        return None
    return int(generator.t())


def code_at(secret: str, *, at: datetime) -> str:
    """The code that an app with this secret shows at an instant."""
    generator = TOTP(base64.b32decode(secret), step=STEP_SECONDS, digits=DIGITS)
    generator.time = at.timestamp()
    return f"{generator.token():0{DIGITS}d}"


def enrollment_uri(secret: str, *, username: str) -> str:
    """What the QR code says to an authenticator app."""
    label = quote(f"{ISSUER}:{username}")
    parameters = urlencode({"secret": secret, "issuer": ISSUER, "digits": DIGITS, "period": STEP_SECONDS})
    return f"otpauth://totp/{label}?{parameters}"
