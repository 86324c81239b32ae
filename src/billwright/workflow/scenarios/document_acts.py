"""Acts of invoicing: a manual invoice, and credit notes and debit notes to a document."""

from __future__ import annotations

from decimal import Decimal

from billwright.invoicing.operations import (
    draft_credit_note,
    draft_credit_note_alone,
    draft_debit_note,
    draft_debit_note_alone,
)
from billwright.invoicing.rows import CreditLine, NewCorrection, NewInvoice, NewLine
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.workflow import documents
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.results import rows
from billwright.workflow.scenarios.world import Stage, category_of

REASON_CODE = "GOODWILL"


def _keep(stage: Stage, name: str | None, invoice_id: int) -> None:
    chosen = name or f"D{len(stage.documents) + 1}"
    stage.documents[chosen] = invoice_id
    stage.names.documents[invoice_id] = chosen


def _line(stage: Stage, line: shapes.DocumentLine, currency: str) -> NewLine:
    return NewLine(
        text=line.text or "Service",
        quantity=line.quantity if line.quantity is not None else Decimal(1),
        unit_price=line.unit,
        amount=Money.of(line.amount, currency) if line.amount is not None else None,
        discount_percent=line.discount or Decimal(0),
        surcharge_percent=line.surcharge or Decimal(0),
        tax_category=category_of(stage, line.tax),
    )


def invoice(stage: Stage, act: shapes.Invoice) -> None:
    issued = documents.invoice_at_once(act=stage.act(), draft=_draft(stage, act, act.account))
    _keep(stage, act.as_, issued.invoice.id)


def _draft(stage: Stage, act: shapes.Invoice | shapes.Correction, code: str) -> NewInvoice:
    account = stage.account(code)
    if act.currency not in (None, account.currency):
        raise Refusal(
            "invoice.currency",
            f"{code} is billed in {account.currency}.",
            field="currency",
            cure="Bill another account, or leave the currency out.",
        )
    return NewInvoice(
        account_id=account.id,
        document_date=business_date(stage.clock, stage.entity.timezone),
        lines=tuple(_line(stage, line, account.currency) for line in act.lines),
        purchase_order=act.reference,
    )


def _note_alone(stage: Stage, act: shapes.Correction) -> None:
    """A credit note or debit note of an account, to no document."""
    if act.account is None:
        raise Refusal(
            "correction.no_document",
            "A credit note or debit note is of an account, or refers to a document.",
            field="document",
            cure="Name the document that it corrects, or the account.",
        )
    draft = _draft(stage, act, act.account)
    if act.do == "credit_note":
        written = draft_credit_note_alone(act=stage.act(), draft=draft)
        issued = documents.issue_credit_note(act=stage.act(), invoice_id=written.id, version=written.version)
    else:
        written = draft_debit_note_alone(act=stage.act(), draft=draft)
        issued = documents.issue_debit_note(act=stage.act(), invoice_id=written.id, version=written.version)
    _keep(stage, act.as_, issued.invoice.id)


def correct(stage: Stage, act: shapes.Correction) -> None:
    named = act.document or act.invoice
    if named is None:
        _note_alone(stage, act)
        return
    invoice_id = stage.document(named)
    currency = {row[0]: row[6] for row in rows("documents")}[invoice_id]
    correction = NewCorrection(
        invoice_id=invoice_id,
        document_date=business_date(stage.clock, stage.entity.timezone),
        reason_code=REASON_CODE,
        reason=act.reason,
    )
    if act.do == "credit_note":
        lines = tuple(_credit_line(invoice_id, line, currency) for line in act.lines)
        draft = draft_credit_note(act=stage.act(), correction=correction, lines=lines)
        issued = documents.issue_credit_note(act=stage.act(), invoice_id=draft.id, version=draft.version)
    else:
        written = tuple(_line(stage, line, currency) for line in act.lines)
        draft = draft_debit_note(act=stage.act(), correction=correction, lines=written)
        issued = documents.issue_debit_note(act=stage.act(), invoice_id=draft.id, version=draft.version)
    _keep(stage, act.as_, issued.invoice.id)


def _credit_line(invoice_id: int, line: shapes.DocumentLine, currency: str) -> CreditLine:
    amount = Money.of(line.amount, currency) if line.amount is not None else None
    if line.line is not None:
        return CreditLine(line_no=line.line, amount=amount)
    numbers = [row[1] for row in rows("document_lines") if row[0] == invoice_id and row[3] == line.charge]
    if not numbers:
        raise Refusal(
            "scenario.unknown_name",
            f"The document has no line of {line.charge}.",
            field="charge",
            cure="Name a charge or a line number of the document.",
        )
    return CreditLine(line_no=numbers[0], amount=amount)
