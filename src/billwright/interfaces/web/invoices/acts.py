"""What is done to a document from its page: issued, discarded, sent again, printed, held, released."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billwright.accounts.queries import parties
from billwright.interfaces.web.acting import may, perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.invoices.words import HOLD_REASONS
from billwright.interfaces.web.messages.masking import mailbox
from billwright.invoicing.operations import discard_draft
from billwright.invoicing.rows import InvoiceRow
from billwright.kernel.money import Money
from billwright.org.states import DocumentKind
from billwright.receivables import operations as receivables
from billwright.receivables.queries import open_amounts
from billwright.ui import formats, responses, toasts
from billwright.workflow import documents

ISSUES = {
    DocumentKind.INVOICE: documents.issue_invoice,
    DocumentKind.CREDIT_NOTE: documents.issue_credit_note,
    DocumentKind.DEBIT_NOTE: documents.issue_debit_note,
}


def page_of(invoice_id: int) -> str:
    """The page of a document."""
    return reverse("web:invoice", args=[invoice_id])


def shown(amount: Money) -> str:
    """An amount in a sentence."""
    return formats.amount_with_currency(amount, formats=formats.reader())


class VersionForm(ActForm):
    """An act on a draft as it was seen: somebody's later change refuses it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Number, post and freeze a draft, after saying what follows."""
    head = document_for(request, invoice_id)
    return act_by_drawer(
        request,
        ISSUES[head.kind],
        form=bound(VersionForm, request, version=head.version),
        arguments=lambda given: {"invoice_id": invoice_id, "version": given["version"]},
        url=page_of(invoice_id),
        told=lambda answer: _("Issued as %(number)s.") % {"number": answer.invoice.number},
        context={
            "title": _("Issue: %(total)s") % {"total": shown(head.total)},
            "icon": "stamp",
            "submit": _("Issue"),
            "follows": what_follows(head, documents.applied_by(head)),
        },
    )


def what_follows(head: InvoiceRow, applied: Money) -> list[tuple[str, str]]:
    """The consequences of issuing a document, in words."""
    number = ("hash", _("It takes the next number of its series and can only be corrected by another document"))
    if head.kind == DocumentKind.CREDIT_NOTE:
        left = -head.total - applied
        return [
            ("percent", _("Output tax falls by %(tax)s") % {"tax": shown(-head.tax)}),
            ("git-merge", _("%(amount)s settles the original at once") % {"amount": shown(applied)}),
            *([("wallet", _("%(amount)s stays as a credit of the account") % {"amount": shown(left)})] if left else []),
            number,
        ]
    return [
        ("banknote", _("%(amount)s is owed from now on") % {"amount": shown(head.total)}),
        ("percent", _("Output tax rises by %(tax)s") % {"tax": shown(head.tax)}),
        ("mail", _("It is mailed to the billing contact, if the account wants mail")),
        number,
    ]


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Throw a draft away."""
    head = document_for(request, invoice_id)
    return act_by_drawer(
        request,
        discard_draft,
        form=bound(VersionForm, request, version=head.version),
        arguments=lambda given: {"invoice_id": invoice_id, "version": given["version"]},
        url=page_of(invoice_id),
        told=_("The draft is thrown away."),
        context={
            "title": _("Discard the draft"),
            "icon": "trash-2",
            "submit": _("Discard"),
            "follows": [("trash-2", _("The draft stays readable, takes no number and is never owed"))],
        },
    )


class SendForm(ActForm):
    """Where a copy goes."""

    to_address = forms.EmailField(
        label=gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("Empty: the billing contact of the account."),
    )


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Queue a copy to the billing contact or another address."""
    head = document_for(request, invoice_id)
    contact = parties([head.account_id], on=head.document_date)[head.account_id]
    # Empty means the same mailbox, for who sends without seeing it.
    known = contact.email if may(request, "account.view_contact") else ""
    return act_by_drawer(
        request,
        documents.send_copy,
        form=bound(SendForm, request, to_address=known),
        arguments=lambda given: {"invoice_id": invoice_id, "to_address": given["to_address"]},
        url=page_of(invoice_id),
        told=lambda address: _("A copy is on its way to %(address)s.") % {"address": mailbox(request, address)},
        context={
            "title": _("Send a copy of %(number)s") % {"number": head.number},
            "icon": "send",
            "submit": _("Send"),
            "follows": [("mail", _("The PDF is marked as a copy; what became of the mail is shown on this page"))],
        },
    )


@require_GET
def pdf(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The document as printed; every print after the first mail says that it is a copy."""
    document_for(request, invoice_id)
    answer = HttpResponse(documents.document_pdf(invoice_id), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{documents.file_name(invoice_id)}"'
    return answer


class HoldForm(ActForm):
    """How much of the item is not chased, why and until when."""

    hold_reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=list(HOLD_REASONS.items()))
    amount = AmountField(
        label=gettext_lazy("Amount"), required=False, help_text=gettext_lazy("Empty: all that is open.")
    )
    valid_from = DayField(label=gettext_lazy("From"))
    valid_until = DayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until it is released.")
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Keep the document's item, or a part of it, from being chased."""
    head = document_for(request, invoice_id)

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        return {
            "invoice_id": invoice_id,
            "reason": given["hold_reason"],
            "valid_from": given["valid_from"],
            "valid_until": given["valid_until"],
            "amount": None if given["amount"] is None else Money.of(given["amount"], head.currency),
            "note": given["note"],
        }

    return act_by_drawer(
        request,
        receivables.hold_document,
        form=bound(HoldForm, request, valid_from=day_at(request, head.legal_entity_id)),
        arguments=arguments,
        url=page_of(invoice_id),
        told=_("Held: it is not chased."),
        undo_url=lambda placed: (
            reverse("web:invoice-release", args=[invoice_id, placed[0].hold_id])
            + "".join(f"{'&' if place else '?'}hold={hold.hold_id}" for place, hold in enumerate(placed[1:]))
        ),
        context={
            "title": _("Hold %(number)s") % {"number": head.number},
            "icon": "pause",
            "submit": _("Place hold"),
            "lead": _("Open: %(amount)s") % {"amount": shown(open_amounts([invoice_id])[invoice_id])},
            "follows": [
                ("bell-off", _("The held part is not chased while the hold is in force")),
                ("calendar", _("It is still owed, stays in the ageing and keeps its due date")),
            ],
        },
    )


@require_POST
def release(request: HttpRequest, invoice_id: int, hold_id: int) -> HttpResponse:
    """Let it be chased again from today on; `hold` in the address names further holds of the same document."""
    head = document_for(request, invoice_id)
    others = [int(number) for number in request.GET.getlist("hold") if number.isdigit()]
    for one in (hold_id, *others):
        perform(request, receivables.release_hold, hold_id=one, on=day_at(request, head.legal_entity_id))
    toasts.toast(request, _("The hold is released."))
    return responses.done(request, page_of(invoice_id))
