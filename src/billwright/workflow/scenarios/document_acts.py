"""Acts of invoicing: a manual invoice, and credit notes and debit notes to a document."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from billwright.invoicing.operations import (
    draft_credit_note,
    draft_credit_note_alone,
    draft_debit_note,
    draft_debit_note_alone,
)
from billwright.invoicing.queries.documents import creditable_lines
from billwright.invoicing.rows import CreditLine, NewCorrection, NewInvoice, NewLine
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.workflow import documents
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.results import rows
from billwright.workflow.scenarios.world import Stage, category_of, category_of_code

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
        lines = tuple(one for line in act.lines for one in _credit_lines(invoice_id, line, currency))
        draft = draft_credit_note(act=stage.act(), correction=correction, lines=lines)
        issued = documents.issue_credit_note(act=stage.act(), invoice_id=draft.id, version=draft.version)
    else:
        written = tuple(_debit_line(stage, invoice_id, line, currency) for line in act.lines)
        draft = draft_debit_note(act=stage.act(), correction=correction, lines=written)
        issued = documents.issue_debit_note(act=stage.act(), invoice_id=draft.id, version=draft.version)
    _keep(stage, act.as_, issued.invoice.id)


def _numbers(invoice_id: int, line: shapes.DocumentLine) -> list[int]:
    """The lines of a document that a line of a correction means. Raises Refusal `scenario.unknown_name`."""
    lines = [row for row in rows("document_lines") if row[0] == invoice_id]
    numbers = [row[1] for row in lines if row[1] == line.line or (line.line is None and row[3] == line.charge)]
    if not numbers:
        raise Refusal(
            "scenario.unknown_name",
            f"The document has no line of {line.charge}.",
            field="charge",
            cure="Name a charge or a line number of the document.",
        )
    return numbers


def _credit_lines(invoice_id: int, line: shapes.DocumentLine, currency: str) -> list[CreditLine]:
    """What is credited of a line, or of the lines of a charge: of each what is left of it, in their order."""
    left = {no: one.amount_left_minor for no, one in creditable_lines(invoice_id).items()}
    numbers = _numbers(invoice_id, line)
    creditable = [no for no in numbers if left[no] > 0] or numbers[:1]
    if line.amount is None:
        return [CreditLine(line_no=no) for no in creditable]
    wanted = Money.of(line.amount, currency).amount_minor
    parts = []
    for no in creditable:
        # The last line is asked for all that is still wanted: more than is left is refused there.
        part = wanted if no == creditable[-1] else min(wanted, left[no])
        parts.append(CreditLine(line_no=no, amount=Money(part, currency)))
        wanted -= part
        if not wanted:
            break
    return parts


def _debit_line(stage: Stage, invoice_id: int, line: shapes.DocumentLine, currency: str) -> NewLine:
    """A line of a debit note; to a line or charge of the document it has that line's discount and taxes."""
    written = _line(stage, line, currency)
    if line.line is None and line.charge is None:
        return written
    no = _numbers(invoice_id, line)[0]
    [row] = [row for row in rows("document_lines") if row[:2] == (invoice_id, no)]
    amount, discount, product, tax_code = row[12], row[13], row[20], row[21]
    percent = Decimal(discount) * 100 / Decimal(amount) if amount else Decimal(0)
    return replace(
        written,
        text=line.text or row[5],
        discount_percent=line.discount if line.discount is not None else percent,
        product=product,
        tax_category=category_of(stage, line.tax) if line.tax is not None else category_of_code(stage, tax_code),
    )
