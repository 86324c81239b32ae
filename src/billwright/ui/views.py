"""The gallery: every component on one page. Mounted only where DEBUG is on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from billwright.kernel.errors import Refusal
from billwright.ui import gallery as examples
from billwright.ui import responses, toasts


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with invented figures; `?part=drawer` and its like answer the swaps of the page."""
    part = request.GET.get("part", "")
    if request.method == "POST":
        return _posted(request)
    if part == "drawer":
        return responses.drawer(request, "ui/gallery_drawer.html", examples.drawer_context())
    if part == "refusal":
        return responses.refused(request, examples.refusal(), ask_url=request.path, back_url=request.path)
    if part == "suggest":
        return render(request, "ui/search_results.html", examples.suggestions(request.GET.get("q", "")))
    if part == "progress":
        return render(request, "ui/gallery_progress.html", examples.progress(request.GET.get("done", "0")))
    if part == "list":
        return render(request, "ui/gallery_list.html", examples.list_context(request))
    if part:
        raise Http404
    return render(request, "ui/gallery.html", examples.page_context(request))


def _posted(request: HttpRequest) -> HttpResponse:
    """The example form refuses an amount above what is open, on its field, and is otherwise done with a toast."""
    form = examples.PaymentForm(request.POST)
    if form.is_valid() and form.cleaned_data["amount"] > examples.OPEN_AMOUNT:
        refusal = Refusal(
            "allocation.exceeds_open",
            "The amount is above what is open.",
            field="amount",
            cure="Enter at most 98,114.52.",
        )
        responses.refuse_on_form(form, refusal)
    if form.errors and "amount" in request.POST:
        context = {**examples.drawer_context(), "form": form}
        return responses.drawer(request, "ui/gallery_drawer.html", context, status=422)
    toasts.toast(request, "Payment of 12,480.00 EUR recorded.", undo_url=request.path)
    return responses.done(request, request.path)
