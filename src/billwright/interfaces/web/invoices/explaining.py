"""Why a document says what it says: every line from its clause to the ledger, on a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.invoices.words import KINDS, words_of
from billwright.render.formats import LANGUAGES
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
