"""billwright payment: receive, list, print and mail its receipt, return, refund."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_named, items_named
from billwright.kernel import clock
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.queries import get_payment, list_payments
from billwright.payments.states import PaymentMethod, ReturnKind
from billwright.receivables.states import AllocationPolicy
from billwright.render.pdf import file_name, render_pdf
from billwright.reporting.receipt_paper import printed_receipt
from billwright.workflow import documents, payment_intake
from billwright.workflow.payment_intake import ReceiptIn, StatedPart

NAME = "payment"
app = typer.Typer(help=_("Money that comes and goes: receipts, their return, refunds."))

VALUE_DATE = typer.Option(..., "--value-date", metavar="DATE", formats=["%Y-%m-%d"], help="The bank's date.")
REASON = typer.Option(..., "--reason", help="Why; kept in the audit trail.")
PAYMENT = typer.Argument(..., metavar="ID", help="The receipt's id, as `payment list --json` gives it.")


def _stated(text: str, currency: str) -> StatedPart:
    """NUMBER or NUMBER=AMOUNT."""
    number, _equals, amount = text.partition("=")
    return StatedPart(
        invoice_id=items_named(number)[0].invoice_id, amount=Money.of(amount, currency) if amount else None
    )


@app.command()
def receive(
    amount: str = typer.Argument(..., help="In the account's currency, such as 115.00."),
    key: str = typer.Option(..., "--key", help="The bank's reference: the same key is the same receipt."),
    value_date: datetime = VALUE_DATE,
    account: str = typer.Option("", "--account", metavar="BAN", help="The payer's account; none: into suspense."),
    entity: str = typer.Option("", "--entity", metavar="CODE", help="Whose bank it reached, without an account."),
    currency: str = typer.Option("", "--currency", help="Without an account: of the money."),
    reference: str = typer.Option("", "--reference"),
    method: PaymentMethod = typer.Option(PaymentMethod.BANK_TRANSFER, "--method"),
    pays: list[str] = typer.Option([], "--for", metavar="DOCUMENT[=AMOUNT]", help="What the payer says it pays."),
    policy: AllocationPolicy = typer.Option(AllocationPolicy.OLDEST_FIRST, "--policy", help="For the rest."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record money that came in and allocate it. Sending it twice records it once."""
    payer = account_named(account) if account else None
    legal_entity = get_legal_entity(code=entity) if entity else None
    in_currency = payer.currency if payer else currency or (legal_entity.base_currency if legal_entity else "")
    receipt = ReceiptIn(
        source="cli",
        source_key=key,
        amount=Money.of(amount, in_currency),
        value_date=value_date.date(),
        method=method,
        account_id=payer.id if payer else None,
        legal_entity_id=legal_entity.id if legal_entity else None,
        reference=reference,
        stated=tuple(_stated(text, in_currency) for text in pays),
    )
    with transaction.atomic():
        [answer] = payment_intake.receive_payments(act=act_as(username), receipts=[receipt], policy=policy)
    if as_json:
        print_json(answer)
        return
    _tell_received(answer)


def _tell_received(answer: payment_intake.ReceiptOut) -> None:
    typer.echo(
        _("%(number)s: %(amount)s received, %(allocated)s allocated, %(left)s unallocated.")
        % {
            "number": answer.number,
            "amount": answer.amount,
            "allocated": answer.allocated,
            "left": answer.unallocated,
        }
    )


@app.command("credit")
def give_credit(
    account: str = typer.Argument(..., metavar="BAN", help="Who gets it."),
    amount: str = typer.Argument(..., help="In the account's currency, such as 30.00."),
    key: str = typer.Option(..., "--key", help="The same key is the same credit."),
    on: datetime = typer.Option(..., "--on", metavar="DATE", formats=["%Y-%m-%d"], help="From when it is theirs."),
    reason: str = REASON,
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Give an account credit without a document: it settles what is open or waits, by the convention credit_use."""
    payer = account_named(account)
    with transaction.atomic():
        answer = payment_intake.give_credit(
            act=act_as(username, reason=reason),
            account_id=payer.id,
            amount=Money.of(amount, payer.currency),
            on=on.date(),
            key=key,
        )
    if as_json:
        print_json(answer)
        return
    typer.echo(
        _("%(number)s: %(amount)s given, %(left)s left.")
        % {"number": answer.number, "amount": answer.amount, "left": answer.unallocated}
    )


@app.command("list")
def list_all(
    account: str = typer.Option("", "--account", metavar="BAN"),
    limit: int = typer.Option(50, "--limit"),
    as_json: bool = AS_JSON,
) -> None:
    """Receipts, the newest first."""
    rows = list_payments(account_id=account_named(account).id if account else None, limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Payments"),
        ["number", "value date", "amount", "method", "reference", "state"],
        [(row.number, row.value_date, row.amount, row.method, row.reference, row.state) for row in rows],
    )


@app.command()
def receipt(
    payment_id: int = PAYMENT,
    pdf: Path | None = typer.Option(None, "--pdf", metavar="FILE", help="File to write (default: its number)."),
) -> None:
    """Print the receipt of money that came: what it settled, and what of it waits."""
    zone = get_legal_entity(legal_entity_id=get_payment(payment_id).legal_entity_id).timezone
    paper = printed_receipt(payment_id, issued_on=clock.business_date(clock.now(), zone))
    target = pdf or Path(file_name(paper.number))
    target.write_bytes(render_pdf(paper))
    typer.echo(str(target))


@app.command("send-receipt")
def send_receipt(
    payment_id: int = PAYMENT,
    to: str = typer.Option("", "--to", metavar="ADDRESS", help="Default: the account's."),
    username: str = AS_USER,
) -> None:
    """Mail the receipt of money that came."""
    with transaction.atomic():
        address = documents.send_receipt(act=act_as(username), payment_id=payment_id, to_address=to)
    typer.echo(_("Queued for %(address)s.") % {"address": address})


@app.command("return")
def return_payment(
    payment_id: int = PAYMENT,
    value_date: datetime = VALUE_DATE,
    reason: str = REASON,
    wrongly: bool = typer.Option(False, "--recorded-wrongly", help="It never came."),
    code: str = typer.Option("", "--code", help="The bank's reason code."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Undo a receipt: what it settled is open again, with its original due date."""
    with transaction.atomic():
        answer = payment_intake.return_payment(
            act=act_as(username, reason=reason),
            payment_id=payment_id,
            value_date=value_date.date(),
            kind=ReturnKind.RECORDED_WRONGLY if wrongly else ReturnKind.RETURNED,
            reason_code=code,
        )
    if as_json:
        print_json(answer)
    else:
        typer.echo(_("Returned as of %(day)s.") % {"day": answer.accounting_date})


@app.command()
def refund(
    amount: str = typer.Argument(..., help="At most what is left of the money."),
    account: str = typer.Option(..., "--account", metavar="BAN"),
    value_date: datetime = VALUE_DATE,
    reason: str = REASON,
    cash_id: int | None = typer.Option(None, "--cash", help="A piece of unallocated cash."),
    credit_note: str = typer.Option("", "--credit-note", metavar="NUMBER", help="An unapplied credit note."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Send money back out of unallocated cash or an unapplied credit note."""
    payer = account_named(account)
    with transaction.atomic():
        answer = payment_intake.refund(
            act=act_as(username, reason=reason),
            amount=Money.of(amount, payer.currency),
            value_date=value_date.date(),
            cash_id=cash_id,
            credit_item_id=items_named(credit_note)[0].open_item_id if credit_note else None,
        )
    if as_json:
        print_json(answer)
    else:
        typer.echo(_("%(number)s: %(amount)s sent back.") % {"number": answer.number, "amount": answer.amount})
