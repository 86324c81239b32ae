"""Logging in: attempts are counted, and too many of them wait. There is no actor yet, so the rows are the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from billwright.access.models import LoginAttempt, User
from billwright.access.operations.second_factor import accept_code, has_factor
from billwright.access.policies import Attempt, LockoutRule, locked_until
from billwright.access.states import LoginOutcome, UserKind, UserState
from billwright.kernel import vault
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.locking import assert_in_transaction, lock_names

# Refusals of what one does to oneself that would let a stolen session guess.
WRONG: Final = {
    "password.wrong": LoginOutcome.WRONG_PASSWORD,
    "second_factor.wrong_code": LoginOutcome.WRONG_CODE,
}


@dataclass(frozen=True, slots=True)
class LoginResult:
    """How an attempt ended. `user_id` is set when the password was right; then a code may still be needed."""

    outcome: LoginOutcome
    user_id: int | None = None
    needs_code: bool = False
    locked_until: datetime | None = None


def try_password(
    *, username: str, password: str, address: str | None, at: datetime, rule: LockoutRule | None = None
) -> LoginResult:
    """Check a name and password. An unknown name, a wrong password and a barred user look and last the same.

    With a second factor the log-in is not complete and not yet written down as a success: `try_code` completes it.
    """
    assert_in_transaction()
    name = username.strip().lower()
    name_hash = _name_hash(name)
    lock_names(f"access.log_in|{name_hash}")
    until = _locked_until(name_hash, address, at, rule or LockoutRule())
    user = User.objects.filter(username=name, kind=UserKind.PERSON).first()
    if until is not None:
        return LoginResult(_record(LoginOutcome.LOCKED, name_hash, user, address, at), locked_until=until)
    if user is None:
        make_password(password)  # as long as a check would last
    if user is None or not user.check_password(password) or user.state != UserState.ACTIVE:
        return LoginResult(_record(LoginOutcome.WRONG_PASSWORD, name_hash, user, address, at))
    if has_factor(user.pk):
        return LoginResult(LoginOutcome.SUCCEEDED, user.pk, needs_code=True)
    return LoginResult(_record(LoginOutcome.SUCCEEDED, name_hash, user, address, at), user.pk)


def try_code(
    *, user_id: int, code: str, address: str | None, at: datetime, rule: LockoutRule | None = None
) -> LoginResult:
    """Complete a log-in whose password was right, by a code of the app or a recovery code."""
    assert_in_transaction()
    user = User.objects.get(pk=user_id)
    name_hash = _name_hash(user.username)
    lock_names(f"access.log_in|{name_hash}")
    until = _locked_until(name_hash, address, at, rule or LockoutRule())
    if until is not None:
        return LoginResult(_record(LoginOutcome.LOCKED, name_hash, user, address, at), locked_until=until)
    if user.state != UserState.ACTIVE or not accept_code(user_id=user_id, code=code, at=at):
        return LoginResult(_record(LoginOutcome.WRONG_CODE, name_hash, user, address, at))
    return LoginResult(_record(LoginOutcome.SUCCEEDED, name_hash, user, address, at), user.pk)


@contextmanager
def counting_wrong(*, user_id: int, address: str | None, at: datetime, rule: LockoutRule) -> Iterator[None]:
    """Count a wrong password or code within the block as one of a log-in: who holds a session may be somebody else.

    Raises NotAllowed `access.locked` while too many were wrong. The block is its own transaction and undone by then.
    """
    user = User.objects.get(pk=user_id)
    name_hash = _name_hash(user.username)
    if _locked_until(name_hash, address, at, rule) is not None:
        words = _("Too many attempts. Try again later.")
        raise NotAllowed("access.locked", words, rule=words)
    try:
        yield
    except Refusal as refusal:
        outcome = WRONG.get(refusal.code)
        if outcome is not None:
            _record(outcome, name_hash, user, address, at)
        raise


def _locked_until(name_hash: str, address: str | None, at: datetime, rule: LockoutRule) -> datetime | None:
    recent = LoginAttempt.objects.filter(recorded_at__gt=at - rule.span).order_by("-recorded_at", "-id")
    by_name = _attempts(recent.filter(name_hash=name_hash).values_list("outcome", "recorded_at"))
    until = locked_until(by_name, failures_max=rule.name_failures_max, span=rule.span, at=at)
    if until is None and address is not None:
        # A success does not clear an address: whoever guesses the others' passwords may know one of their own.
        others = recent.filter(address=address).exclude(outcome=LoginOutcome.SUCCEEDED)
        by_address = _attempts(others.values_list("outcome", "recorded_at"))
        until = locked_until(by_address, failures_max=rule.address_failures_max, span=rule.span, at=at)
    return until


def _attempts(rows: object) -> list[Attempt]:
    return [Attempt(LoginOutcome(outcome), recorded_at) for outcome, recorded_at in rows]  # type: ignore[attr-defined]


def _record(
    outcome: LoginOutcome, name_hash: str, user: User | None, address: str | None, at: datetime
) -> LoginOutcome:
    LoginAttempt.objects.create(name_hash=name_hash, user=user, address=address, outcome=outcome, recorded_at=at)
    return outcome


def _name_hash(name: str) -> str:
    return vault.keyed_hash(f"login|{name}")
