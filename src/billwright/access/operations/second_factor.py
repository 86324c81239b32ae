"""The second factor: an authenticator app, and recovery codes for the day the phone is lost."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from billwright.access import totp
from billwright.access.models import RecoveryCode, SecondFactor, User
from billwright.access.operations.own import own_user
from billwright.access.passwords import refuse_key
from billwright.access.queries import second_factor_demanded_of
from billwright.kernel import vault
from billwright.kernel.acts import Act, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import assert_in_transaction, lock_rows

RECOVERY_CODE_COUNT = 10
# Without the letters and digits that people mix up.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A second factor that waits for its first code; the secret is shown this once."""

    factor_id: int
    user_id: int
    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Fresh recovery codes, shown this once."""

    user_id: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A confirmed second factor as its owner sees it."""

    id: int
    user_id: int
    name: str
    confirmed_at: datetime | None


def list_factors(*, user_id: int) -> list[FactorRow]:
    factors = SecondFactor.objects.filter(user_id=user_id, removed_at=None).exclude(confirmed_at=None).order_by("id")
    return [FactorRow(factor.pk, factor.user_id, factor.name, factor.confirmed_at) for factor in factors]


def has_factor(user_id: int) -> bool:
    return SecondFactor.objects.filter(user_id=user_id, removed_at=None).exclude(confirmed_at=None).exists()


def must_enroll(user_id: int) -> bool:
    """Whether a role of the person demands a second factor which they do not have yet."""
    return second_factor_demanded_of(user_id) and not has_factor(user_id)


def count_recovery_codes(*, user_id: int) -> int:
    return RecoveryCode.objects.filter(user_id=user_id, used_at=None, replaced_at=None).count()


@verb("second_factor.enroll", subject=lambda _arguments, enrollment: f"user:{enrollment.user_id}")
def enroll_second_factor(*, act: Act, name: str) -> Enrollment:
    """Begin with a new authenticator app; it counts after `confirm_second_factor`.

    An earlier attempt that was never confirmed is dropped. Raises Conflict `second_factor.name_taken`.
    """
    refuse_key(act)
    user = own_user(act)
    SecondFactor.objects.filter(user=user, confirmed_at=None, removed_at=None).update(removed_at=act.at)
    called = name.strip()[:60] or _("Authenticator app")
    if SecondFactor.objects.filter(user=user, name=called, removed_at=None).exists():
        raise Conflict(
            "second_factor.name_taken", _("You already have one named %(name)s.") % {"name": called}, field="name"
        )
    secret = totp.new_secret()
    factor = SecondFactor.objects.create(
        user=user, name=called, sealed_secret=vault.seal_text(secret), created_at=act.at
    )
    return Enrollment(factor.pk, user.pk, secret, totp.enrollment_uri(secret, username=user.username))


@verb("second_factor.confirm", subject=lambda _arguments, codes: f"user:{codes.user_id}")
def confirm_second_factor(*, act: Act, factor_id: int, code: str) -> RecoveryCodes:
    """Make an enrolled app count, by its first code; answers with fresh recovery codes.

    Raises Refusal `second_factor.wrong_code`; NotFound `second_factor.unknown`.
    """
    refuse_key(act)
    factor = _own_factor(act, factor_id)
    secret = vault.open_text(bytes(factor.sealed_secret))
    step = totp.accepted_step(secret, code, at=act.at, after_step=factor.last_step)
    if step is None:
        raise Refusal(
            "second_factor.wrong_code",
            _("This code is not right."),
            field="code",
            cure=_("Type the code that the app shows now; check the clock of the phone."),
        )
    factor.confirmed_at, factor.last_step = act.at, step
    factor.save(update_fields=["confirmed_at", "last_step"])
    return _fresh_codes(factor.user, act.at)


@verb("second_factor.remove", subject=lambda _arguments, factor: f"user:{factor.user_id}")
def remove_second_factor(*, act: Act, factor_id: int, code: str) -> FactorRow:
    """Take an app away; a valid code proves that the owner is at the keyboard.

    Raises Refusal `second_factor.wrong_code`; NotFound `second_factor.unknown`.
    """
    refuse_key(act)
    factor = _own_factor(act, factor_id)
    if not accept_code(user_id=factor.user_id, code=code, at=act.at):
        raise Refusal("second_factor.wrong_code", _("This code is not right."), field="code")
    SecondFactor.objects.filter(pk=factor.pk).update(removed_at=act.at)
    return FactorRow(factor.pk, factor.user_id, factor.name, factor.confirmed_at)


@verb("recovery_code.renew", subject=lambda _arguments, codes: f"user:{codes.user_id}")
def renew_recovery_codes(*, act: Act) -> RecoveryCodes:
    """Replace all recovery codes by fresh ones. Raises Refusal `second_factor.none`."""
    refuse_key(act)
    user = own_user(act)
    if not has_factor(user.pk):
        raise Refusal("second_factor.none", _("Set up an authenticator app first."))
    return _fresh_codes(user, act.at)


def accept_code(*, user_id: int, code: str, at: datetime) -> bool:
    """Whether this is a code of one of the person's apps, or an unused recovery code. Either works once.

    The user's factors are locked, so the same code sent twice at once is accepted once.
    """
    assert_in_transaction()
    ids = SecondFactor.objects.filter(user_id=user_id, removed_at=None).exclude(confirmed_at=None)
    for factor in lock_rows(SecondFactor, list(ids.values_list("pk", flat=True))):
        secret = vault.open_text(bytes(factor.sealed_secret))
        step = totp.accepted_step(secret, code, at=at, after_step=factor.last_step)
        if step is not None:
            factor.last_step = step
            factor.save(update_fields=["last_step"])
            return True
    claimed = RecoveryCode.objects.filter(
        user_id=user_id, code_hash=_code_hash(code), used_at=None, replaced_at=None
    ).update(used_at=at)
    return claimed == 1


def _own_factor(act: Act, factor_id: int) -> SecondFactor:
    user = own_user(act)
    found = [factor for factor in lock_rows(SecondFactor, [factor_id]) if factor.user_id == user.pk]
    if not found or found[0].removed_at is not None:
        raise NotFound("second_factor.unknown", _("There is no such authenticator app."), field="factor")
    return found[0]


def _fresh_codes(user: User, at: datetime) -> RecoveryCodes:
    RecoveryCode.objects.filter(user=user, used_at=None, replaced_at=None).update(replaced_at=at)
    codes = tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _letter in range(5)) for _group in range(2))
        for _number in range(RECOVERY_CODE_COUNT)
    )
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, code_hash=_code_hash(code), created_at=at) for code in codes]
    )
    return RecoveryCodes(user.pk, codes)


def _code_hash(code: str) -> str:
    """Ten random letters of 31 carry 49 bits: a keyed hash keeps a stolen table from being searched."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return vault.keyed_hash(f"recovery|{hashlib.sha256(letters.encode()).hexdigest()}")
