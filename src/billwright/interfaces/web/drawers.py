"""A drawer is one verb: its form is filled, the verb runs, and what refuses it is shown where it can be mended.

A NotAllowed opens the way to ask: the same form, unchanged, is sent once more as a request for approval, so that
what is asked for is exactly what was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billwright.access.matrix import NOT_BY_APPROVAL
from billwright.interfaces.web.acting import KEY_FIELD, perform
from billwright.kernel.acts import verb_name
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ui import responses, toasts
from billwright.workflow.approvals import request_approval

ASK_FIELD = "ask_approval"
ASK_REASON_FIELD = "ask_reason"
_NOT_CARRIED = {"csrfmiddlewaretoken", KEY_FIELD, ASK_FIELD, ASK_REASON_FIELD}

Arguments = Mapping[str, Any]


def act_by_drawer(
    request: HttpRequest,
    verb: Callable[..., Any],
    *,
    form: forms.Form,
    arguments: Callable[[dict[str, Any]], Arguments],
    url: str | Callable[[Any], str],
    told: str | Callable[[Any], str],
    undo_url: Callable[[Any], str] | None = None,
    template: str = "web/drawer.html",
    context: Mapping[str, Any] | None = None,
    on_refusal: Callable[[Refusal], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """Show the drawer, or run its verb: done with a toast, refused on the form, or refused with a way to ask.

    `arguments` makes the verb's arguments of the cleaned form and may refuse too. A field named `reason` becomes
    the act's. `on_refusal` adds to the context what helps to mend a refusal.
    """
    shown: dict[str, Any] = {"form": form, **(context or {})}
    if request.method == "POST" and form.is_valid():
        cleaned = dict(form.cleaned_data)
        reason = str(cleaned.get("reason", "") or "")
        try:
            given = arguments(cleaned)
            if ASK_FIELD in request.POST:
                return _ask(request, verb, given, url)
            answer = perform(request, verb, reason=reason, **given)
        except NotAllowed as refusal:
            return _not_allowed(request, verb, refusal, reason)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
            shown.update(on_refusal(refusal) if on_refusal else {})
        else:
            words = told if isinstance(told, str) else told(answer)
            toasts.toast(request, words, undo_url=undo_url(answer) if undo_url else "")
            return responses.done(request, url if isinstance(url, str) else url(answer))
    return responses.drawer(request, template, shown, status=422 if form.errors else 200)


def _not_allowed(request: HttpRequest, verb: Callable[..., Any], refusal: NotAllowed, reason: str) -> HttpResponse:
    carried = [(name, value) for name, values in request.POST.lists() if name not in _NOT_CARRIED for value in values]
    context = {
        "refusal": refusal,
        "rule": refusal.rule,
        "who_may": refusal.who_may,
        "carried": carried,
        "may_ask": bool(refusal.who_may) and verb_name(verb) not in NOT_BY_APPROVAL,
        "reason": reason,
    }
    return responses.drawer(request, "web/ask.html", context, status=refusal.http_status)


def _ask(request: HttpRequest, verb: Callable[..., Any], given: Arguments, url: str | Callable[[Any], str]) -> HttpResponse:
    """Put the act before those who may; a Refusal here is shown on the form like any other."""
    asked = perform(
        request,
        request_approval,
        reason=request.POST.get(ASK_REASON_FIELD, ""),
        verb=verb_name(verb),
        arguments=dict(given),
    )
    toasts.toast(request, _("Asked for. You will see under Approvals what becomes of it."), tone="accent")
    return responses.done(request, url if isinstance(url, str) else reverse("web:approval", args=[asked.id]))
