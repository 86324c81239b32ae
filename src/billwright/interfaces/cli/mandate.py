"""billwright mandate: what customers allowed us to collect from, and what was agreed with banks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.interfaces.cli.acting import (
    AS_JSON,
    AS_USER,
    act_as,
    civil_day,
    day_or_today,
    print_json,
    print_table,
    today_at,
)
from billwright.interfaces.cli.naming import ENTITY, account_id_named, entities_named
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity, list_bank_accounts, list_legal_entities
from billwright.payments import operations
from billwright.payments.collecting_rows import BankDetails, MandateRow, StoredMethodRow
from billwright.payments.operations import AgreementIn, MandateIn
from billwright.payments.queries import mandates as queries
from billwright.payments.states import BankDetailsKind, MandateFrequency

app = typer.Typer(help=_("Mandates and stored means of paying, and what was agreed with banks."))

ACCOUNT = typer.Argument(..., metavar="ACCOUNT", help="Number of the billing account.")
MANDATE = typer.Argument(..., metavar="ID", help="As `mandate list` gives it.")
REASON = typer.Option("", "--reason", help="Why; it is kept.")


@app.callback()
def mandate() -> None:
    """Mandates and stored means of paying, and what was agreed with banks."""


def bank_details(iban: str, bic: str, branch: str, number: str, account_type: str) -> BankDetails:
    """A bank account as its country names it, by what of it was given."""
    if iban:
        return BankDetails(kind=BankDetailsKind.IBAN, iban=iban, bic=bic)
    if account_type in ("checking", "savings"):
        kind = BankDetailsKind.US
    else:
        kind = BankDetailsKind.ZA if account_type else BankDetailsKind.IN
    return BankDetails(kind=kind, branch=branch, number=number, account_type=account_type)


def _frequency(text: str) -> MandateFrequency:
    if text.upper() not in MandateFrequency.values:
        raise Refusal(
            "mandate.frequency",
            _("There is no such frequency."),
            field="frequency",
            cure=_("Known are %(known)s.") % {"known": ", ".join(MandateFrequency.values)},
        )
    return MandateFrequency(text.upper())


@app.command()
def add(
    account: str = ACCOUNT,
    scheme: str = typer.Option(..., "--scheme", help="Such as sepa-core, za-eft, debicheck, nacha, in-nach."),
    reference: str = typer.Option(..., "--reference", help="Ours; never used a second time."),
    signed: str = typer.Option(..., "--signed", metavar="DAY", help="When the customer signed."),
    holder: str = typer.Option("", "--holder", help="Whose bank account it is."),
    iban: str = typer.Option("", "--iban", help="The payer's account, where it has an IBAN."),
    bic: str = typer.Option("", "--bic", help="Its bank, where the IBAN does not tell."),
    branch: str = typer.Option("", "--branch", help="Branch code, routing number or IFSC."),
    number: str = typer.Option("", "--number", help="Account number."),
    account_type: str = typer.Option("", "--type", help="1, 2, 3 (South Africa); checking, savings (United States)."),
    method: int = typer.Option(0, "--method", metavar="ID", help="A stored method instead of a bank account."),
    limit: str = typer.Option("", "--limit", help="The most in one debit."),
    frequency: str = typer.Option("AS_NEEDED", "--frequency", help=", ".join(MandateFrequency.values)),
    day: int = typer.Option(0, "--day", help="The day of the month that the mandate names."),
    pay_day: int = typer.Option(0, "--pay-day", help="The day of the month on which the payer is paid."),
    ends: str = typer.Option("", "--ends", metavar="DAY", help="The last day of the mandate."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record a signed mandate, with the customer's bank account or on one that is stored."""
    account_id = account_id_named(account)
    currency = get_account(account_id).currency
    wanted = MandateIn(
        account_id=account_id,
        scheme=scheme,
        reference=reference,
        signed_on=civil_day(signed, field="signed"),
        stored_method_id=method or None,
        holder=holder,
        details=None if method else bank_details(iban, bic, branch, number, account_type.lower()),
        pay_day=pay_day or None,
        limit=Money.of(limit, currency) if limit else None,
        frequency=_frequency(frequency),
        collection_day=day or None,
        ends_on=civil_day(ends, field="ends") if ends else None,
    )
    with transaction.atomic():
        row = operations.add_mandate(act=act_as(username), mandate=wanted)
    _show([row], as_json=as_json)


def _show(rows: list[MandateRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Mandates"),
        [_("id"), _("scheme"), _("reference"), _("holder"), _("account"), _("state"), _("ends"), _("last debit")],
        [
            (r.id, r.scheme, r.reference, r.holder, r.method_label, r.state, r.ends_on or "", r.last_collected_on or "")
            for r in rows
        ],
    )


@app.command("list")
def list_mandates(
    account: str = typer.Option("", "--account", help="Of one billing account."),
    scheme: str = typer.Option("", "--scheme", help="Only of this scheme."),
    state: str = typer.Option("", "--state", help="CREATED, AUTHENTICATED, ACTIVE, SUSPENDED, EXPIRED or REVOKED."),
    expiring: int = typer.Option(0, "--expiring", metavar="DAYS", help="Only those that end within so many days."),
    limit: int = typer.Option(50, "--limit", help="How many at the most."),
    as_json: bool = AS_JSON,
) -> None:
    """Mandates, the newest first; bank accounts are shown masked."""
    if account:
        _show(queries.list_account_mandates(account_id_named(account)), as_json=as_json)
        return
    find = partial(queries.list_mandates, scheme=scheme, state=state.upper(), limit=limit)
    # Companies enter a day at different times.
    rows = [row for one in list_legal_entities() for row in _ending(find, one.id, expiring)] if expiring else find()
    _show(sorted(rows, key=lambda row: -row.id)[:limit], as_json=as_json)


def _ending(find: Callable[..., list[MandateRow]], legal_entity_id: int, days: int) -> list[MandateRow]:
    return find(legal_entity_ids=[legal_entity_id], expiring_by=today_at(legal_entity_id) + timedelta(days=days))


@app.command()
def methods(account: str = ACCOUNT, as_json: bool = AS_JSON) -> None:
    """Stored means of paying of an account, in the order in which they are tried."""
    rows: list[StoredMethodRow] = queries.list_methods(account_id_named(account))
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Stored methods"),
        [_("id"), _("order"), _("kind"), _("what"), _("holder"), _("until"), _("state")],
        [(r.id, r.rank, r.kind, r.label, r.holder, r.expires_on or "", r.state) for r in rows],
    )


@app.command()
def authenticate(
    mandate_id: int = MANDATE,
    how: str = typer.Option(..., "--how", help="How the customer confirmed it with his bank."),
    on: str = typer.Option("", "--on", metavar="DAY", help="When he confirmed it; none: today."),
    bank_reference: str = typer.Option("", "--bank-reference", help="The bank's own, such as a UMRN."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record that the customer confirmed a mandate with his bank; it is active from then on."""
    day = day_or_today(on, field="on", legal_entity_id=queries.get_mandate(mandate_id).legal_entity_id)
    with transaction.atomic():
        row = operations.authenticate_mandate(
            act=act_as(username), mandate_id=mandate_id, on=day, how=how, bank_reference=bank_reference
        )
    _show([row], as_json=as_json)


def _moved(verb: Callable[..., MandateRow], mandate_id: int, username: str, reason: str, *, as_json: bool) -> None:
    with transaction.atomic():
        row = verb(act=act_as(username, reason=reason), mandate_id=mandate_id)
    _show([row], as_json=as_json)


@app.command()
def suspend(mandate_id: int = MANDATE, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Put a mandate aside."""
    _moved(operations.suspend_mandate, mandate_id, username, reason, as_json=as_json)


@app.command()
def resume(mandate_id: int = MANDATE, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Take a suspended mandate into use again."""
    _moved(operations.resume_mandate, mandate_id, username, reason, as_json=as_json)


@app.command()
def revoke(mandate_id: int = MANDATE, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """End a mandate for good; its reference is never used again."""
    _moved(operations.revoke_mandate, mandate_id, username, reason, as_json=as_json)


def _terms(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, mark, _value in pairs:
        if not name or not mark:
            raise Refusal("collection_agreement.term", _("A term is written NAME=VALUE."), field="term")
    return {name: value for name, _mark, value in pairs}


@app.command()
def agree(
    company: str = typer.Argument(..., metavar="COMPANY", help="Code of the company."),
    scheme: str = typer.Argument(..., metavar="SCHEME", help="Such as sepa-core."),
    bank_account: str = typer.Option(..., "--bank-account", metavar="LABEL", help="As it stands in the set-up."),
    creditor_id: str = typer.Option(..., "--creditor-id", help="The number under which the company collects."),
    creditor_name: str = typer.Option(..., "--creditor-name", help="The name that payers see."),
    since: str = typer.Option(..., "--since", metavar="DAY", help="From which day on."),
    notice: int = typer.Option(-1, "--notice", metavar="DAYS", help="Agreed with customers (default: by the rules)."),
    fee: str = typer.Option("", "--fee", help="Charged for a failed debit, by the product of the term fee_product."),
    term: list[str] = typer.Option([], "--term", metavar="NAME=VALUE", help="What only this scheme asks for."),
    username: str = AS_USER,
) -> None:
    """Enter what was agreed with a bank about a scheme, from a day on."""
    entity = get_legal_entity(code=company)
    found = [one for one in list_bank_accounts(entity.id) if one.label == bank_account]
    if not found:
        raise NotFound("bank_account.not_found", _("The company has no such account."), field="bank_account")
    wanted = AgreementIn(
        legal_entity_id=entity.id,
        scheme=scheme,
        bank_account_id=found[0].id,
        creditor_id=creditor_id,
        creditor_name=creditor_name,
        valid_from=civil_day(since, field="since"),
        notice_days=notice if notice >= 0 else None,
        fee_minor=Money.of(fee, found[0].currency).amount_minor if fee else None,
        terms=_terms(term),
    )
    with transaction.atomic():
        row = operations.set_agreement(act=act_as(username), agreement=wanted)
    typer.echo(_("Agreed for %(scheme)s from %(day)s on.") % {"scheme": row.scheme, "day": row.valid_from})


@app.command()
def agreements(entity: str = ENTITY, as_json: bool = AS_JSON) -> None:
    """What was agreed with banks, the newest of each scheme first."""
    rows = queries.list_agreements(legal_entity_ids=[one.id for one in entities_named(entity)])
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Agreements"),
        [_("id"), _("scheme"), _("from"), _("number"), _("name"), _("notice"), _("state")],
        [
            (
                one.id,
                one.scheme,
                one.valid_from,
                one.creditor_id,
                one.creditor_name,
                "" if one.notice_days is None else one.notice_days,
                _("ended") if one.is_ended else _("agreed"),
            )
            for one in rows
        ],
    )


@app.command("end-agreement")
def end_agreement(
    company: str = typer.Argument(..., metavar="COMPANY", help="Code of the company."),
    scheme: str = typer.Argument(..., metavar="SCHEME", help="Such as sepa-core."),
    on: str = typer.Option(..., "--on", metavar="DAY", help="From this day on nothing is collected by it."),
    reason: str = typer.Option(..., "--reason", help="Why; it is kept."),
    username: str = AS_USER,
) -> None:
    """End what was agreed with a bank; runs that are with the bank go on."""
    entity = get_legal_entity(code=company)
    with transaction.atomic():
        row = operations.end_agreement(
            act=act_as(username, reason=reason),
            legal_entity_id=entity.id,
            scheme=scheme,
            on=civil_day(on, field="on"),
        )
    typer.echo(_("Ended for %(scheme)s on %(day)s.") % {"scheme": row.scheme, "day": row.valid_from})
