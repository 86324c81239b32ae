"""Manual invoices: written as drafts on a page of their own, with totals that the server reckons."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billwright.accounts.queries import account_ids_by_number, get_account, get_accounts
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.acting import at_of, require
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.forms import ActForm, DayField, bound
from billwright.interfaces.web.invoices import reckoning
from billwright.interfaces.web.invoices.acts import page_of
from billwright.interfaces.web.invoices.lines import line_forms, written
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.invoices.reckoning import Writing
from billwright.invoicing.operations import draft_invoice, replace_draft
from billwright.invoicing.queries import get_document
from billwright.invoicing.rows import LineRow, NewInvoice, NewLine
from billwright.invoicing.states import InvoiceState
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Conflict
from billwright.org.queries import get_legal_entity
from billwright.org.states import DocumentKind
from billwright.workflow.documents import preview_invoice


class InvoiceForm(ActForm):
    """The head of a manual invoice."""

    account = forms.CharField(
        label=gettext_lazy("Account number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    document_date = DayField(label=gettext_lazy("Date"))
    due_date = DayField(
        label=gettext_lazy("Due"), required=False, help_text=gettext_lazy("Empty: by the terms of the account.")
    )
    purchase_order = forms.CharField(label=gettext_lazy("Purchase order"), required=False, max_length=60)
    cost_center = forms.CharField(label=gettext_lazy("Cost center"), required=False, max_length=60)
    text = forms.CharField(
        label=gettext_lazy("Text on the document"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_account(self) -> int:
        """The id of the account with this number."""
        number = str(self.cleaned_data["account"]).strip()
        found = account_ids_by_number([number]).get(number)
        if found is None:
            raise forms.ValidationError(_("There is no account of this number. Search for it by name with Ctrl K."))
        return found

    def draft(self, lines: tuple[NewLine, ...]) -> NewInvoice:
        """The invoice as the verb takes it."""
        given = self.cleaned_data
        return NewInvoice(
            account_id=given["account"],
            document_date=given["document_date"],
            due_date=given["due_date"],
            purchase_order=given["purchase_order"],
            cost_center=given["cost_center"],
            text=given["text"],
            lines=lines,
        )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write an invoice by hand; it stays a draft until it is issued."""
    require(request, "invoice.draft")
    account = _asked_account(request)
    initial: dict[str, Any] = {}
    if account is not None:
        zone = get_legal_entity(legal_entity_id=account.legal_entity_id).timezone
        initial = {"account": account.number, "document_date": business_date(at_of(request), zone)}
    form = bound(InvoiceForm, request, **initial)
    lines = line_forms(request)

    def arguments() -> dict[str, Any] | None:
        new_lines = written(lines)
        if new_lines is None:
            return None
        require_in(request, "invoice.draft", get_account(form.cleaned_data["account"]).legal_entity_id)
        return {"draft": form.draft(new_lines)}

    return reckoning.answer(
        request,
        Writing(
            form=form,
            arguments=arguments,
            verb=draft_invoice,
            preview=preview_invoice,
            template="web/invoices/write.html",
            url=lambda written_: page_of(written_.id),
            told=_("Written as a draft: look at it, then issue it."),
            lines=lines,
            context={"title": _("New invoice"), "icon": "file-plus", "drawer_class": "wide"},
        ),
    )


def _asked_account(request: HttpRequest) -> AccountRow | None:
    asked = request.GET.get("account", "")
    found = account_ids_by_number([asked]).get(asked) if asked else None
    return get_account(found) if found is not None else None


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Write a draft anew."""
    head = document_for(request, invoice_id)
    require_in(request, "invoice.replace_draft", head.legal_entity_id)
    if head.state != InvoiceState.DRAFT or head.kind != DocumentKind.INVOICE:
        raise Conflict(
            "invoice.issued", _("Only the draft of an invoice is written anew."),
            cure=_("An issued document is only credited or debited by another one."),
        )  # fmt: skip
    number = get_account(head.account_id).number
    first = {name: getattr(head, name) for name in ("document_date", "due_date", "purchase_order", "cost_center")}
    if head.installments:
        # Its days follow from the terms of the account: they are reckoned anew with its total.
        first["due_date"] = None
    form = bound(InvoiceForm, request, account=number, version=head.version, text=head.text, **first)
    document = get_document(invoice_id)
    users = get_accounts({line.account_id for line in document.lines} - {head.account_id})
    lines = line_forms(request, [_as_written(line, users) for line in document.lines])

    def arguments() -> dict[str, Any] | None:
        new_lines = written(lines)
        return None if new_lines is None else {"draft": form.draft(new_lines)}

    version = form.cleaned_data.get("version") if form.is_bound and form.is_valid() else head.version
    return reckoning.answer(
        request,
        Writing(
            form=form,
            arguments=arguments,
            verb=replace_draft,
            preview=preview_invoice,
            template="web/invoices/write.html",
            url=lambda _written: page_of(invoice_id),
            told=_("The draft is written anew."),
            lines=lines,
            context={"title": _("Change the draft"), "icon": "pencil", "drawer_class": "wide"},
            extra={"invoice_id": invoice_id, "version": version or 0},
        ),
    )


def _as_written(line: LineRow, users: dict[int, AccountRow]) -> dict[str, Any]:
    """A line of a draft as its form shows it; a percentage is found again from its amount."""
    user = users.get(line.account_id)
    share = Decimal(line.discount_minor) / line.amount_minor * 100 if line.amount_minor else Decimal(0)
    return {
        "text": line.text,
        "product": line.product_code,
        "quantity": line.quantity.normalize(),
        "unit_price": line.unit_price.normalize(),
        "discount_percent": round(share, 4).normalize() if share else "",
        "service_from": line.service_from,
        "service_last": line.service_to - timedelta(days=1),
        "purchase_order": line.purchase_order,
        "cost_center": line.cost_center,
        "account": user.number if user else "",
    }
