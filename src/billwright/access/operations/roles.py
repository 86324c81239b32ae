"""Roles and authority limits: granted and ended, never changed in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.access.matrix import MATRIX
from billwright.access.models import AuthorityLimit, RoleGrant, RoleOption
from billwright.access.operations.users import locked_user, require_an_administrator
from billwright.access.queries import LimitRow
from billwright.access.states import ROLE_LABELS, Role
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import exponent


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A role as it was granted or ended."""

    grant_id: int
    user_id: int
    role: str
    legal_entity_id: int | None


def known_role(role: str) -> Role:
    """Raises NotFound `role.unknown`."""
    try:
        return Role(role)
    except ValueError:
        raise NotFound(
            "role.unknown", _("There is no role %(role)s.") % {"role": role}, field="role", cure=", ".join(Role)
        ) from None


def _refuse_own_role(act: Act, user_id: int) -> None:
    """Segregation of duties: an administrator who could grant himself a role would hold them all."""
    if act.actor == f"user:{user_id}":
        raise Refusal(
            "role.own",
            _("Nobody changes their own roles."),
            field="user",
            cure=_("Ask another administrator."),
        )


@verb("role.grant", subject=lambda arguments, _grant: f"user:{arguments['user_id']}")
def grant_role(*, act: Act, user_id: int, role: str, legal_entity_id: int | None = None) -> RoleGranted:
    """Give a person a role, for one legal entity or for all. Granting twice gives the same answer.

    Raises Refusal `role.own`; NotFound `role.unknown`, `user.unknown`.
    """
    granted = known_role(role)
    _refuse_own_role(act, user_id)
    user = locked_user(user_id)
    grant, created = RoleGrant.objects.get_or_create(
        user=user,
        role=granted,
        legal_entity_id=legal_entity_id,
        ended_at=None,
        defaults={"granted_at": act.at},
    )
    if created:
        note_change(after={"role": granted.value, "legal_entity_id": legal_entity_id})
    return RoleGranted(grant.pk, user_id, granted.value, legal_entity_id)


@verb("role.end", subject=lambda _arguments, grant: f"user:{grant.user_id}")
def end_role(*, act: Act, grant_id: int) -> RoleGranted:
    """Take a role away. Raises Refusal `role.own`, `user.last_administrator`; NotFound `role.grant_unknown`."""
    found = lock_rows(RoleGrant, [grant_id])
    if not found or found[0].ended_at is not None:
        raise NotFound("role.grant_unknown", _("This role is not held any more."), field="grant")
    grant = found[0]
    _refuse_own_role(act, grant.user_id)
    grant.ended_at = act.at
    grant.save(update_fields=["ended_at"])
    if grant.role == Role.ADMINISTRATOR:
        require_an_administrator()
    note_change(before={"role": grant.role, "legal_entity_id": grant.legal_entity_id})
    return RoleGranted(grant.pk, grant.user_id, grant.role, grant.legal_entity_id)


@dataclass(frozen=True, slots=True)
class RoleOptionSet:
    role: str
    second_factor_required: bool


@verb("role.require_second_factor", subject=lambda arguments, _option: f"role:{arguments['role']}")
def require_second_factor(*, act: Act, role: str, required: bool) -> RoleOptionSet:
    """Say whether everybody who holds a role must log in with a second factor."""
    option, _created = RoleOption.objects.get_or_create(role=known_role(role))
    note_change(
        before={"second_factor_required": option.second_factor_required}, after={"second_factor_required": required}
    )
    option.second_factor_required = required
    option.save(update_fields=["second_factor_required"])
    return RoleOptionSet(option.role, required)


def _known_pattern(pattern: str) -> str:
    """A verb of the matrix, or the beginning of some. Raises Refusal `authority_limit.unknown_verb`."""
    hits = [
        code
        for code, right in MATRIX.items()
        if right.is_verb and (code == pattern or (pattern.endswith("*") and code.startswith(pattern[:-1])))
    ]
    if not hits:
        raise Refusal(
            "authority_limit.unknown_verb",
            _("No act is called %(pattern)s.") % {"pattern": pattern},
            field="verb_pattern",
            cure=_("Write a verb of the matrix, or its beginning and *, such as open_item.*"),
        )
    return pattern


@verb("authority_limit.set", subject=lambda arguments, _limit: f"role:{arguments['role']}")
def set_limit(*, act: Act, role: str, verb_pattern: str, currency: str, limit_minor: int, valid_from: date) -> LimitRow:
    """Say up to how many minor units of a currency a role may do a verb from a day on.

    The row in force before ends on that day. Raises Refusal `authority_limit.unknown_verb`,
    `authority_limit.negative`; Conflict `authority_limit.same_day`.
    """
    limited, pattern = known_role(role), _known_pattern(verb_pattern)
    exponent(currency)
    if limit_minor < 0:
        raise Refusal("authority_limit.negative", _("A limit is zero or more."), field="limit_minor")
    rows = AuthorityLimit.objects.filter(role=limited, verb_pattern=pattern, currency=currency)
    if rows.filter(valid_from=valid_from).exists():
        raise Conflict(
            "authority_limit.same_day",
            _("A limit for %(role)s already begins on that day.") % {"role": ROLE_LABELS[limited]},
            field="valid_from",
            cure=_("Choose another day."),
        )
    rows.filter(Q(valid_until=None) | Q(valid_until__gt=valid_from), valid_from__lt=valid_from).update(
        valid_until=valid_from
    )
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    limit = AuthorityLimit.objects.create(
        role=limited,
        verb_pattern=pattern,
        currency=currency,
        limit_minor=limit_minor,
        valid_from=valid_from,
        valid_until=later.valid_from if later else None,
        recorded_at=act.at,
    )
    note_change(
        after={"verb_pattern": pattern, "currency": currency, "limit_minor": limit_minor}, effective_on=valid_from
    )
    return _limit_row(limit)


@verb("authority_limit.end", subject=lambda _arguments, limit: f"role:{limit.role}")
def end_limit(*, act: Act, limit_id: int, valid_until: date) -> LimitRow:
    """End a limit on a day (excluded). Raises Refusal `authority_limit.ends_before_it_began`."""
    found = lock_rows(AuthorityLimit, [limit_id])
    if not found:
        raise NotFound("authority_limit.unknown", _("There is no such limit."), field="limit")
    limit = found[0]
    if valid_until <= limit.valid_from:
        raise Refusal(
            "authority_limit.ends_before_it_began",
            _("The limit begins on %(day)s and cannot end before.") % {"day": limit.valid_from},
            field="valid_until",
        )
    note_change(before={"valid_until": str(limit.valid_until)}, after={"valid_until": str(valid_until)})
    limit.valid_until = valid_until
    limit.save(update_fields=["valid_until"])
    return _limit_row(limit)


def _limit_row(limit: AuthorityLimit) -> LimitRow:
    return LimitRow(
        id=limit.pk,
        role=limit.role,
        verb_pattern=limit.verb_pattern,
        currency=limit.currency,
        limit_minor=limit.limit_minor,
        valid_from=limit.valid_from,
        valid_until=limit.valid_until,
    )
