"""Credit notes and debit notes: written as drafts in a drawer over the document that they correct."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billwright.interfaces.web.entities import day_at, require_in
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.interfaces.web.invoices import reckoning
from billwright.interfaces.web.invoices.acts import page_of
from billwright.interfaces.web.invoices.lines import line_forms, written
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.invoices.reckoning import Writing
from billwright.interfaces.web.invoices.words import CORRECTION_REASONS
from billwright.invoicing.operations import draft_credit_note, draft_debit_note
from billwright.invoicing.queries import list_creditable
from billwright.invoicing.rows import CreditableRow, CreditLine, InvoiceRow, NewCorrection
from billwright.kernel.money import Money
from billwright.workflow.documents import preview_credit_note, preview_debit_note


class CorrectionForm(ActForm):
    """The head of a credit note or debit note."""

    reason_code = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *CORRECTION_REASONS.items()],
    )
    document_date = DayField(label=gettext_lazy("Date"))
    correction_reason = forms.CharField(label=gettext_lazy("In words, as printed"), required=False, max_length=200)

    def correction(self, invoice_id: int) -> NewCorrection:
        """The head as the verb takes it."""
        given = self.cleaned_data
        return NewCorrection(
            invoice_id=invoice_id,
            document_date=given["document_date"],
            reason_code=given["reason_code"],
            reason=given["correction_reason"],
        )


class CreditForm(CorrectionForm):
    """How much of each line is credited; without any amount all that is left."""

    def __init__(self, *args: Any, creditable: list[CreditableRow], **options: Any) -> None:
        super().__init__(*args, **options)
        self.creditable = creditable
        for row in creditable:
            self.fields[f"amount_{row.line_no}"] = AmountField(label=row.text, required=False)

    def rows(self) -> list[tuple[CreditableRow, forms.BoundField]]:
        """The lines beside their fields."""
        return [(row, self[f"amount_{row.line_no}"]) for row in self.creditable]

    def credit_lines(self, currency: str) -> tuple[CreditLine, ...]:
        """The lines for which an amount was given. A zero credits nothing."""
        given = [(row.line_no, self.cleaned_data[f"amount_{row.line_no}"]) for row in self.creditable]
        return tuple(
            CreditLine(line_no=line_no, amount=Money.of(amount, currency))
            for line_no, amount in given
            if amount is not None and amount != Decimal(0)
        )

    def gave_only_zeros(self) -> bool:
        """Zeros alone would mean nothing, and must not be taken for all that is left."""
        given = [self.cleaned_data[f"amount_{row.line_no}"] for row in self.creditable]
        said = [amount for amount in given if amount is not None]
        return bool(said) and not any(said)


@require_http_methods(["GET", "POST"])
def credit(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Write a credit note to an issued document: what of each line is taken back, and why."""
    head = document_for(request, invoice_id)
    require_in(request, "credit_note.draft", head.legal_entity_id)
    creditable = [row for row in list_creditable(invoice_id) if row.amount_left_minor]
    first = {"document_date": max(day_at(request, head.legal_entity_id), head.document_date)}
    form = CreditForm(request.POST if request.method == "POST" else None, creditable=creditable, initial=first)

    def arguments() -> dict[str, Any] | None:
        if form.gave_only_zeros():
            form.add_error(None, _("Give an amount above zero, or leave all amounts empty to credit all that is left."))
            return None
        return {"correction": form.correction(invoice_id), "lines": form.credit_lines(head.currency)}

    return reckoning.answer(
        request,
        Writing(
            form=form,
            arguments=arguments,
            verb=draft_credit_note,
            preview=preview_credit_note,
            template="web/invoices/credit.html",
            url=lambda note: page_of(note.id),
            told=_("The credit note is a draft: look at it, then issue it."),
            context=_context(head, _("Credit %(number)s"), "receipt-text"),
        ),
    )


@require_http_methods(["GET", "POST"])
def debit(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Write a debit note: a further claim against an issued document."""
    head = document_for(request, invoice_id)
    require_in(request, "debit_note.draft", head.legal_entity_id)
    day = max(day_at(request, head.legal_entity_id), head.document_date)
    form = bound(CorrectionForm, request, document_date=day)
    lines = line_forms(request)

    def arguments() -> dict[str, Any] | None:
        new = written(lines)
        return None if new is None else {"correction": form.correction(invoice_id), "lines": new}

    return reckoning.answer(
        request,
        Writing(
            form=form,
            arguments=arguments,
            verb=draft_debit_note,
            preview=preview_debit_note,
            template="web/invoices/debit.html",
            url=lambda note: page_of(note.id),
            told=_("The debit note is a draft: look at it, then issue it."),
            lines=lines,
            context=_context(head, _("Debit note to %(number)s"), "file-plus"),
        ),
    )


def _context(head: InvoiceRow, title: str, icon: str) -> dict[str, Any]:
    return {"invoice": head, "title": title % {"number": head.number}, "icon": icon, "drawer_class": "wide"}
