"""Pages without a session: log-in, its second step, and the first run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from billwright.access.backend import open_session
from billwright.access.operations.log_in import LoginResult, try_code, try_password
from billwright.access.operations.users import create_first_administrator
from billwright.access.policies import LockoutRule
from billwright.access.queries import count_people
from billwright.access.states import OPERATOR_ACTOR, LoginOutcome
from billwright.interfaces.web.access.forms import CodeForm, FirstRunForm, LogInForm
from billwright.interfaces.web.acting import at_of
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.ui import responses

# Between password and code: who they are is kept in the session for this long.
HALF_WAY = "half_way_in"
HALF_WAY_LASTS = timedelta(minutes=5)


def address_of(request: HttpRequest) -> str | None:
    """The client's address. Behind our HTTPS proxy it is the last one that the proxy wrote down."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BILLWRIGHT.https else ""
    address = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    return str(address) or None


def lockout_rule() -> LockoutRule:
    """The lock-out as this installation is set up."""
    return LockoutRule(
        name_failures_max=settings.BILLWRIGHT.login_failures_max,
        span=timedelta(minutes=settings.BILLWRIGHT.login_lock_minutes),
    )


def next_of(request: HttpRequest) -> str:
    """Where to go after the log-in: an address of ours, or the beginning."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if ours else "/"


@never_cache
@login_not_required
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Name and password; while nobody exists, the first run instead."""
    if not count_people():
        return redirect("web:first-run")
    if request.user.is_authenticated:
        return redirect(next_of(request))
    form = LogInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            result = try_password(
                **form.cleaned_data, address=address_of(request), at=at_of(request), rule=lockout_rule()
            )
        if result.user_id is None:
            form.add_error(None, refusal_text(result))
        elif result.needs_code:
            request.session[HALF_WAY] = [result.user_id, at_of(request).isoformat()]
            return redirect(f"{reverse('web:log-in-code')}?{request.GET.urlencode()}")
        else:
            return enter(request, result.user_id)
    return _shown(request, "web/access/log_in.html", form)


@never_cache
@login_not_required
@sensitive_post_parameters("code")
def log_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    user_id = half_way_in(request)
    if user_id is None:
        return redirect("web:log-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            result = try_code(
                user_id=user_id,
                code=form.cleaned_data["code"],
                address=address_of(request),
                at=at_of(request),
                rule=lockout_rule(),
            )
        if result.user_id is not None:
            return enter(request, result.user_id)
        form.add_error("code", refusal_text(result))
    return _shown(request, "web/access/log_in_code.html", form)


def half_way_in(request: HttpRequest) -> int | None:
    """Whose password was right in this session a moment ago."""
    held: Any = request.session.get(HALF_WAY)
    if held is None or datetime.fromisoformat(held[1]) < at_of(request) - HALF_WAY_LASTS:
        return None
    return int(held[0])


def enter(request: HttpRequest, user_id: int) -> HttpResponse:
    """Open the session and go where the person wanted to go."""
    request.session.pop(HALF_WAY, None)
    browser = request.headers.get("User-Agent", "")
    user = open_session(request, user_id=user_id, at=at_of(request), address=address_of(request), browser=browser)
    return redirect("web:log-in" if user is None else next_of(request))


def refusal_text(result: LoginResult) -> str:
    """One sentence that does not tell whether the name exists."""
    if result.outcome == LoginOutcome.LOCKED and result.locked_until is not None:
        until = timezone.localtime(result.locked_until)
        return _("Too many attempts. Try again at %(time)s.") % {"time": f"{until:%H:%M}"}
    if result.outcome == LoginOutcome.WRONG_CODE:
        return _("This code is not right. A code works once; wait for the next one.")
    return _("This name and password do not fit together.")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return redirect("web:log-in")


@never_cache
@login_not_required
@sensitive_post_parameters("password", "password_again")
def first_run(request: HttpRequest) -> HttpResponse:
    """Make the first administrator; once anybody exists this page is gone."""
    if count_people():
        return redirect("web:log-in")
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "password_again"}
        act = Act(actor=OPERATOR_ACTOR, at=at_of(request), reason="First run")
        try:
            with transaction.atomic():
                user = create_first_administrator(act=act, **given)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return enter(request, user.id)
    return _shown(request, "web/access/first_run.html", form)


def _shown(request: HttpRequest, template: str, form: Form) -> HttpResponse:
    asked = request.POST.get("next") or request.GET.get("next", "")
    return render(request, template, {"form": form, "next": asked}, status=422 if form.errors else 200)
