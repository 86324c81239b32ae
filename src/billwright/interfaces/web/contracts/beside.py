"""A document with the contract beside it, open at the clause of the chosen line."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from billwright.interfaces.web.contracts.page import contract_for, shown_clauses
from billwright.interfaces.web.contracts.words import KINDS as CONTRACT_KINDS
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.invoices.words import KINDS, words_of
from billwright.invoicing.queries import get_document
from billwright.invoicing.rows import LineRow
from billwright.subscriptions.queries.contracts import NamedClause, contracts_of_items, named_clauses


@dataclass(frozen=True, slots=True)
class BesideLine:
    """A line, the clause that it names, or only the contract that it runs by."""

    line: LineRow
    clause: NamedClause | None
    contract_id: int | None
    url: str
    is_chosen: bool


@require_GET
def invoice_contract(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The lines of a document on the left; on the right the contract, at the clause of the line `?line=`."""
    document = get_document(invoice_id)
    require_in(request, "invoice.view", document.invoice.legal_entity_id)
    asked = request.GET.get("line", "")
    lines = _lines(invoice_id, document.lines, int(asked) if asked.isdigit() else None)
    chosen = next((line for line in lines if line.is_chosen), None)
    context = {
        "invoice": document.invoice,
        "kind": words_of(KINDS, document.invoice.kind),
        "lines": lines,
        "chosen": chosen,
        "kept": {"line": chosen.line.line_no} if chosen else {},
    }
    if chosen is not None and chosen.contract_id is not None:
        version = chosen.clause.version_no if chosen.clause else None
        row, _account = contract_for(request, chosen.contract_id, version)
        clause = chosen.clause.clause if chosen.clause else ""
        context |= {
            "contract": row,
            "contract_kind": words_of(CONTRACT_KINDS, row.kind),
            "clause": clause,
            **shown_clauses(request, row, chosen=clause),
        }
    return render(request, "web/contracts/beside.html", context)


def _lines(invoice_id: int, lines: tuple[LineRow, ...], asked: int | None) -> list[BesideLine]:
    """Every line with its contract; chosen is the one that was asked for, else the first that has one."""
    clauses = named_clauses({line.clause for line in lines if line.clause})
    contracts = contracts_of_items({line.item_id for line in lines if line.item_id})

    def contract_of(line: LineRow) -> int | None:
        named = clauses.get(line.clause)
        return named.contract_id if named else contracts.get(line.item_id or 0)

    first = next((line.line_no for line in lines if contract_of(line) is not None), None)
    chosen = asked if asked is not None else first
    url = reverse("web:invoice-contract", args=[invoice_id])
    return [
        BesideLine(
            line=line,
            clause=clauses.get(line.clause),
            contract_id=contract_of(line),
            url=f"{url}?line={line.line_no}#clause",
            is_chosen=line.line_no == chosen,
        )
        for line in lines
    ]
