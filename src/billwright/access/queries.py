"""Reads of access: users, what they may do, who may do a thing, approvals, tokens and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from billwright.access.matrix import MATRIX
from billwright.access.models import AuthorityLimit, RoleGrant, RoleOption, User
from billwright.access.policies import Facts, Grant, Limit, decide
from billwright.access.states import OPERATOR_ACTOR, ROLE_LABELS, USER_PREFIX, Role, UserKind, UserState
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as others see them."""

    id: int
    username: str
    display_name: str
    email: str
    language: str
    timezone: str
    kind: str
    state: str
    password_change_due: bool
    created_at: datetime

    @property
    def actor(self) -> str:
        return f"{USER_PREFIX}{self.id}"

    @property
    def is_active(self) -> bool:
        return self.state == UserState.ACTIVE


def user_row(user: User) -> UserRow:
    return UserRow(
        id=user.pk,
        username=user.username,
        display_name=user.display_name,
        email=user.email,
        language=user.language,
        timezone=user.timezone,
        kind=user.kind,
        state=user.state,
        password_change_due=user.password_change_due,
        created_at=user.created_at,
    )


def user_id_of(actor: str) -> int | None:
    """The user behind an actor key, or None when it is not a user's."""
    prefix, _, number = actor.partition(":")
    return int(number) if f"{prefix}:" == USER_PREFIX and number.isdigit() else None


def get_user(user_id: int) -> UserRow:
    """One user. Raises NotFound `user.unknown`."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("user.unknown", f"There is no user {user_id}.", field="user")
    return user_row(user)


def find_user(username: str) -> UserRow | None:
    user = User.objects.filter(username=username.strip().lower()).first()
    return user_row(user) if user else None


def get_user_named(username: str) -> UserRow:
    """One user by name, as --as takes it. Raises NotFound `user.unknown`."""
    user = find_user(username)
    if user is None:
        raise NotFound(
            "user.unknown",
            f"There is no user named {username!r}.",
            field="user",
            cure="See the names with: billwright access users",
        )
    return user


def list_users(*, with_built_in: bool = False) -> list[UserRow]:
    users = User.objects.order_by("state", "display_name", "id")
    return [user_row(user) for user in (users if with_built_in else users.filter(kind=UserKind.PERSON))]


def list_people(*, after_id: int = 0, limit: int = 100) -> list[UserRow]:
    """People by number, those after `after_id`: for lists that are asked page by page."""
    people = User.objects.filter(kind=UserKind.PERSON, pk__gt=after_id).order_by("pk")
    return [user_row(user) for user in people[:limit]]


def count_people() -> int:
    """How many people there are; none means that the first administrator is still to be made."""
    return User.objects.filter(kind=UserKind.PERSON).count()


def display_names(actors: Iterable[str]) -> dict[str, str]:
    """What people read instead of actor keys; keys of the machine stay as they are."""
    keys = set(actors)
    ids = {user_id for key in keys if (user_id := user_id_of(key)) is not None}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    return {key: names.get(number, key) if (number := user_id_of(key)) is not None else key for key in keys}


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role that a user holds now, for one legal entity or (none) for all."""

    id: int
    user_id: int
    role: str
    legal_entity_id: int | None
    legal_entity_name: str
    granted_at: datetime


def list_grants(*, user_id: int | None = None) -> list[GrantRow]:
    grants = RoleGrant.objects.filter(ended_at=None).select_related("legal_entity").order_by("user_id", "role", "id")
    if user_id is not None:
        grants = grants.filter(user_id=user_id)
    return [
        GrantRow(
            id=grant.pk,
            user_id=grant.user_id,
            role=grant.role,
            legal_entity_id=grant.legal_entity_id,
            legal_entity_name=grant.legal_entity.name if grant.legal_entity else "",
            granted_at=grant.granted_at,
        )
        for grant in grants
    ]


def grants_of(user_id: int, *, active_only: bool = False) -> tuple[Grant, ...]:
    """The roles that a user holds, and where; with `active_only` none of somebody who is barred."""
    held = RoleGrant.objects.filter(user_id=user_id, ended_at=None)
    if active_only:
        held = held.filter(user__state=UserState.ACTIVE)
    return tuple(Grant(Role(role), entity_id) for role, entity_id in held.values_list("role", "legal_entity_id"))


@dataclass(frozen=True, slots=True)
class LimitRow:
    """An authority limit, past, present or to come."""

    id: int
    role: str
    verb_pattern: str
    currency: str
    limit_minor: int
    valid_from: date
    valid_until: date | None


def list_limits(*, on: date | None = None) -> list[LimitRow]:
    """All limits, or those in force on a day."""
    limits = AuthorityLimit.objects.order_by("role", "verb_pattern", "currency", "valid_from")
    if on is not None:
        limits = limits.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
    return [
        LimitRow(
            id=limit.pk,
            role=limit.role,
            verb_pattern=limit.verb_pattern,
            currency=limit.currency,
            limit_minor=limit.limit_minor,
            valid_from=limit.valid_from,
            valid_until=limit.valid_until,
        )
        for limit in limits
    ]


def limits_in(currency: str) -> tuple[Limit, ...]:
    """The limits of a currency, of every role and day."""
    rows = AuthorityLimit.objects.filter(currency=currency).values_list(
        "role", "verb_pattern", "currency", "limit_minor", "valid_from", "valid_until"
    )
    return tuple(
        Limit(Role(role), pattern, limited_currency, limit_minor, valid_from, valid_until)
        for role, pattern, limited_currency, limit_minor, valid_from, valid_until in rows
    )


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a person may do, asked by pages that show or hide; the verbs themselves ask the Authority."""

    is_operator: bool
    grants: tuple[Grant, ...]

    def allows(self, code: str) -> bool:
        """Whether the person holds a right in any legal entity at all."""
        return self.is_operator or any(MATRIX[code].cells[grant.role] != "." for grant in self.grants)

    def allows_in(self, code: str, legal_entity_id: int) -> bool:
        """Whether the person holds a right in this legal entity."""
        return self.is_operator or any(
            MATRIX[code].cells[grant.role] != "." and grant.covers(legal_entity_id) for grant in self.grants
        )

    def entities_for(self, code: str) -> frozenset[int] | None:
        """The legal entities in which a right is held; None means all of them."""
        holding = [grant.legal_entity_id for grant in self.grants if MATRIX[code].cells[grant.role] != "."]
        if self.is_operator or None in holding:
            return None
        return frozenset(entity_id for entity_id in holding if entity_id is not None)


def permissions_of(actor: str) -> Permissions:
    """What an actor may do; a deactivated or unknown one may do nothing."""
    if actor == OPERATOR_ACTOR:
        return Permissions(is_operator=True, grants=())
    user_id = user_id_of(actor)
    return Permissions(is_operator=False, grants=() if user_id is None else grants_of(user_id, active_only=True))


@dataclass(frozen=True, slots=True)
class WhoMay:
    """The answer to "who may approve this": roles, and the people who hold them with enough authority."""

    roles: tuple[str, ...]
    people: tuple[tuple[int, str], ...]

    def as_text(self) -> tuple[str, ...]:
        names = tuple(name for _, name in self.people)
        return names or tuple(str(ROLE_LABELS[Role(role)]) for role in self.roles)


def who_may(
    *,
    verb: str,
    amount: Money | None,
    legal_entity_id: int | None,
    as_of: date,
    except_actors: frozenset[str] = frozenset(),
    consented: bool = True,
) -> WhoMay:
    """Who may do a verb over an amount in a legal entity, `except_actors` left out.

    With `consented` the answer is who may agree to a request for it.
    """
    limits = limits_in(amount.currency) if amount else ()

    def allowed(actor: str, grants: tuple[Grant, ...]) -> bool:
        facts = Facts(
            verb=verb,
            actor=actor,
            is_active=True,
            as_of=as_of,
            grants=grants,
            limits=limits,
            amount=amount,
            legal_entity_id=legal_entity_id,
            consented=consented,
        )
        return decide(facts).allowed

    people = (
        (user_id, name)
        for user_id, name, grants in _people_with_grants()
        if f"{USER_PREFIX}{user_id}" not in except_actors and allowed(f"{USER_PREFIX}{user_id}", grants)
    )
    return WhoMay(
        roles=tuple(role.value for role in Role if allowed("", (Grant(role),))),
        people=tuple(people),
    )


def _people_with_grants() -> list[tuple[int, str, tuple[Grant, ...]]]:
    """Every active person who holds a role, by name."""
    held: dict[int, list[Grant]] = {}
    names: dict[int, str] = {}
    rows = RoleGrant.objects.filter(ended_at=None, user__state=UserState.ACTIVE).select_related("user")
    for row in rows.order_by("user__display_name", "id"):
        held.setdefault(row.user_id, []).append(Grant(Role(row.role), row.legal_entity_id))
        names[row.user_id] = str(row.user)
    return [(user_id, names[user_id], tuple(grants)) for user_id, grants in held.items()]


def second_factor_required_roles() -> frozenset[str]:
    return frozenset(RoleOption.objects.filter(second_factor_required=True).values_list("role", flat=True))


def second_factor_demanded_of(user_id: int) -> bool:
    """Whether a role that the person holds demands a second factor."""
    held = RoleGrant.objects.filter(user_id=user_id, ended_at=None).values("role")
    return RoleOption.objects.filter(second_factor_required=True, role__in=held).exists()
