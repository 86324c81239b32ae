"""One's own profile and security: name, password, second factor, sessions, tokens."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from billwright.access.backend import keep_session
from billwright.access.operations import own, second_factor, tokens
from billwright.access.operations.log_in import counting_wrong
from billwright.access.queries import get_user, list_grants
from billwright.access.states import ROLE_LABELS, Role
from billwright.interfaces.web.access.forms import CodeForm, FactorForm, PasswordForm, ProfileForm, TokenForm
from billwright.interfaces.web.access.log_in import address_of, lockout_rule
from billwright.interfaces.web.acting import at_of, may, perform
from billwright.kernel.errors import Refusal
from billwright.render.qr import qr_on_page
from billwright.ui import responses, toasts


def user_id_of(request: HttpRequest) -> int:
    """The person who is logged in; the workspace lets nobody else in."""
    assert request.user.is_authenticated
    return int(request.user.pk)


def _who(request: HttpRequest) -> dict[str, Any]:
    """Whose wrong passwords and codes are counted, and by which rule."""
    user_id, at = user_id_of(request), at_of(request)
    return {"user_id": user_id, "address": address_of(request), "at": at, "rule": lockout_rule()}


def profile(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page."""
    user_id = user_id_of(request)
    context = {
        "user": get_user(user_id),
        "roles": [(ROLE_LABELS[Role(grant.role)], grant.legal_entity_name) for grant in list_grants(user_id=user_id)],
        "factors": second_factor.list_factors(user_id=user_id),
        "recovery_code_count": second_factor.count_recovery_codes(user_id=user_id),
        "sessions": own.list_sessions(user_id=user_id, current_key=request.session.session_key, at=at_of(request)),
        "tokens": [token for token in tokens.list_tokens(user_id=user_id) if token.revoked_at is None],
        "may_issue": may(request, "api_token.issue"),
        "must_enroll": second_factor.must_enroll(user_id),
    }
    return render(request, "web/access/profile.html", context)


def profile_change(request: HttpRequest) -> HttpResponse:
    """Name, e-mail, language, time zone."""
    user = get_user(user_id_of(request))
    initial = {name: getattr(user, name) for name in ("display_name", "email", "language", "timezone")}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            perform(request, own.change_profile, **form.cleaned_data)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("Your profile is changed."))
            return responses.done(request, reverse("web:profile"))
    context = {"form": form, "title": _("My profile"), "icon": "circle-user-round"}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
def profile_password(request: HttpRequest) -> HttpResponse:
    """One's own password; the present session stays, every other ends."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("old_password", "new_password")}
        try:
            with counting_wrong(**_who(request)):
                perform(request, own.change_password, **given)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            keep_session(request, user_id=user_id_of(request))
            toasts.toast(request, _("Your password is changed. Other sessions have ended."))
            return responses.done(request, reverse("web:profile"))
    due = get_user(user_id_of(request)).password_change_due
    lead = _("An administrator gave you this password. Choose your own before you go on.") if due else ""
    context = {"form": form, "title": _("Change password"), "icon": "key-round", "lead": lead}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


@never_cache
def profile_factor(request: HttpRequest) -> HttpResponse:
    """Begin with an authenticator app: a name, then the QR code and its first code."""
    form = FactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enrollment = perform(request, second_factor.enroll_second_factor, **form.cleaned_data)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return _show_secret(request, enrollment.factor_id, enrollment.secret, enrollment.uri, CodeForm())
    must = second_factor.must_enroll(user_id_of(request))
    lead = _("Your role asks for a second factor. Set one up before you go on.") if must else ""
    context = {"form": form, "title": _("Authenticator app"), "icon": "smartphone", "lead": lead}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


def _show_secret(
    request: HttpRequest, factor_id: int, secret: str, uri: str, form: CodeForm, *, status: int = 200
) -> HttpResponse:
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"factor_id": factor_id, "secret": secret, "grouped": grouped, "uri": uri, "qr": qr(uri), "form": form}
    return responses.drawer(request, "web/access/factor.html", context, status=status)


def qr(text: str) -> SafeString:
    """A QR code as inline SVG, dark on light in either scheme: readers need it so."""
    return mark_safe(qr_on_page(text))  # noqa: S308 - it holds paths, never the text


@never_cache
@require_POST
def profile_factor_confirm(request: HttpRequest, factor_id: int) -> HttpResponse:
    """The first code makes the app count, and gives the recovery codes."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            fresh = perform(
                request, second_factor.confirm_second_factor, factor_id=factor_id, code=form.cleaned_data["code"]
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return responses.drawer(request, "web/access/recovery_codes.html", {"codes": fresh.codes})
    secret, uri = request.POST.get("secret", ""), request.POST.get("uri", "")
    return _show_secret(request, factor_id, secret, uri, form, status=422)


@never_cache
def profile_factor_remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Take an app away, by one of its codes."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with counting_wrong(**_who(request)):
                perform(request, second_factor.remove_second_factor, factor_id=factor_id, **form.cleaned_data)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The authenticator app is removed."))
            return responses.done(request, reverse("web:profile"))
    context = {"form": form, "title": _("Remove authenticator app"), "icon": "smartphone", "submit": _("Remove")}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def profile_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes; the old ones stop working."""
    fresh = perform(request, second_factor.renew_recovery_codes)
    return responses.drawer(request, "web/access/recovery_codes.html", {"codes": fresh.codes})


@require_POST
def profile_sessions_end(request: HttpRequest) -> HttpResponse:
    """End one other session, or all others."""
    named = request.POST.get("session", "")
    here = own.session_id(request.session.session_key or "")
    which: dict[str, Any] = {"session": named} if named else {"all_but": here}
    ended = perform(request, own.end_sessions, **which)
    toasts.toast(request, _("%(count)d sessions ended.") % {"count": ended.count})
    return responses.done(request, reverse("web:profile"))


@never_cache
def token_new(request: HttpRequest) -> HttpResponse:
    """A token for a program that acts as oneself; shown once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        expires_on = form.cleaned_data["expires_on"]
        try:
            issued = perform(
                request,
                tokens.issue_token,
                user_id=user_id_of(request),
                name=form.cleaned_data["name"],
                scopes=tuple(form.cleaned_data["scopes"].replace(",", " ").split()),
                expires_at=datetime.combine(expires_on, time(), UTC) if expires_on else None,
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return responses.drawer(request, "web/access/token.html", {"issued": issued})
    context = {"form": form, "title": _("New API token"), "icon": "key-square", "submit": _("Issue")}
    return responses.drawer(request, "web/access/form.html", context, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token at once."""
    token = perform(request, tokens.revoke_token, token_id=token_id)
    toasts.toast(request, _("The token %(name)s is revoked.") % {"name": token.name})
    return redirect("web:profile")
