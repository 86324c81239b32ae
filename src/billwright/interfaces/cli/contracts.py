"""billwright contracts: record, amend, bind, and where what is billed says otherwise."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from billwright.accounts.queries import get_account
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.subscriptions import account_id_of
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewClause

app = typer.Typer(help=_("Contracts as signed, and the billing parameters that their clauses set."))

DAY = ["%Y-%m-%d"]
CLAUSES = typer.Option(None, help="A JSON file: a list of {number, text, parameter, value, charge_code}.")


def _clauses(path: Path | None) -> tuple[NewClause, ...]:
    if path is None:
        return ()
    try:
        return TypeAdapter(tuple[NewClause, ...]).validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal(
            "clause.file", str(first["msg"]), field="clauses", cure=_("Give a list of clauses as JSON.")
        ) from error


def _show(row: Any, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    rows = [
        (clause.number, clause.text[:60], clause.parameter or _("not machine-checked"), clause.value)
        for clause in row.clauses
    ]
    print_table(f"{row.number} v{row.version_no} · {row.title}", ("clause", "text", "sets", "value"), rows)


@app.command()
def record(
    account: str,
    number: str,
    title: str,
    starts: datetime = typer.Option(..., formats=DAY, help="Its first day."),
    clauses: Path | None = CLAUSES,
    file: int | None = typer.Option(None, help="Id of the stored document."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Store a contract with its first wording."""
    with transaction.atomic():
        row = operations.record_contract(
            act=act_as(as_user),
            account_id=account_id_of(account),
            number=number,
            title=title,
            starts_on=starts.date(),
            clauses=_clauses(clauses),
            file_id=file,
        )
    _show(row, as_json)


@app.command("list")
def list_(account: str, as_json: bool = AS_JSON) -> None:
    """List the contracts of an account with their present clauses."""
    found = queries.list_contracts(account_id_of(account))
    if as_json:
        print_json(found)
        return
    for row in found:
        _show(row, as_json=False)


@app.command()
def amend(
    contract: int,
    starts: datetime = typer.Option(..., "--from", formats=DAY, help="First day of the new wording."),
    clauses: Path | None = CLAUSES,
    file: int | None = typer.Option(None, help="Id of the stored document."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Add a wording that holds from a day on."""
    with transaction.atomic():
        row = operations.amend_contract(
            act=act_as(as_user),
            contract_id=contract,
            valid_from=starts.date(),
            clauses=_clauses(clauses),
            file_id=file,
        )
    _show(row, as_json)


@app.command()
def bind(subscription: str, contract: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Let a subscription run by a contract: its terms follow the clauses."""
    found = queries.find_by_number(subscription)
    if found is None:
        raise queries.not_found(subscription)
    today = clock.business_date(clock.now(), get_account(found.account_id).timezone)
    with transaction.atomic():
        row = operations.bind_contract(act=act_as(as_user), subscription_id=found.id, contract_id=contract, as_of=today)
    _show(row, as_json)


@app.command()
def check(contract: int, as_json: bool = AS_JSON) -> None:
    """List where the subscriptions under a contract run otherwise than its clauses say."""
    account = get_account(queries.contract_row(contract).account_id)
    today = clock.business_date(clock.now(), account.timezone)
    found = queries.clause_findings(contract, on=today)
    if as_json:
        print_json(found)
        return
    rows = [(row.subscription_number, row.clause, row.parameter, plain(row.says), plain(row.holds)) for row in found]
    print_table("", ("subscription", "clause", "parameter", "says", "billed"), rows)
