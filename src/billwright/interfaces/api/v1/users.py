"""Users: who there is, barred or let in again. People are made and given passwords on the page or by command alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from billwright.access import queries
from billwright.access.operations import roles
from billwright.access.operations import users as operations
from billwright.access.queries import UserRow
from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    Why,
    page_of,
    position_of,
)
from billwright.kernel.errors import NotFound

router = Router()


class HeldRole(Schema):
    """A role and the legal entity it is held for."""

    role: str
    legal_entity_id: int | None


class UserShape(Schema):
    """A person who may log in, and the roles held, for one legal entity or (null) for all."""

    id: int
    username: str
    display_name: str
    email: str
    language: str
    timezone: str
    state: str
    created_at: datetime
    roles: list[HeldRole]

    @classmethod
    def of(cls, row: UserRow) -> UserShape:
        members = {name: getattr(row, name) for name in cls.model_fields if name != "roles"}
        held = [HeldRole(role=str(one.role), legal_entity_id=one.legal_entity_id) for one in queries.grants_of(row.id)]
        return cls(**members, roles=held)


class UserName(Schema):
    """A user as a list shows it."""

    id: int
    username: str
    display_name: str
    state: str


@router.get("", response={200: Page[UserName], **PROBLEMS}, summary="List the people who may log in")
def list_users(request: HttpRequest, asked: Query[PageQuery]) -> Rows[UserRow]:
    require(request, "user.view")
    rows = queries.list_people(after_id=position_of(asked.cursor) or 0, limit=asked.limit + 1)
    return page_of(rows, asked)


@router.get("/{user_id}", response={200: UserShape, **PROBLEMS}, summary="One user with roles")
def get_user(request: HttpRequest, user_id: Id) -> UserShape:
    require(request, "user.view")
    return UserShape.of(queries.get_user(user_id))


@router.post("/{user_id}/deactivate", response={200: UserShape, **PROBLEMS}, summary="Bar a user")
def deactivate_user(request: HttpRequest, user_id: Id, body: Why) -> UserShape:
    """Sessions end and tokens are revoked; the name stays in the audit trail."""
    return _changed(request, operations.deactivate_user, user_id, body)


@router.post("/{user_id}/reactivate", response={200: UserShape, **PROBLEMS}, summary="Let a user in again")
def reactivate_user(request: HttpRequest, user_id: Id, body: Why) -> UserShape:
    """With the roles still held; revoked tokens stay revoked."""
    return _changed(request, operations.reactivate_user, user_id, body)


class RoleAsked(Closed):
    """A role, for one legal entity or (null) for all."""

    role: Annotated[Text, Field(max_length=40, examples=["COLLECTOR"])]
    legal_entity_id: Id | None = None
    reason: Reason = ""


@router.post("/{user_id}/roles", response={200: UserShape, **PROBLEMS}, summary="Grant a role")
def grant_role(request: HttpRequest, user_id: Id, body: RoleAsked) -> UserShape:
    """Nobody grants a role to himself."""
    queries.get_user(user_id)
    perform(
        request,
        roles.grant_role,
        why=body.reason,
        user_id=user_id,
        role=body.role,
        legal_entity_id=body.legal_entity_id,
    )
    return UserShape.of(queries.get_user(user_id))


@router.post("/{user_id}/roles/end", response={200: UserShape, **PROBLEMS}, summary="Take a role away")
def end_role(request: HttpRequest, user_id: Id, body: RoleAsked) -> UserShape:
    """Refused for one's own roles, and for the last administrator."""
    held = queries.list_grants(user_id=queries.get_user(user_id).id)
    asked = (body.role, body.legal_entity_id)
    grant = next((one for one in held if (str(one.role), one.legal_entity_id) == asked), None)
    if grant is None:
        raise NotFound("role.grant_unknown", _("This role is not held."), field="role")
    perform(request, roles.end_role, why=body.reason, grant_id=grant.id)
    return UserShape.of(queries.get_user(user_id))


def _changed(request: HttpRequest, verb: Callable[..., UserRow], user_id: int, body: Why) -> UserShape:
    return UserShape.of(perform(request, verb, why=body.reason, user_id=user_id))
