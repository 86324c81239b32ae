"""What a view answers: a drawer, "done" after an act, a refusal. Each serves a swap and a full page alike."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from billwright.kernel.errors import Refusal


def wants_fragment(request: HttpRequest) -> bool:
    """True when the script asks for a part of a page; False for a page opened by link, form or address."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def drawer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Render a template that extends `ui/drawer.html`: over the record, or without script a page of its own."""
    form = context.get("form")
    if isinstance(form, BaseForm):
        # The page below may hold a field of the same name, and an id stands once in a document.
        form.auto_id = "drawer_%s"
    base = "ui/drawer_fragment.html" if wants_fragment(request) else "ui/drawer_page.html"
    return render(request, template, {"drawer_base": base, **context}, status=status)


def done(request: HttpRequest, url: str) -> HttpResponse:
    """Close the drawer and show `url` anew: the page keeps its scroll and focus, waiting toasts come with it.

    Another page than the one that the drawer was opened on is gone to: its address is shown, and its beginning.
    """
    if not wants_fragment(request):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    opened_on = urlsplit(request.headers.get("HX-Current-URL", "")).path
    stays = opened_on in ("", urlsplit(url).path)
    swap = {"path": url, "target": "#main", "select": "#main"}
    swap |= {"swap": "outerHTML show:none", "push": "false"} if stays else {"swap": "outerHTML show:window:top"}
    response["HX-Location"] = json.dumps(swap)
    response["HX-Trigger"] = "desk:done"
    return response


def refuse_on_form(form: BaseForm, refusal: Refusal) -> None:
    """Put a refusal where the person can mend it: on its field when the form shows it, else above the form."""
    shown = refusal.field in form.fields and not form[refusal.field].is_hidden
    field = refusal.field if shown else None
    parts = [refusal.message, refusal.cure or ""]
    form.add_error(field, " ".join(part for part in parts if part))


def refused(
    request: HttpRequest,
    refusal: Refusal,
    *,
    who_may: Sequence[str] = (),
    ask_url: str = "",
    back_url: str = "",
) -> HttpResponse:
    """The refusal page or drawer: which rule refused, the cure, who may approve, and a button that asks them."""
    context = {
        "refusal": refusal,
        "who_may": tuple(who_may) or getattr(refusal, "who_may", ()),
        "rule": getattr(refusal, "rule", ""),
        "ask_url": ask_url or getattr(refusal, "ask_url", ""),
        "back_url": back_url,
    }
    return drawer(request, "ui/refused.html", context, status=refusal.http_status)
