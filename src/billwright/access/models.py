"""Tables of access. Secrets are kept as hashes, or sealed when they must be read again."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower

from billwright.access.states import (
    APPROVAL,
    USER,
    ApprovalState,
    LoginOutcome,
    Role,
    UserKind,
    UserState,
)
from billwright.kernel.triggers import append_only, not_deleted, state_machine


def _choices(enum: type[Any]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


def _one_of(field: str, enum: type[Any], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [m.value for m in enum]}), name=name)


class UserManager(BaseUserManager["User"]):
    """Finds users by their name whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person of the staff, or the built-in operator.

    Rights come from role grants, never from flags on the user: Django's permission tables play no part. A user is
    deactivated and never deleted, because the audit trail names them.
    """

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=120)
    email = models.EmailField(default="", blank=True)
    language = models.CharField(max_length=12, default="en")
    timezone = models.CharField(max_length=64, default="UTC")
    kind = models.CharField(max_length=16, choices=_choices(UserKind), default=UserKind.PERSON)
    state = models.CharField(max_length=16, choices=_choices(UserState), default=UserState.ACTIVE)
    password_change_due = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True)
    # Log-ins are rows of their own (LoginAttempt, StaffSession).
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        db_table = "access_user"
        constraints = [
            models.CheckConstraint(condition=models.Q(username=Lower("username")), name="user_name_is_lower_case"),
            models.CheckConstraint(condition=~models.Q(username=""), name="user_has_a_name"),
            _one_of("state", UserState, "user_state_is_known"),
            _one_of("kind", UserKind, "user_kind_is_known"),
        ]
        triggers = [state_machine(USER), not_deleted()]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's word for it."""
        return self.state == UserState.ACTIVE

    @property
    def actor(self) -> str:
        """The opaque key under which this user acts."""
        return f"user:{self.pk}"

    def __str__(self) -> str:
        return self.display_name or self.username


class StaffSessionManager(BaseSessionManager["StaffSession"]):
    """Sessions of the staff workspace."""


class StaffSession(AbstractBaseSession):
    """A browser that is logged in: whose, from where and since when, so that its owner can end it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, default="")

    objects: ClassVar[StaffSessionManager] = StaffSessionManager()

    class Meta:
        db_table = "access_staff_session"

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        from billwright.access.sessions import SessionStore

        return SessionStore


class LoginAttempt(models.Model):
    """One attempt to log in. Append-only; the lock-out counts these rows.

    The name is kept as a keyed hash: people type their password into the wrong box.
    """

    append_only = True

    name_hash = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="login_attempts")
    address = models.GenericIPAddressField(null=True)
    outcome = models.CharField(max_length=16, choices=_choices(LoginOutcome))
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "access_login_attempt"
        indexes = [
            models.Index(fields=["name_hash", "-recorded_at"], name="login_attempt_by_name"),
            models.Index(fields=["address", "-recorded_at"], name="login_attempt_by_address"),
        ]
        constraints = [_one_of("outcome", LoginOutcome, "login_outcome_is_known")]
        triggers = [append_only()]


class SecondFactor(models.Model):
    """A time-based code generator (TOTP, RFC 6238) of one user. It counts once it was confirmed by a first code."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="second_factors")
    name = models.CharField(max_length=60)
    sealed_secret = models.BinaryField()
    # The last time step that was accepted: a code works once.
    last_step = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_second_factor"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(removed_at=None), name="second_factor_name_once_per_user"
            )
        ]


class RecoveryCode(models.Model):
    """A code that lets its owner in once when the second factor is lost. Kept as a hash."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_recovery_code"
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once_per_user")]


class ApiToken(models.Model):
    """A key with which a program acts as a user, within scopes. Shown once; kept as a hash."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    token_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_api_token"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at=None) | models.Q(expires_at__gt=models.F("created_at")),
                name="api_token_expires_after_it_began",
            )
        ]
        triggers = [
            not_deleted(),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("user", "token_hash", "scopes", "prefix"),
                func="raise exception 'an API token is never changed, only revoked' using errcode = 'BW002';",
            ),
        ]


class RoleGrant(models.Model):
    """A role that a user holds, for one legal entity or (none named) for all of them.

    A grant ends by `ended_at`; who had which right when can always be told.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=32, choices=_choices(Role))
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_role_grant"
        constraints = [
            _one_of("role", Role, "role_is_known"),
            models.UniqueConstraint(
                fields=["user", "role", "legal_entity"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="role_granted_once",
            ),
        ]
        triggers = [
            not_deleted(),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("user", "role", "legal_entity", "granted_at"),
                func="raise exception 'a role grant is ended, not changed' using errcode = 'BW002';",
            ),
        ]


class RoleOption(models.Model):
    """What an administrator set for everybody who holds a role."""

    role = models.CharField(max_length=32, choices=_choices(Role), unique=True)
    second_factor_required = models.BooleanField(default=False)

    class Meta:
        db_table = "access_role_option"
        constraints = [_one_of("role", Role, "role_option_of_a_known_role")]


class AuthorityLimit(models.Model):
    """Up to which amount a role may do a verb in a currency, from a day on until (excluded) another.

    `verb_pattern` is a verb or the beginning of verbs (`open_item.*`); the longest pattern that matches rules, and of
    its rows the one that began last. A limit is ended and replaced, never changed.
    """

    role = models.CharField(max_length=32, choices=_choices(Role))
    verb_pattern = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    limit_minor = models.BigIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "access_authority_limit"
        constraints = [
            _one_of("role", Role, "limit_of_a_known_role"),
            models.CheckConstraint(condition=models.Q(limit_minor__gte=0), name="limit_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("valid_from")),
                name="limit_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["role", "verb_pattern", "currency", "valid_from"], name="limit_begins_once_a_day"
            ),
        ]
        triggers = [
            not_deleted(),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("role", "verb_pattern", "currency", "limit_minor", "valid_from"),
                func="raise exception 'an authority limit is ended, not changed' using errcode = 'BW002';",
            ),
        ]


class Approval(models.Model):
    """A request that another person agree to an act, with the case attached.

    The verb and its arguments are frozen with the request and run again, unchanged, under the person who agrees.
    `digest` covers both, so that what is carried out is what was looked at. The arguments are sealed under the key of
    the customer they are about (rule 25), or of `approvals` where they are about no one customer.
    """

    verb = models.CharField(max_length=80)
    sealed = models.BinaryField()
    sealed_for = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=120, default="")
    case_text = models.TextField(default="")
    attachment_keys = models.JSONField(default=list)
    reason = models.TextField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="approvals_requested")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=_choices(ApprovalState), default=ApprovalState.PENDING)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="approvals_decided")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(default="")
    executed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")

    class Meta:
        db_table = "access_approval"
        indexes = [
            models.Index(fields=["expires_at"], name="approval_waiting", condition=models.Q(state="PENDING")),
            models.Index(fields=["subject", "-id"], name="approval_by_subject"),
        ]
        constraints = [
            _one_of("state", ApprovalState, "approval_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("requested_by")),
                name="nobody_decides_on_their_own_request",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=False, decided_at__isnull=False)
                | ~models.Q(state__in=["APPROVED", "EXECUTED", "REFUSED"]),
                name="decision_names_its_person",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor=None) | ~models.Q(currency=""), name="approval_amount_has_a_currency"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("requested_at")), name="approval_expires_after_its_request"
            ),
        ]
        triggers = [
            not_deleted(),
            state_machine(APPROVAL),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "verb",
                    "sealed",
                    "sealed_for",
                    "digest",
                    "amount_minor",
                    "currency",
                    "legal_entity",
                    "requested_by",
                    "requested_at",
                ),
                func="raise exception 'what is to be approved is never changed' using errcode = 'BW002';",
            ),
        ]
