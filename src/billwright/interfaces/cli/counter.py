"""billwright counter: cheques, deposit slips, the cash desk, and the methods that a company takes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_named, items_named
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.queries import counter as queries
from billwright.render.pdf import render_pdf
from billwright.reporting.deposit_slip_paper import printed_deposit_slip
from billwright.workflow import counter
from billwright.workflow.counter import ChequeIn

app = typer.Typer(help=_("Cheques, deposit slips, the cash desk, and the methods that a company takes."))

DAY = ["%Y-%m-%d"]
ON = typer.Option(..., "--on", formats=DAY, help="The day of it.")


def _show(row: object, *, as_json: bool, words: str) -> None:
    print_json(row) if as_json else typer.echo(words)


@app.command()
def cheque(
    amount: str = typer.Argument(..., help="In the account's currency."),
    account: str = typer.Option(..., "--account", metavar="BAN", help="Whose money it is."),
    number: str = typer.Option(..., "--number", help="Of the cheque."),
    bank: str = typer.Option(..., "--bank", help="The drawer's bank."),
    drawn_on: datetime = typer.Option(..., "--dated", formats=DAY, help="The date on the cheque."),
    received_on: datetime = typer.Option(..., "--received", formats=DAY, help="The day on which it was handed over."),
    drawer: str = typer.Option("", "--drawer", help="Who drew it, where that is another than the customer."),
    document: str = typer.Option("", "--for", metavar="DOCUMENT", help="What it pays first."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a cheque: it settles documents as long as it is paid."""
    payer = account_named(account)
    with transaction.atomic():
        row = counter.receive_cheque(
            act=act_as(username),
            cheque=ChequeIn(
                account_id=payer.id,
                amount=Money.of(amount, payer.currency),
                number=number,
                bank_name=bank,
                drawer=drawer,
                drawn_on=drawn_on.date(),
                received_on=received_on.date(),
                invoice_id=items_named(document)[0].invoice_id if document else None,
            ),
        )
    _show(row, as_json=as_json, words=f"{row.id}: {row.number}, {row.amount}")


@app.command()
def cheques(state: str = typer.Option("", "--state", help="Only in this state."), as_json: bool = AS_JSON) -> None:
    """Cheques, the newest first."""
    rows = queries.list_cheques(state=state)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Cheques"),
        ("id", "number", "amount", "state", "slip", "bank"),
        [(row.id, row.number, row.amount, row.state, row.slip_id or "", row.bank_name) for row in rows],
    )


@app.command()
def deposit(
    cheque_ids: list[int] = typer.Argument(..., metavar="CHEQUE...", help="Cheques that go on one slip."),
    bank_account: int = typer.Option(..., "--to", metavar="ID", help="Our bank account."),
    on: datetime = ON,
    pdf: Path | None = typer.Option(None, "--pdf", metavar="FILE", help="Write the slip."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Bring cheques to the bank on one slip."""
    with transaction.atomic():
        row = counter.deposit(
            act=act_as(username), cheque_ids=tuple(cheque_ids), bank_account_id=bank_account, on=on.date()
        )
    if pdf is not None:
        pdf.write_bytes(render_pdf(printed_deposit_slip(row.id)))
    _show(row, as_json=as_json, words=_("Slip %(id)d: %(total)s.") % {"id": row.id, "total": row.total})


@app.command()
def clear(
    slip_id: int = typer.Argument(..., metavar="SLIP", help="The slip."),
    on: datetime = ON,
    bank_entry: int | None = typer.Option(None, "--entry", help="The line of the statement."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """The bank has credited a slip."""
    with transaction.atomic():
        row = counter.clear_slip(act=act_as(username), slip_id=slip_id, on=on.date(), bank_entry_id=bank_entry)
    _show(row, as_json=as_json, words=_("Cleared: %(total)s.") % {"total": row.total})


@app.command()
def unpaid(
    cheque_id: int = typer.Argument(..., metavar="CHEQUE", help="The cheque."),
    on: datetime = ON,
    reason: str = typer.Option(..., "--reason", help="What the bank said."),
    no_fee: bool = typer.Option(False, "--no-fee", help="Charge no fee."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """A cheque was not paid: its documents are open again, and the company's fee is charged."""
    with transaction.atomic():
        row = counter.return_cheque(
            act=act_as(username, reason=reason), cheque_id=cheque_id, on=on.date(), is_fee_waived=no_fee
        )
    _show(row, as_json=as_json, words=_("Returned; fee %(fee)s.") % {"fee": row.fee or "-"})


@app.command("open")
def open_desk(
    desk: str = typer.Argument(...),
    entity: str = typer.Option(..., "--entity", metavar="CODE", help="The company."),
    float_amount: str = typer.Option("0", "--float", help="What lies in the drawer."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Open a cash desk."""
    company = get_legal_entity(code=entity)
    with transaction.atomic():
        row = counter.open_cash_desk(
            act=act_as(username),
            legal_entity_id=company.id,
            desk=desk,
            float_amount=Money.of(float_amount, company.base_currency),
        )
    _show(row, as_json=as_json, words=f"{row.id}: {row.desk}")


@app.command()
def cash(
    amount: str = typer.Argument(...),
    desk: int = typer.Option(..., "--desk", metavar="ID", help="The open desk."),
    account: str = typer.Option(..., "--account", metavar="BAN", help="Whose money it is."),
    key: str = typer.Option(..., "--key", help="The same key is the same money."),
    on: datetime = ON,
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take cash at an open desk."""
    payer = account_named(account)
    with transaction.atomic():
        row = counter.receive_cash(
            act=act_as(username),
            cash_session_id=desk,
            account_id=payer.id,
            amount=Money.of(amount, payer.currency),
            on=on.date(),
            key=key,
        )
    _show(row, as_json=as_json, words=f"{row.number}: {row.amount}")


@app.command("close")
def close_desk(
    desk: int = typer.Argument(..., metavar="ID", help="The open desk."),
    counted: str = typer.Option(..., "--counted", help="What lies in the drawer."),
    on: datetime = ON,
    banked: str = typer.Option("", "--banked", help="Of it to the bank."),
    bank_account: int | None = typer.Option(
        None, "--to", metavar="ID", help="The bank account of ours that it goes to."
    ),
    reason: str = typer.Option("", "--reason", help="Why it differs."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Count and close a desk; what is over or short is posted."""
    currency = queries.get_cash_session(desk).float_amount.currency
    with transaction.atomic():
        row = counter.close_cash_desk(
            act=act_as(username, reason=reason),
            cash_session_id=desk,
            counted=Money.of(counted, currency),
            on=on.date(),
            banked=Money.of(banked, currency) if banked else None,
            bank_account_id=bank_account,
        )
    _show(row, as_json=as_json, words=_("Closed; difference %(amount)s.") % {"amount": row.difference})


@app.command()
def methods(
    entity: str = typer.Argument(..., metavar="CODE", help="The company."), on: datetime = ON, as_json: bool = AS_JSON
) -> None:
    """Which methods a company takes."""
    rows = queries.list_accepted(legal_entity_id=get_legal_entity(code=entity).id, on=on.date())
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Methods of payment"),
        ("method", "title", "taken", "fee"),
        [(row.code, row.title, _("yes") if row.is_accepted else _("no"), row.fee or "") for row in rows],
    )


@app.command()
def accept(
    code: str = typer.Argument(..., help="The method, from `counter methods`."),
    entity: str = typer.Option(..., "--entity", metavar="CODE", help="The company."),
    valid_from: datetime = typer.Option(..., "--from", formats=DAY, help="From which day on."),
    refuse: bool = typer.Option(False, "--not", help="It does not take it."),
    fee: str = typer.Option("", "--fee", help="Charged when it comes back unpaid."),
    fee_product: str = typer.Option("", "--fee-product", help="As which product of the catalog."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say whether a company takes a method."""
    company = get_legal_entity(code=entity)
    with transaction.atomic():
        row = counter.accept_method(
            act=act_as(username),
            legal_entity_id=company.id,
            code=code,
            is_accepted=not refuse,
            valid_from=valid_from.date(),
            fee=Money.of(fee, company.base_currency) if fee else None,
            fee_product=fee_product,
        )
    _show(row, as_json=as_json, words=_("Kept."))
