"""What a password must be. Long rather than contrived; checked here so that every door has the same rule."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from billwright.access.models import User
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal

LENGTH_MIN = 12
# argon2 reads it all; a bound keeps a request from buying minutes of work.
LENGTH_MAX = 256

_VALIDATORS = (
    MinimumLengthValidator(LENGTH_MIN),
    CommonPasswordValidator(),
    NumericPasswordValidator(),
    UserAttributeSimilarityValidator(("username", "display_name", "email")),
)


def require_good_password(password: str, *, user: User, field: str = "password") -> None:
    """Raise Refusal `password.too_weak` with every reason, or `password.too_long`."""
    if len(password) > LENGTH_MAX:
        raise Refusal(
            "password.too_long",
            _("The password is longer than %(max)d characters.") % {"max": LENGTH_MAX},
            field=field,
        )
    reasons: list[str] = []
    for validator in _VALIDATORS:
        try:
            validator.validate(password, user)
        except ValidationError as error:
            reasons += error.messages
    if reasons:
        raise Refusal(
            "password.too_weak",
            " ".join(reasons),
            field=field,
            cure=_("Take a sentence or four words that only you would put together."),
        )


def refuse_key(act: Act) -> None:
    """Verbs that take or give a secret keep no stored answer: a key would write the secret beside it."""
    if act.key is not None:
        raise Refusal(
            "idempotency.not_for_secrets",
            _("This act gives or takes a secret and cannot be repeated by key."),
            field="Idempotency-Key",
            cure=_("Send it without a key."),
        )
