"""Writing a scenario and acting it out: its documents, what differs from the expectation, or the line that is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from billwright.interfaces.web.acting import require
from billwright.interfaces.web.scenarios.examples import BEGINNING, list_examples
from billwright.kernel.errors import Refusal
from billwright.ui import responses
from billwright.workflow.scenarios.apart import TEXT_LENGTH_MAX, run_apart

RIGHT = "scenario.run"
LINES_MORE = 15


class ScenarioForm(forms.Form):
    """The text of a scenario file."""

    text = forms.CharField(label=_("Scenario"), max_length=TEXT_LENGTH_MAX, strip=False)


@require_http_methods(["GET", "POST"])
def scenario(request: HttpRequest) -> HttpResponse:
    """The text beside its line numbers; below it, after a run, what came of it. Nothing of the run is kept."""
    require(request, RIGHT)
    examples = list_examples()
    result: dict[str, Any] | None = None
    if request.method == "POST":
        form = ScenarioForm(request.POST)
        text = request.POST.get("text", "")
        result = _result(form)
    else:
        asked = request.GET.get("example")
        text = next((one.text for one in examples if one.name == asked), BEGINNING)
        form = ScenarioForm(initial={"text": text})
    error_line = result["error"]["line"] if result and "error" in result else None
    context = {
        "form": form,
        "text": text,
        "examples": examples,
        "numbers": range(1, len(text.splitlines()) + LINES_MORE + 1),
        "rows": len(text.splitlines()) + LINES_MORE,
        "result": result,
        "error_line": error_line,
        "documents": _documents(result),
    }
    return render(request, "web/scenarios/scenario.html", context, status=422 if form.errors or error_line else 200)


def _result(form: ScenarioForm) -> dict[str, Any] | None:
    """What came of the text; None when it was refused, with the reason on the form."""
    if not form.is_valid():
        return None
    try:
        # A browser sends line ends of its own.
        return run_apart(form.cleaned_data["text"].replace("\r\n", "\n"))
    except Refusal as refusal:
        responses.refuse_on_form(form, refusal)
        return None


def _documents(result: dict[str, Any] | None) -> list[tuple[Any, list[dict[str, Any]]]]:
    if result is None or "error" in result:
        return []
    kinds = ((_("Invoices"), "invoices"), (_("Credit notes"), "credit_notes"), (_("Debit notes"), "debit_notes"))
    return [(label, result[key]) for label, key in kinds if result[key]]
