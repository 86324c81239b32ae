"""Forms that show what they come to before they are sent: the server reckons, without script by a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billwright.interfaces.web.acting import look_ahead, perform
from billwright.interfaces.web.invoices.acts import what_follows
from billwright.interfaces.web.invoices.lines import LineForm, refuse_on_line
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ui import responses, toasts
from billwright.workflow.documents import DocumentPreview

Arguments = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Writing:
    """A form that writes a document: how its arguments are read, reckoned, carried out, and where that leads."""

    form: Form
    arguments: Callable[[], Arguments | None]
    verb: Callable[..., Any]
    preview: Callable[..., DocumentPreview]
    template: str
    url: Callable[[Any], str]
    told: str
    lines: list[LineForm] = field(default_factory=list)
    context: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, writing: Writing) -> HttpResponse:
    """Show the form, reckon it, or carry it out. `extra` goes to the verb but not to its preview. Raises NotAllowed."""
    reckoned: DocumentPreview | None = None
    wants_reckoning = bool({"preview", "more"} & request.POST.keys())
    if request.method == "POST":
        arguments = writing.arguments() if writing.form.is_valid() else None
        try:
            if arguments is not None and not wants_reckoning:
                written = perform(request, writing.verb, **arguments, **writing.extra)
                toasts.toast(request, writing.told)
                return responses.done(request, writing.url(written))
            if arguments is not None:
                reckoned = look_ahead(request, writing.preview, **arguments)
        except NotAllowed:
            raise
        except Refusal as refusal:
            if "more" not in request.POST and not refuse_on_line(writing.lines, refusal):
                responses.refuse_on_form(writing.form, refusal)
    return _shown(request, writing, reckoned, wants_reckoning=wants_reckoning)


def _shown(
    request: HttpRequest, writing: Writing, reckoned: DocumentPreview | None, *, wants_reckoning: bool
) -> HttpResponse:
    errors = [str(error) for error in writing.form.non_field_errors()] if wants_reckoning else []
    context = {
        "form": writing.form,
        "lines": writing.lines,
        "line_count": len(writing.lines),
        "reckoned": reckoned,
        "follows": what_follows(reckoned.document.invoice, reckoned.applied) if reckoned else [],
        "reckoning_errors": errors,
        **writing.context,
    }
    if request.headers.get("HX-Target") == "reckoned":
        return render(request, "web/invoices/reckoned.html", context)
    wrong = writing.form.errors or any(line.is_bound and line.errors for line in writing.lines)
    return responses.drawer(request, writing.template, context, status=422 if wrong and not wants_reckoning else 200)
