"""Why a document says what it says: every line from its clause to the ledger, on a page of its own."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.invoices.words import KINDS, Words, words_of
from billwright.invoicing.queries import find_document_by_number
from billwright.invoicing.queries.documents import not_found
from billwright.kernel.errors import Refusal
from billwright.render.formats import LANGUAGES
from billwright.workflow.bill_compare import Cause, compare_documents
from billwright.workflow.explanations import LineExplanation, explain_document


class _Shown:
    """A line with the pages that it opens."""

    def __init__(self, line: LineExplanation) -> None:
        self.line = line
        self.subscription_url = address_of("web:subscription", line.subscription_id) if line.subscription_id else ""
        self.credited_url = address_of("web:invoice", line.credits_invoice_id) if line.credits_invoice_id else ""
        self.postings = [(posting, address_of("web:journal-entry", posting.entry_id)) for posting in line.postings]


@require_GET
def explanation(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The derivation of every line, in the customer's language or the one asked for."""
    head = document_for(request, invoice_id)
    asked = request.GET.get("language", "")
    found = explain_document(invoice_id, language=asked if asked in LANGUAGES else "")
    context = {
        "invoice": head,
        "kind": words_of(KINDS, head.kind),
        "found": found,
        "lines": [_Shown(line) for line in found.lines],
        "languages": LANGUAGES,
        "may_see_postings": may_in(request, "ledger.view", head.legal_entity_id),
    }
    return render(request, "web/invoices/explanation.html", context)


CAUSES: Final[Words] = {
    Cause.PRICE: _("Price"),
    Cause.QUANTITY: _("Quantity"),
    Cause.USAGE: _("Usage"),
    Cause.PRORATION: _("Share of the period"),
    Cause.PERIOD: _("Periods"),
    Cause.SERVICE: _("Service begun or ended"),
    Cause.ONE_OFF: _("Single charges and credits"),
    Cause.DISCOUNT: _("Discount"),
    Cause.TAX: _("Tax"),
}


@require_GET
def comparison(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The document against the last of its account, or against the number that was asked for."""
    head = document_for(request, invoice_id)
    asked = request.GET.get("other", "").strip()
    context = {"invoice": head, "kind": words_of(KINDS, head.kind), "asked": asked}
    try:
        found = compare_documents(invoice_id, other_id=_other(request, asked))
    except Refusal as refusal:
        return render(request, "web/invoices/comparison.html", {**context, "refusal": refusal})
    context |= {
        "found": found,
        "other_url": address_of("web:invoice", found.other_id),
        "causes": [(words_of(CAUSES, one.cause), one.amount) for one in found.causes],
        "changes": [(words_of(CAUSES, one.cause), one) for one in found.changes],
    }
    return render(request, "web/invoices/comparison.html", context)


def _other(request: HttpRequest, asked: str) -> int | None:
    if not asked:
        return None
    found = find_document_by_number(asked)
    if found is None:
        raise not_found()
    return document_for(request, found.id).id
