"""billwright method: stored means of paying of an account: kept, ordered, put aside, ended."""

from __future__ import annotations

from collections.abc import Callable

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, today_at
from billwright.interfaces.cli.mandate import bank_details
from billwright.interfaces.cli.naming import account_named
from billwright.payments import operations
from billwright.payments.collecting_rows import StoredMethodRow

app = typer.Typer(help=_("Stored means of paying: bank accounts and tokens of gateways."))

METHOD = typer.Argument(..., metavar="ID", help="As `mandate methods` gives it.")
REASON = typer.Option("", "--reason", help="Why; it is kept.")


@app.callback()
def method() -> None:
    """Stored means of paying: bank accounts and tokens of gateways."""


@app.command("add-account")
def add_account(
    account: str = typer.Argument(..., metavar="ACCOUNT", help="Number of the billing account."),
    holder: str = typer.Option(..., "--holder", help="Whose bank account it is."),
    iban: str = typer.Option("", "--iban", help="The account, where it has an IBAN."),
    bic: str = typer.Option("", "--bic", help="Its bank, where the IBAN does not tell."),
    branch: str = typer.Option("", "--branch", help="Branch code, routing number or IFSC."),
    number: str = typer.Option("", "--number", help="Account number."),
    account_type: str = typer.Option("", "--type", help="1, 2, 3 (South Africa); checking, savings (United States)."),
    rank: int = typer.Option(0, "--order", help="The lowest is tried first (default: behind the others)."),
    pay_day: int = typer.Option(0, "--pay-day", help="The day of the month on which the payer is paid."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Keep a customer's bank account, checked and encrypted; collecting from it needs a mandate too."""
    payer = account_named(account)
    with transaction.atomic():
        row = operations.add_bank_account(
            act=act_as(username),
            account_id=payer.id,
            holder=holder,
            details=bank_details(iban, bic, branch, number, account_type.lower()),
            valid_from=today_at(payer.legal_entity_id),
            rank=rank or None,
            pay_day=pay_day or None,
        )
    _show(row, as_json=as_json)


def _show(row: StoredMethodRow, *, as_json: bool) -> None:
    words = {"id": row.id, "rank": row.rank, "label": row.label, "state": row.state}
    print_json(row) if as_json else typer.echo(_("%(id)d: %(rank)d. %(label)s %(state)s") % words)


@app.command()
def order(
    method_id: int = METHOD,
    rank: int = typer.Argument(..., metavar="ORDER", help="The lowest is tried first."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say in which order a method is tried."""
    with transaction.atomic():
        row = operations.set_rank(act=act_as(username), stored_method_id=method_id, rank=rank)
    _show(row, as_json=as_json)


def _moved(verb: Callable[..., StoredMethodRow], method_id: int, username: str, reason: str, *, as_json: bool) -> None:
    with transaction.atomic():
        row = verb(act=act_as(username, reason=reason), stored_method_id=method_id)
    _show(row, as_json=as_json)


@app.command()
def suspend(method_id: int = METHOD, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Put a method aside."""
    _moved(operations.suspend_method, method_id, username, reason, as_json=as_json)


@app.command()
def resume(method_id: int = METHOD, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Take a method into use again."""
    _moved(operations.resume_method, method_id, username, reason, as_json=as_json)


@app.command()
def revoke(method_id: int = METHOD, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """End a method for good, and the mandates on it."""
    _moved(operations.revoke_method, method_id, username, reason, as_json=as_json)


@app.command()
def seen(method_id: int = METHOD, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Say that somebody has looked at what a bank corrected."""
    _moved(operations.see_change, method_id, username, reason, as_json=as_json)
