"""billwright accounts: find, show, make and change customers and billing accounts; notes, duplicates, merging."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import typer
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from billwright.access.queries import display_names
from billwright.accounts import operations, queries
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.rows import (
    AccountChange,
    AccountDraft,
    AccountRow,
    AddressRow,
    ContactDraft,
    ContactRow,
    CustomerChange,
    CustomerDraft,
    CustomerRow,
    StatusNoteRow,
)
from billwright.accounts.states import CustomerKind
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_id_named, account_named, entity_id_named
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.org.queries import get_legal_entity
from billwright.org.terms_words import parse
from billwright.render.xlsx import write_table

app = typer.Typer(help=_("Customers and billing accounts."), no_args_is_help=True)

ACCOUNT = typer.Argument(..., metavar="BAN", help="Number of a billing account.")
REASON = typer.Option("", "--reason", help="Why; it stands in the history.")
DAY = ["%Y-%m-%d"]

Change = TypeVar("Change", CustomerChange, AccountChange)


@dataclass(frozen=True, slots=True)
class _Case:
    """What `show` prints."""

    account: AccountRow
    customer: CustomerRow
    contacts: list[ContactRow]
    addresses: list[AddressRow]
    status_note: StatusNoteRow | None


@app.command("search")
def search(text: str, limit: int = typer.Option(20, "--limit"), as_json: bool = AS_JSON) -> None:
    """Accounts by the beginnings of words: number, name, mailbox, telephone, reference."""
    hits = queries.search_accounts(text, limit=limit)
    if as_json:
        print_json(hits)
        return
    print_table(
        "",
        ("account", "name", "state", "currency", "reference"),
        [(hit.number, hit.shown_name, hit.state.value, hit.currency, hit.reference) for hit in hits],
    )


@app.command("show")
def show(number: str = ACCOUNT, as_json: bool = AS_JSON) -> None:
    """An account with its customer, contacts, present addresses and status note."""
    account = account_named(number)
    today = clock.business_date(clock.now(), account.timezone)
    case = _Case(
        account=account,
        customer=queries.get_customer(account.customer_id),
        contacts=queries.list_contacts(account.id),
        addresses=queries.list_addresses(account.id, on=today),
        status_note=queries.present_status_note(account.id),
    )
    if as_json:
        print_json(case)
        return
    facts = [
        ("name", account.shown_name),
        ("customer", f"{case.customer.id} (version {case.customer.version})"),
        ("state", account.state.value),
        ("currency", account.currency),
        ("version", account.version),
        *((f"contact, {row.role.value}", f"{row.name} {row.email} {row.phone}".strip()) for row in case.contacts),
        *((f"address, {row.kind.value}", f"{row.street}, {row.postcode} {row.city}") for row in case.addresses),
    ]
    if case.status_note is not None:
        facts.append(("status", f"{case.status_note.status} · {case.status_note.next_action}"))
    print_table(number, ("fact", "value"), facts)


@app.command("create")
def create(
    name: str,
    entity: str = typer.Option(..., "--entity", metavar="CODE"),
    currency: str = typer.Option("", "--currency", help="Default: the entity's."),
    customer: int = typer.Option(0, "--customer", metavar="ID", help="Of this customer; default: a new one."),
    country: str = typer.Option("", "--country", help="Default: the entity's."),
    timezone: str = typer.Option("", "--timezone", help="Default: the entity's."),
    person: bool = typer.Option(False, "--person", help="A person, not an organization."),
    tax_number: str = typer.Option("", "--tax-number"),
    email: str = typer.Option("", "--email"),
    phone: str = typer.Option("", "--phone"),
    number: str = typer.Option("", "--number", help="Default: one of ours."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """A billing account, and its customer unless one is named."""
    seller, act = get_legal_entity(code=entity), act_as(as_user)
    with transaction.atomic():
        if not customer:
            draft = CustomerDraft(
                name=name,
                kind=CustomerKind.PERSON if person else CustomerKind.ORGANIZATION,
                country=country or seller.country,
                timezone=timezone or seller.timezone,
                language=seller.language,
                tax_number=tax_number,
            )
            customer = operations.create_customer(act=act, draft=draft).id
        account = operations.create_account(
            act=act,
            draft=AccountDraft(
                customer_id=customer,
                legal_entity_id=seller.id,
                currency=currency or seller.base_currency,
                opened_on=clock.business_date(act.at, timezone or seller.timezone),
                number=number,
                contacts=(ContactDraft(email=email, phone=phone),) if email or phone else (),
            ),
        )
    _tell(account, as_json)


@app.command("change")
def change(
    number: str = ACCOUNT,
    fields: list[str] = typer.Argument(..., metavar="FIELD=VALUE…", help="Such as purchase_order=PO-7."),
    customer: bool = typer.Option(False, "--customer", help="Change the customer, not the account."),
    version: int = typer.Option(0, "--version", help="The version you saw; default: the present one."),
    since: datetime | None = typer.Option(None, "--since", formats=DAY, help="Day from which on it is true."),
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Change an account or its customer; old and new values go to the history."""
    account = account_named(number)
    day: date | None = since.date() if since else None
    act = act_as(as_user, reason=reason)
    with transaction.atomic():
        if customer:
            seen = version or queries.get_customer(account.customer_id).version
            changed: CustomerRow | AccountRow = operations.update_customer(
                act=act,
                customer_id=account.customer_id,
                version=seen,
                change=_parsed(CustomerChange, fields),
                effective_on=day,
            )
        else:
            changed = operations.update_account(
                act=act,
                account_id=account.id,
                version=version or account.version,
                change=_parsed(AccountChange, fields),
                effective_on=day,
            )
    if as_json:
        print_json(changed)
    else:
        typer.echo(_("Changed; version %(version)d.") % {"version": changed.version})


@app.command("history")
def history(number: str = ACCOUNT, as_json: bool = AS_JSON) -> None:
    """Who changed what, when and why, of an account and its customer."""
    account = account_named(number)
    rows = queries.list_changes(customer_id=account.customer_id, account_id=account.id)
    if as_json:
        print_json(rows)
        return
    names = display_names({row.actor for row in rows})
    print_table(
        number,
        ("when", "who", "act", "what", "why"),
        [
            (
                f"{row.at:%Y-%m-%d %H:%M}",
                names.get(row.actor, row.actor),
                row.verb,
                "; ".join(
                    f"{name}: {row.before.get(name, '')} → {value}"
                    for name, value in row.after.items()
                    if name != "version" and (value or row.before.get(name))
                ),
                row.reason,
            )
            for row in rows
        ],
    )


@app.command("close")
def close(
    number: str = ACCOUNT,
    day: datetime = typer.Option(..., "--on", formats=DAY),
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Bill nothing new; what is open is still owed."""
    with transaction.atomic():
        account = operations.close_account(
            act=act_as(as_user, reason=reason), account_id=account_id_named(number), closed_on=day.date()
        )
    _tell(account, as_json)


@app.command("reopen")
def reopen(number: str = ACCOUNT, reason: str = REASON, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Let a closed account be billed again."""
    with transaction.atomic():
        account = operations.reopen_account(act=act_as(as_user, reason=reason), account_id=account_id_named(number))
    _tell(account, as_json)


@app.command("note")
def note(body: str, number: str = ACCOUNT, as_user: str = AS_USER) -> None:
    """Add a remark to an account."""
    with transaction.atomic():
        row = operations.add_note(act=act_as(as_user), account_id=account_id_named(number), body=body)
    typer.echo(_("Note %(id)d added.") % {"id": row.id})


@app.command("status")
def status(
    number: str = ACCOUNT,
    says: str = typer.Argument(..., metavar="STATUS"),
    cause: str = typer.Option("", "--cause"),
    next_action: str = typer.Option("", "--next"),
    next_on: datetime | None = typer.Option(None, "--next-on", formats=DAY),
    as_user: str = AS_USER,
) -> None:
    """Put a status note on top of an account; the older ones are kept."""
    draft = StatusNoteDraft(
        account_id=account_id_named(number),
        status=says,
        cause=cause,
        next_action=next_action,
        next_action_on=next_on.date() if next_on else None,
    )
    with transaction.atomic():
        row = operations.set_status_note(act=act_as(as_user), draft=draft)
    typer.echo(f"{row.account_number}: {row.status}")


@app.command("status-notes")
def status_notes(
    entity: str = typer.Option("", "--entity", metavar="CODE"),
    xlsx: Path | None = typer.Option(None, "--xlsx", metavar="FILE", help="Write a workbook instead."),
    as_json: bool = AS_JSON,
) -> None:
    """The present status note of every account."""
    entity_id = entity_id_named(entity)
    rows = queries.present_status_notes(legal_entity_id=entity_id)
    if as_json:
        print_json(rows)
        return
    names = display_names({row.author for row in rows})
    cells = [
        (
            row.account_number,
            row.account_name,
            row.status,
            row.cause,
            row.next_action,
            row.next_action_on,
            names.get(row.author, row.author),
            row.recorded_at.date(),
        )
        for row in rows
    ]
    labels = ("account", "name", "status", "cause", "next action", "on", "author", "written")
    if xlsx is None:
        print_table("", labels, cells)
        return
    kinds = ("text", "text", "text", "text", "text", "date", "text", "date")
    xlsx.write_bytes(write_table(title="Status notes", columns=list(zip(labels, kinds, strict=True)), rows=cells))
    typer.echo(str(xlsx))


@app.command("duplicates")
def duplicates(number: str = typer.Argument("", metavar="[BAN]"), as_json: bool = AS_JSON) -> None:
    """Customers that may be one: of an account's customer, or of the whole book."""
    rows = queries.find_duplicates(account_named(number).customer_id) if number else queries.list_duplicates()
    if as_json:
        print_json(rows)
        return
    print_table(
        "",
        ("customer", "name", "other", "name ", "score", "why"),
        [(row.customer_id, row.name, row.other_id, row.other_name, row.score, ", ".join(row.reasons)) for row in rows],
    )


@app.command("merge")
def merge(kept: int, merged: int, reason: str = REASON, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Let customer KEPT take the place of customer MERGED; history stays."""
    with transaction.atomic():
        row = operations.merge_customers(act=act_as(as_user, reason=reason), kept_id=kept, merged_id=merged)
    _tell_merge(row.account_ids, as_json)


@app.command("undo-merge")
def undo_merge(merged: int, reason: str = REASON, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Give a merged customer its accounts back."""
    with transaction.atomic():
        row = operations.undo_merge(act=act_as(as_user, reason=reason), merged_id=merged)
    _tell_merge(row.account_ids, as_json)


def _parsed(kind: type[Change], fields: Iterable[str]) -> Change:
    pairs = dict(field.partition("=")[::2] for field in fields)
    unknown = sorted(pairs.keys() - set(kind.__slots__))
    if unknown:
        raise Refusal(
            "account.unknown_field",
            _("There is no field %(field)r.") % {"field": unknown[0]},
            field=unknown[0],
            cure=_("Fields are: %(fields)s.") % {"fields": ", ".join(kind.__slots__)},
        )
    values: dict[str, object] = dict(pairs)
    if "payment_parts" in pairs:
        values["payment_parts"] = parse(pairs["payment_parts"])
    if "required_references" in pairs:
        values["required_references"] = tuple(name for name in pairs["required_references"].split(",") if name)
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal("account.value", first["msg"], field=str(first["loc"][0])) from error


def _tell(account: AccountRow, as_json: bool) -> None:
    if as_json:
        print_json(account)
    else:
        typer.echo(f"{account.number} {account.shown_name}: {account.state.value}")


def _tell_merge(account_ids: tuple[int, ...], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"account_ids": account_ids}))
    else:
        typer.echo(_("%(count)d accounts moved.") % {"count": len(account_ids)})
