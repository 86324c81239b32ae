"""Users, their roles, the matrix and the limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from billwright.access import queries
from billwright.access.matrix import COLUMNS, MATRIX, Right
from billwright.access.operations import roles, second_factor, tokens, users
from billwright.access.queries import UserRow
from billwright.access.states import ROLE_LABELS, Role
from billwright.interfaces.web.access.forms import LimitForm, NewUserForm, ProfileForm, ResetPasswordForm, RoleForm
from billwright.interfaces.web.access.words import USER_STATES
from billwright.interfaces.web.acting import at_of, may, perform, require
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.money import Money
from billwright.org.queries import list_legal_entities
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table


def user_list(request: HttpRequest) -> HttpResponse:
    """Who there is, and what they are."""
    require(request, "user.view")
    held: dict[int, list[str]] = {}
    for grant in queries.list_grants():
        held.setdefault(grant.user_id, []).append(str(ROLE_LABELS[Role(grant.role)]))
    columns = [
        Column(
            "name",
            _("Name"),
            value=lambda user: user.display_name,
            url=lambda user: reverse("web:user", args=[user.id]),
        ),
        Column("username", _("User name"), value=lambda user: user.username),
        Column("roles", _("Roles"), value=lambda user: ", ".join(dict.fromkeys(held.get(user.id, ()))), wrap=True),
        Column("state", _("State"), value=lambda user: USER_STATES[user.state]),
        Column("email", _("E-mail"), value=lambda user: user.email, optional=True),
        Column("created", _("Since"), kind="date", value=lambda user: user.created_at, optional=True),
    ]
    found = queries.list_users()
    table = Table(request, columns=columns, rows=found, count=len(found))
    if tables.wants_export(request):
        return tables.export(table, title=_("Users"))
    return render(request, "web/access/users.html", {"table": table, "may_create": may(request, "user.create")})


def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: roles, security, what can be done about them."""
    require(request, "user.view")
    row = queries.get_user(user_id)
    context = {
        "person": row,
        "state": USER_STATES[row.state],
        "grants": [(grant, ROLE_LABELS[Role(grant.role)]) for grant in queries.list_grants(user_id=user_id)],
        "factors": second_factor.list_factors(user_id=user_id),
        "tokens": [token for token in tokens.list_tokens(user_id=user_id) if token.revoked_at is None],
        "is_self": request.user.pk == user_id,
        "may_change": may(request, "user.change") and row.kind == "PERSON",
        "may_grant": may(request, "role.grant") and request.user.pk != user_id and row.kind == "PERSON",
    }
    return render(request, "web/access/user.html", context)


def _act_by_form(
    request: HttpRequest,
    form: forms.Form,
    verb: Callable[..., Any],
    *,
    title: str,
    icon: str,
    told: str,
    url: Callable[[Any], str],
    submit: str = "",
    lead: str = "",
    **arguments: Any,
) -> HttpResponse:
    """A drawer whose form is one verb: refused on the form, or done with a toast."""
    if request.method == "POST" and form.is_valid():
        try:
            result = perform(request, verb, **form.cleaned_data, **arguments)
        except NotAllowed:
            raise
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, told)
            return responses.done(request, url(result))
    context = {"form": form, "title": title, "icon": icon, "submit": submit, "lead": lead}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


def _page_of(user: UserRow) -> str:
    return reverse("web:user", args=[user.id])


@never_cache
@sensitive_post_parameters()
def user_new(request: HttpRequest) -> HttpResponse:
    """Make a person; roles come after."""
    require(request, "user.view")
    form = NewUserForm(request.POST or None, initial={"language": "en", "timezone": "UTC"})
    return _act_by_form(
        request,
        form,
        users.create_user,
        title=_("New user"),
        icon="user-plus",
        told=_("The user is made. Give them a role next."),
        url=_page_of,
        submit=_("Create"),
    )


def user_change(request: HttpRequest, user_id: int) -> HttpResponse:
    """Correct a person's profile."""
    require(request, "user.view")
    row = queries.get_user(user_id)
    initial = {name: getattr(row, name) for name in ("display_name", "email", "language", "timezone")}
    form = ProfileForm(request.POST or None, initial=initial)
    return _act_by_form(
        request,
        form,
        users.change_user,
        title=row.display_name,
        icon="user-pen",
        told=_("Changed."),
        url=_page_of,
        user_id=user_id,
    )


@never_cache
@sensitive_post_parameters()
def user_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a person a new first password."""
    require(request, "user.view")
    return _act_by_form(
        request,
        ResetPasswordForm(request.POST or None),
        users.reset_password,
        title=_("Reset password of %(name)s") % {"name": queries.get_user(user_id).display_name},
        icon="key-round",
        told=_("The password is reset."),
        url=_page_of,
        submit=_("Reset"),
        user_id=user_id,
    )


@require_POST
def user_act(request: HttpRequest, user_id: int, act: str) -> HttpResponse:
    """Deactivate, reactivate, or take a lost second factor away."""
    verb, told = {
        "deactivate": (users.deactivate_user, _("Deactivated. Sessions have ended and tokens are revoked.")),
        "reactivate": (users.reactivate_user, _("Active again.")),
        "reset-second-factor": (users.reset_second_factor, _("The second factor is taken away.")),
    }[act]
    row = perform(request, verb, user_id=user_id)
    toasts.toast(request, told)
    return responses.done(request, _page_of(row))


def role_new(request: HttpRequest, user_id: int) -> HttpResponse:
    """Grant a role."""
    require(request, "user.view")
    entities = [(entity.id, entity.name) for entity in list_legal_entities()]
    return _act_by_form(
        request,
        RoleForm(request.POST or None, entities=entities),
        roles.grant_role,
        title=_("Grant a role"),
        icon="badge-check",
        told=_("The role is granted."),
        url=lambda _granted: reverse("web:user", args=[user_id]),
        submit=_("Grant"),
        user_id=user_id,
    )


@require_POST
def role_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    ended = perform(request, roles.end_role, grant_id=grant_id)
    toasts.toast(request, _("The role has ended."))
    return responses.done(request, reverse("web:user", args=[ended.user_id]))


def role_matrix(request: HttpRequest) -> HttpResponse:
    """The permission matrix and the limits in force, as one readable page."""
    require(request, "user.view")
    if tables.wants_export(request):
        return _matrix_export(request)
    required = queries.second_factor_required_roles()
    sections: dict[str, list[Any]] = {}
    for right in MATRIX.values():
        cells = [(right.cells[role], ROLE_LABELS[role]) for role in COLUMNS.values()]
        sections.setdefault(right.section, []).append((right, cells))
    on = at_of(request).date()
    limits = [
        (limit, ROLE_LABELS[Role(limit.role)], Money(limit.limit_minor, limit.currency))
        for limit in queries.list_limits()
        if limit.valid_until is None or limit.valid_until > on
    ]
    context = {
        "columns": [(role, ROLE_LABELS[role], role.value in required) for role in COLUMNS.values()],
        "sections": sections,
        "limits": limits,
        "may_limit": may(request, "authority_limit.set"),
        "may_require": may(request, "role.require_second_factor"),
    }
    return render(request, "web/access/roles.html", context)


def _matrix_export(request: HttpRequest) -> HttpResponse:
    def cell_of(role: Role) -> Callable[[Right], str]:
        return lambda right: right.cells[role]

    columns = [Column("code", _("Right"), value=lambda right: right.code)]
    columns += [Column(role.value, ROLE_LABELS[role], value=cell_of(role)) for role in COLUMNS.values()]
    return tables.export(Table(request, columns=columns, rows=list(MATRIX.values())), title=_("Permission matrix"))


@require_POST
def role_second_factor(request: HttpRequest, role: str) -> HttpResponse:
    """Demand a second factor of everybody who holds a role, or no longer."""
    required = request.POST.get("required") == "yes"
    perform(request, roles.require_second_factor, role=role, required=required)
    told = _("From now on this role needs a second factor.") if required else _("The second factor is optional now.")
    toasts.toast(request, told)
    return responses.done(request, reverse("web:roles"))


def limit_new(request: HttpRequest) -> HttpResponse:
    """Set an authority limit from a day on."""
    require(request, "user.view")
    form = LimitForm(request.POST or None, initial={"valid_from": at_of(request).date()})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            given["currency"] = given["currency"].upper()
            given["limit_minor"] = Money.of(given.pop("amount"), given["currency"]).amount_minor
            perform(request, roles.set_limit, **given)
        except NotAllowed:
            raise
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The limit is set."))
            return responses.done(request, reverse("web:roles"))
    context = {"form": form, "title": _("New authority limit"), "icon": "gauge", "submit": _("Set")}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


@require_POST
def limit_end(request: HttpRequest, limit_id: int) -> HttpResponse:
    """End a limit today."""
    perform(request, roles.end_limit, limit_id=limit_id, valid_until=at_of(request).date())
    toasts.toast(request, _("The limit has ended."))
    return responses.done(request, reverse("web:roles"))
