"""billwright refund: orders to send money back, from the wish to its arrival."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_named, items_named
from billwright.kernel.money import Money
from billwright.payments.queries.refunds import Destination, RefundOrderRow, get_refund_order, list_refund_orders
from billwright.payments.states import RefundOrderState, RefundRoute
from billwright.workflow import refunding
from billwright.workflow.refunding import Proof

app = typer.Typer(help=_("Money that goes back: ask, approve, send, confirm, and what came back."))

ORDER = typer.Argument(..., metavar="ID", help="The order's id, as `refund list` shows it.")
REASON = typer.Option(..., "--reason", help="Why; kept in the audit trail.")
DAY = ["%Y-%m-%d"]


def _show(row: RefundOrderRow, *, as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        typer.echo(
            _("%(order)s: %(amount)s, %(state)s.")
            % {"order": row.end_to_end, "amount": row.amount, "state": row.state.lower()}
        )


def _proof(path: Path) -> Proof:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Proof(name=path.name, media_type=media_type, content=path.read_bytes())


@app.command()
def ask(
    amount: str = typer.Argument(..., help="At most what is left of the money."),
    account: str = typer.Option(..., "--account", metavar="BAN", help="Whose money it is."),
    reason: str = REASON,
    cash_id: int | None = typer.Option(None, "--cash", help="A piece of unallocated cash."),
    credit_note: str = typer.Option("", "--credit-note", metavar="NUMBER", help="An unapplied credit note."),
    route: RefundRoute = typer.Option(RefundRoute.TO_SOURCE, "--route", help="Which way it goes back."),
    holder: str = typer.Option("", "--holder", help="Of the bank account, for TO_ACCOUNT."),
    number: str = typer.Option("", "--to", metavar="IBAN", help="IBAN or account number, for TO_ACCOUNT."),
    bank_code: str = typer.Option("", "--bank-code", help="BIC, branch code or IFSC."),
    again: bool = typer.Option(False, "--again", help="It is another refund than one of the same amount lately."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Ask that money go back; another person approves."""
    payer = account_named(account)
    with transaction.atomic():
        row = refunding.request_refund(
            act=act_as(username, reason=reason),
            amount=Money.of(amount, payer.currency),
            route=route,
            cash_id=cash_id,
            credit_item_id=items_named(credit_note)[0].open_item_id if credit_note else None,
            destination=Destination(holder=holder, account_number=number, bank_code=bank_code) if number else None,
            is_repeat_meant=again,
        )
    _show(row, as_json=as_json)


@app.command("list")
def list_all(
    account: str = typer.Option("", "--account", metavar="BAN", help="Whose money it is."),
    state: RefundOrderState | None = typer.Option(None, "--state", help="Only in this state."),
    as_json: bool = AS_JSON,
) -> None:
    """Orders, the newest first."""
    rows = list_refund_orders(
        account_id=account_named(account).id if account else None, states=[state] if state else ()
    )
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Refunds"),
        ("id", "order", "amount", "state", "to", "why"),
        [(row.id, row.end_to_end, row.amount, row.state, row.destination or row.route, row.reason) for row in rows],
    )


@app.command()
def show(refund_order_id: int = ORDER, as_json: bool = AS_JSON) -> None:
    """One order."""
    _show(get_refund_order(refund_order_id), as_json=as_json)


@app.command()
def approve(refund_order_id: int = ORDER, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Agree that an order is sent; not by whoever asked for it."""
    with transaction.atomic():
        row = refunding.approve_refund(act=act_as(username), refund_order_id=refund_order_id)
    _show(row, as_json=as_json)


@app.command()
def cancel(
    refund_order_id: int = ORDER, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON
) -> None:
    """Take an order back while nothing has left."""
    with transaction.atomic():
        row = refunding.cancel_refund(act=act_as(username, reason=reason), refund_order_id=refund_order_id)
    _show(row, as_json=as_json)


@app.command("paid-out")
def paid_out(
    refund_order_id: int = ORDER,
    value_date: datetime = typer.Option(..., "--value-date", formats=DAY, help="The bank's date."),
    reference: str = typer.Option(..., "--reference", help="Of the bank."),
    proof: Path = typer.Option(..., "--proof", exists=True, dir_okay=False, help="The bank's confirmation."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record that somebody paid it out at the bank, with the proof."""
    with transaction.atomic():
        row = refunding.send_refund_by_hand(
            act=act_as(username),
            refund_order_id=refund_order_id,
            value_date=value_date.date(),
            reference=reference,
            proof=_proof(proof),
        )
    _show(row, as_json=as_json)


@app.command("file")
def write_file(
    refund_order_ids: list[int] = typer.Argument(..., metavar="ID...", help="Orders that are approved."),
    bank_account: int = typer.Option(..., "--from", metavar="ID", help="Our bank account."),
    execute_on: datetime = typer.Option(..., "--on", formats=DAY, help="To be carried out on."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Put agreed orders into one file for the bank."""
    with transaction.atomic():
        rows = refunding.send_refunds_by_file(
            act=act_as(username),
            refund_order_ids=tuple(refund_order_ids),
            bank_account_id=bank_account,
            execute_on=execute_on.date(),
        )
    if as_json:
        print_json(list(rows))
    else:
        typer.echo(_("File %(file)s holds %(count)d.") % {"file": rows[0].sent_file_id, "count": len(rows)})


@app.command("to-source")
def to_source(
    refund_order_id: int = ORDER,
    value_date: datetime = typer.Option(..., "--value-date", formats=DAY, help="The bank's date."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Let the gateway send it back where it came from."""
    with transaction.atomic():
        row = refunding.send_refund_to_source(
            act=act_as(username), refund_order_id=refund_order_id, value_date=value_date.date()
        )
    _show(row, as_json=as_json)


@app.command()
def confirm(
    refund_order_id: int = ORDER,
    reference: str = typer.Option("", "--reference", help="How the bank or the gateway calls it."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say that what was sent has arrived."""
    with transaction.atomic():
        row = refunding.confirm_refund(act=act_as(username), refund_order_id=refund_order_id, reference=reference)
    _show(row, as_json=as_json)


@app.command("came-back")
def came_back(
    refund_order_id: int = ORDER,
    value_date: datetime = typer.Option(..., "--value-date", formats=DAY, help="The bank's date."),
    reason: str = REASON,
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """What was sent came back: it waits on the account again."""
    with transaction.atomic():
        row = refunding.fail_refund(
            act=act_as(username, reason=reason), refund_order_id=refund_order_id, value_date=value_date.date()
        )
    _show(row, as_json=as_json)
