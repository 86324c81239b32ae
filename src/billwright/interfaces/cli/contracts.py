"""billwright contracts: record, amend, bind, and where what is billed says otherwise."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from billwright.accounts.queries import get_account
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.naming import account_id_named
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewClause
from billwright.subscriptions.queries.contracts import TOPICS, find_clauses, price_schedule
from billwright.subscriptions.states import ContractKind
from billwright.workflow.signed_contracts import SignedDocument, amend_signed_contract, record_signed_contract

app = typer.Typer(help=_("Contracts as signed, and the billing parameters that their clauses set."))

DAY = ["%Y-%m-%d"]
DOCUMENT = typer.Option(None, "--file", exists=True, dir_okay=False, help="The signed document; it is kept.")
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


def _document(path: Path | None) -> SignedDocument | None:
    if path is None:
        return None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return SignedDocument(path.name, media_type, path.read_bytes())


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
    signed: Path | None = DOCUMENT,
    kind: ContractKind = typer.Option(ContractKind.CONTRACT, help="What the paper is."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Store a contract with its first wording and the document that was signed."""
    with transaction.atomic():
        row = record_signed_contract(
            act=act_as(as_user),
            account_id=account_id_named(account),
            number=number,
            title=title,
            starts_on=starts.date(),
            kind=kind,
            clauses=_clauses(clauses),
            document=_document(signed),
        )
    _show(row, as_json)


@app.command("list")
def list_(account: str, as_json: bool = AS_JSON) -> None:
    """List the contracts of an account with their present clauses."""
    found = queries.list_contracts(account_id_named(account))
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
    signed: Path | None = DOCUMENT,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Add a wording that holds from a day on, with the document that was signed."""
    with transaction.atomic():
        row = amend_signed_contract(
            act=act_as(as_user),
            contract_id=contract,
            valid_from=starts.date(),
            clauses=_clauses(clauses),
            document=_document(signed),
        )
    _show(row, as_json)


@app.command()
def find(
    text: str = typer.Argument("", help="Words that the clause holds."),
    topic: str = typer.Option("", help=f"Instead or as well: {', '.join(TOPICS)}."),
    contract: int | None = typer.Option(None, help="Only in this contract."),
    as_json: bool = AS_JSON,
) -> None:
    """Search the clauses of all contracts, or of one."""
    if topic and topic not in TOPICS:
        raise Refusal(
            "clause.topic",
            _("There is no topic %(topic)s.") % {"topic": topic},
            field="topic",
            cure=_("Choose one of %(topics)s.") % {"topics": ", ".join(TOPICS)},
        )
    found = find_clauses(text=text, topic=topic, contract_id=contract)
    if as_json:
        print_json(found)
        return
    rows = [(hit.contract_number, f"v{hit.version_no}", hit.number, hit.text[:80], hit.parameter) for hit in found]
    print_table("", ("contract", "version", "clause", "text", "sets"), rows)


@app.command()
def prices(contract: int, as_json: bool = AS_JSON) -> None:
    """Show the prices under a contract over time, with their billing cycles."""
    found = price_schedule(contract)
    if as_json:
        print_json(found)
        return
    rows = [
        (row.subscription_number, row.charge_name, f"{plain(row.unit_price)} {row.currency}", plain(row.quantity),
         row.effective_from, row.effective_to or "", f"{row.interval_count} {row.interval_unit} {row.timing}")
        for row in found
    ]  # fmt: skip
    print_table("", ("subscription", "charge", "price", "quantity", "from", "to", "billed"), rows)


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
