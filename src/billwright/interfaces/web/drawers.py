"""A drawer is one verb: its form is filled, the verb runs, and what refuses it is shown where it can be mended.

A NotAllowed is let through: its page says which rule refused, who may approve, and has the button that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billwright.interfaces.web.acting import in_words, perform_with
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ui import responses, toasts
from billwright.ui.tables import Text


def drawer_button(url: str, words: Text) -> SafeString:
    """The small button in a row of a table that opens the drawer of what may be done with the row."""
    return format_html(
        '<a class="button small" href="{0}" hx-get="{0}" hx-target="#drawer" aria-haspopup="dialog">{1}</a>', url, words
    )


def act_by_drawer(
    request: HttpRequest,
    verb: Callable[..., Any],
    *,
    form: forms.Form,
    arguments: Callable[[dict[str, Any]], Mapping[str, Any]],
    url: str | Callable[[Any], str],
    told: str | Callable[[Any], str],
    tone: Callable[[Any], str] | None = None,
    then: Callable[[Any], Any] | None = None,
    undo_url: Callable[[Any], str] | None = None,
    template: str = "web/drawer.html",
    context: Mapping[str, Any] | None = None,
    on_refusal: Callable[[Refusal], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """Show the drawer, or run its verb: done with a toast, or refused on the form.

    `arguments` makes the verb's arguments of the cleaned form and may refuse too. A field named `reason` becomes
    the act's. `then` is done with the answer once that is committed, such as asking a gateway, and gives the answer to
    tell. `tone` says how an answer is told that may be no good news. `on_refusal` adds to the context what helps to
    mend a refusal. Raises NotAllowed.
    """
    shown: dict[str, Any] = {"form": form, **(context or {})}
    if request.method == "POST" and form.is_valid():
        cleaned = dict(form.cleaned_data)
        try:
            with in_words():
                answer = perform_with(request, verb, arguments(cleaned), reason=str(cleaned.get("reason") or ""))
                answer = then(answer) if then else answer
        except NotAllowed:
            raise
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
            shown.update(on_refusal(refusal) if on_refusal else {})
        else:
            words = told if isinstance(told, str) else told(answer)
            back_url = undo_url(answer) if undo_url else ""
            toasts.toast(request, words, tone=tone(answer) if tone else "good", undo_url=back_url)
            return responses.done(request, url if isinstance(url, str) else url(answer))
    return responses.drawer(request, template, shown, status=422 if form.errors else 200)
