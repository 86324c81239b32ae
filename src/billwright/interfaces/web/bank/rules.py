"""Ask the rule: what a payment scheme allows, out of the dated tables."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.interfaces.web.accounts.scope import today
from billwright.interfaces.web.acting import require
from billwright.interfaces.web.forms import DayField
from billwright.kernel.errors import Refusal
from billwright.payments.rules import Answer, ask, schemes

QUESTIONS = {
    "retry": gettext_lazy("May it be tried again?"),
    "return-code": gettext_lazy("What does the code mean?"),
    "mandate": gettext_lazy("May the mandate be collected on?"),
    "deadline": gettext_lazy("By when?"),
    "return-rate": gettext_lazy("How many may come back?"),
}
# What each question takes.
TAKEN = {
    "retry": ("scheme", "code", "attempts", "on"),
    "return-code": ("scheme", "code", "on"),
    "mandate": ("scheme", "code", "last", "amount", "on"),
    "deadline": ("scheme", "code", "what", "on"),
    "return-rate": ("scheme", "code", "kind", "returned", "debits", "on"),
}


class QuestionForm(forms.Form):
    """One question, with the fields that it takes and no others."""

    question = forms.ChoiceField(choices=QUESTIONS.items(), widget=forms.HiddenInput)
    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"))
    code = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=20)
    attempts = forms.IntegerField(
        label=gettext_lazy("Tried so far"), required=False, min_value=0, max_value=10_000,
        help_text=gettext_lazy("The first time counted."),
    )  # fmt: skip
    on = DayField(label=gettext_lazy("On"), required=False)
    last = DayField(label=gettext_lazy("Last collection"), required=False)
    what = forms.CharField(
        label=gettext_lazy("What is due"), required=False, max_length=40,
        help_text=gettext_lazy("Such as return, refund, dispute, pre-notification."),
    )  # fmt: skip
    kind = forms.CharField(
        label=gettext_lazy("Kind of returns"), required=False, max_length=40,
        help_text=gettext_lazy("Such as unauthorized, unpaid, overall."),
    )  # fmt: skip
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=20)
    returned = forms.IntegerField(label=gettext_lazy("Came back"), required=False, min_value=0)
    debits = forms.IntegerField(label=gettext_lazy("Debits sent"), required=False, min_value=0)

    def __init__(self, *args: Any, question: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["question"] = question
        for name in set(self.fields) - {"question", *TAKEN[question]}:
            del self.fields[name]
        cast("forms.ChoiceField", self.fields["scheme"]).choices = [(one.scheme, one.title) for one in schemes()]


@require_GET
def ask_page(request: HttpRequest) -> HttpResponse:
    """The question in the address, its answer with the rule, its date and its source."""
    require(request, "payment.view")
    asked = request.GET.get("question", "")
    question = asked if asked in QUESTIONS else "retry"
    form = QuestionForm(request.GET if "scheme" in request.GET else None, question=question)
    answer: Answer | None = None
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            answer = ask(form.cleaned_data["question"], _words(form.cleaned_data), today=today(request))
        except Refusal as refused:
            refusal = refused
    context = {"form": form, "question": question, "questions": QUESTIONS.items(), "answer": answer, "refusal": refusal}
    context["said"] = _said(answer) if answer else ""
    return render(request, "web/bank/rules.html", context, status=422 if refusal else 200)


def _words(asked: dict[str, Any]) -> dict[str, str]:
    """What was told, by the name of its field; an empty field was not told."""
    return {name: str(asked[name]) for name in TAKEN[asked["question"]] if asked.get(name) not in (None, "")}


def _said(answer: Answer) -> str:
    if isinstance(answer.answer, bool):
        return _("Yes") if answer.answer else _("No")
    return answer.answer.replace("_", " ").capitalize()
