"""The cast: Ana administers, Boris applies cash, Clara leads the team, Felix owns the books."""

from __future__ import annotations

from datetime import UTC, date, datetime

from billwright.access.models import AuthorityLimit, RoleGrant, User
from billwright.access.states import OPERATOR_ACTOR, Role
from billwright.kernel.acts import Act
from billwright.org.models import LegalEntity

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
PASSWORD = "plums ripen slowly here"


def make_user(username: str, *roles: Role, legal_entity: LegalEntity | None = None, password: str = "") -> User:
    user = User(username=username, display_name=username.title(), created_at=AT)
    if password:
        user.set_password(password)
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, legal_entity=legal_entity, granted_at=AT)
    return user


def make_limit(
    role: Role, verb_pattern: str, amount_minor: int, *, currency: str = "ZAR", since: date = date(2026, 1, 1)
) -> AuthorityLimit:
    return AuthorityLimit.objects.create(
        role=role,
        verb_pattern=verb_pattern,
        currency=currency,
        limit_minor=amount_minor,
        valid_from=since,
        recorded_at=AT,
    )


def make_entity(code: str) -> LegalEntity:
    return LegalEntity.objects.create(
        code=code, name=f"{code} (Pty) Ltd", country="ZA", base_currency_id="ZAR", timezone="UTC", created_at=AT
    )


def act_of(user: User, *, at: datetime = AT, reason: str = "") -> Act:
    return Act(actor=user.actor, at=at, reason=reason)


def operator_act(*, at: datetime = AT) -> Act:
    return Act(actor=OPERATOR_ACTOR, at=at)
