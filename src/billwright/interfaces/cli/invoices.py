"""billwright invoices: manual invoices, credit and debit notes, print, send."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.catalog import decimal
from billwright.interfaces.cli.naming import account_id_named
from billwright.invoicing import operations, queries
from billwright.invoicing.policies import CORRECTION_REASONS
from billwright.invoicing.queries.documents import not_found
from billwright.invoicing.rows import CreditLine, InvoiceRow, NewCorrection, NewInvoice, NewLine
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.states import DocumentKind
from billwright.workflow import documents

app = typer.Typer(help=_("Invoices, credit notes and debit notes."))

DATE = typer.Option(..., "--date", metavar="DATE", formats=["%Y-%m-%d"], help="Date of the document.")
LINE = typer.Option(
    ..., "--line", metavar="TEXT=[COUNTx]PRICE", help="A line, such as 'Set-up=2x100.00'; repeat for more."
)
REASON = typer.Option(..., help=", ".join(CORRECTION_REASONS))


def document_named(key: str) -> InvoiceRow:
    """A document by its number, or a draft by its id."""
    found = queries.find_document_by_number(key)
    if found is not None:
        return found
    if not key.isdecimal():
        raise not_found()
    return queries.get_invoice(int(key))


def _lines(given: list[str], product: str) -> tuple[NewLine, ...]:
    lines = []
    for row, text in enumerate(given, start=1):
        name, equals, price = text.rpartition("=")
        if not equals:
            raise Refusal("line.unreadable", _("A line is TEXT=PRICE or TEXT=COUNTxPRICE."), field="line", row=row)
        count, times, unit = price.rpartition("x")
        lines.append(
            NewLine(
                text=name,
                quantity=decimal(count, field="line") if times else Decimal(1),
                unit_price=decimal(unit, field="line"),
                product=product,
            )
        )
    return tuple(lines)


def _show(row: InvoiceRow, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    typer.echo(f"{row.kind} {row.number or row.id}  {row.state}  {row.document_date}  {row.total}")


@app.command("list")
def list_(
    account: str = typer.Argument("", help="Number of a billing account (default: all)."),
    kind: DocumentKind | None = typer.Option(None, help="INVOICE, CREDIT_NOTE or DEBIT_NOTE."),
    state: str = typer.Option("", help="DRAFT, ISSUED or DISCARDED."),
    limit: int = 50,
    as_json: bool = AS_JSON,
) -> None:
    """List documents, the newest first."""
    found = queries.list_documents(
        account_id=account_id_named(account) if account else None, kind=kind, state=state or None, limit=limit
    )
    if as_json:
        print_json(found)
        return
    rows = [(row.kind, row.number or row.id, row.state, row.document_date, row.due_date, row.total) for row in found]
    print_table("", ("kind", "number", "state", "date", "due", "total"), rows)


@app.command()
def show(document: str, as_json: bool = AS_JSON) -> None:
    """Show a document with its lines and taxes."""
    whole = queries.get_document(document_named(document).id)
    if as_json:
        print_json(whole)
        return
    currency = whole.invoice.currency
    _show(whole.invoice, as_json=False)
    rows = [
        (line.line_no, line.text, f"{line.service_from} .. {line.service_to}", plain(line.quantity),
         Money(line.net_minor, currency), line.tax_code, Money(line.tax_minor, currency))
        for line in whole.lines
    ]  # fmt: skip
    print_table("", ("no", "text", "service", "quantity", "net", "code", "tax"), rows)


@app.command()
def draft(
    account: str,
    line: list[str] = LINE,
    date: datetime = DATE,
    product: str = typer.Option("", help="Product of the lines: decides revenue family and tax."),
    text: str = "",
    purchase_order: str = typer.Option("", help="Default: the account's."),
    cost_center: str = typer.Option("", help="Default: the account's."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Write a draft of a manual invoice."""
    new = NewInvoice(
        account_id=account_id_named(account),
        document_date=date.date(),
        lines=_lines(line, product),
        text=text,
        purchase_order=purchase_order,
        cost_center=cost_center,
    )
    with transaction.atomic():
        row = operations.draft_invoice(act=act_as(as_user), draft=new)
    _show(row, as_json)


@app.command()
def credit(
    document: str,
    reason_code: str = REASON,
    date: datetime = DATE,
    line: list[str] | None = typer.Option(None, metavar="NO[=AMOUNT]", help="What is credited (default: all left)."),
    reason: str = typer.Option("", help="Printed on the credit note."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Write a draft of a credit note to an issued document."""
    original = document_named(document)
    shares = []
    for text in line or []:
        number, equals, amount = text.partition("=")
        if not number.isdecimal():
            raise Refusal("line.unreadable", _("A share is NO or NO=AMOUNT."), field="line")
        shares.append(CreditLine(line_no=int(number), amount=Money.of(amount, original.currency) if equals else None))
    correction = NewCorrection(
        invoice_id=original.id, document_date=date.date(), reason_code=reason_code, reason=reason
    )
    with transaction.atomic():
        row = operations.draft_credit_note(act=act_as(as_user), correction=correction, lines=tuple(shares))
    _show(row, as_json)


@app.command()
def debit(
    document: str,
    line: list[str] = LINE,
    reason_code: str = REASON,
    date: datetime = DATE,
    reason: str = typer.Option("", help="Printed on the debit note."),
    product: str = "",
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Write a draft of a debit note to an issued document."""
    correction = NewCorrection(
        invoice_id=document_named(document).id, document_date=date.date(), reason_code=reason_code, reason=reason
    )
    with transaction.atomic():
        row = operations.draft_debit_note(act=act_as(as_user), correction=correction, lines=_lines(line, product))
    _show(row, as_json)


@app.command()
def issue(document: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Issue a draft of any kind: numbered, posted, frozen, and mailed where the account wants mail."""
    row = document_named(document)
    verbs = {
        DocumentKind.INVOICE: documents.issue_invoice,
        DocumentKind.CREDIT_NOTE: documents.issue_credit_note,
        DocumentKind.DEBIT_NOTE: documents.issue_debit_note,
    }
    with transaction.atomic():
        issued = verbs[row.kind](act=act_as(as_user), invoice_id=row.id, version=row.version)
    _show(issued.invoice, as_json)


@app.command()
def discard(document: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Throw a draft away."""
    row = document_named(document)
    with transaction.atomic():
        discarded = operations.discard_draft(act=act_as(as_user), invoice_id=row.id, version=row.version)
    _show(discarded, as_json)


@app.command()
def pdf(document: str, to: Path | None = typer.Option(None, help="File to write (default: its number).")) -> None:
    """Print a document, marked as a copy, or as a draft."""
    row = document_named(document)
    target = to or Path(documents.file_name(row.id))
    target.write_bytes(documents.document_pdf(row.id))
    typer.echo(str(target))


@app.command()
def send(
    document: str, to: str = typer.Option("", help="Address (default: the account's)."), as_user: str = AS_USER
) -> None:
    """Mail a copy of an issued document."""
    with transaction.atomic():
        address = documents.send_copy(act=act_as(as_user), invoice_id=document_named(document).id, to_address=to)
    typer.echo(_("Queued for %(address)s.") % {"address": address})
