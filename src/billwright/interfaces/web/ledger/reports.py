"""The trial balance and the tax report: every figure opens the postings that it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import DayField
from billwright.interfaces.web.ledger.books import BooksForm, address, books_of, day_in
from billwright.interfaces.web.ledger.words import CLASSES
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.ledger import queries
from billwright.ledger.queries import TaxReportRow, TrialBalanceRow
from billwright.ledger.states import LedgerRole
from billwright.org.queries import LegalEntityRow
from billwright.ui import responses, tables
from billwright.ui.tables import Column, Table, Totals


class TrialBalanceForm(BooksForm):
    """As of which day, as known at which time, and since when."""

    as_of = DayField(label=_("As of the end of"), required=False)
    since = DayField(label=_("Movement since"), required=False)
    known_at = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


@require_GET
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Every account's balance; debits and credits are equal in each currency, or something is broken."""
    entity = books_of(request)
    filters = TrialBalanceForm(request, entity=entity.code, as_of=day_in(entity, request))
    rows = _balances(entity, filters)
    table = Table(
        request, columns=_balance_columns(filters), rows=rows, totals=list(_totals(rows)), label=_("Trial balance")
    )
    if wants_export(request):
        return tables.export(table, title=f"{entity.code} {gettext('Trial balance')}")
    context = {
        "table": table,
        "filters": filters,
        "entity": entity,
        "as_of": filters.asked("as_of"),
        "since": filters.asked("since"),
        "known_at": filters.asked("known_at"),
        "differences": _differences(rows),
    }
    return render(request, "web/ledger/trial_balance.html", context)


def _balances(entity: LegalEntityRow, filters: TrialBalanceForm) -> list[TrialBalanceRow]:
    known_at: datetime | None = filters.asked("known_at")
    try:
        return queries.trial_balance(
            legal_entity_id=entity.id, as_of=filters.asked("as_of"), since=filters.asked("since"), known_at=known_at
        )
    except Refusal as refusal:
        responses.refuse_on_form(filters, refusal)
        return []


def _balance_columns(filters: TrialBalanceForm) -> list[Column]:
    def postings(row: TrialBalanceRow) -> str:
        return address(
            "web:ledger-account", row.ledger_account_id, until=filters.asked("as_of"), since=filters.asked("since")
        )

    return [
        Column("code", _("Account"), value=lambda row: row.code, url=postings),
        Column("name", _("Name"), value=lambda row: row.name, wrap=True),
        Column("class", _("Class"), value=lambda row: CLASSES[row.account_class], optional=True),
        Column("debit", _("Debits"), kind="money", value=_debit, optional=True),
        Column("credit", _("Credits"), kind="money", value=_credit, optional=True),
        Column("balance", _("Balance"), kind="money", value=_balance, url=postings),
    ]


def _debit(row: TrialBalanceRow) -> Money:
    return Money(row.debit_minor, row.currency)


def _credit(row: TrialBalanceRow) -> Money:
    return Money(row.credit_minor, row.currency)


def _balance(row: TrialBalanceRow) -> Money:
    return Money(row.balance_minor, row.currency)


def _totals(rows: Iterable[TrialBalanceRow]) -> Iterable[Totals]:
    for currency, sums in _by_currency(rows).items():
        debit, credit = (Money(amount, currency) for amount in sums)
        values = {"debit": debit, "credit": credit, "balance": debit - credit}
        yield Totals(_("Total %(currency)s") % {"currency": currency}, values)


def _by_currency(rows: Iterable[TrialBalanceRow]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        debit, credit = sums.get(row.currency, (0, 0))
        sums[row.currency] = (debit + row.debit_minor, credit + row.credit_minor)
    return sums


def _differences(rows: Iterable[TrialBalanceRow]) -> list[Money]:
    """Debits less credits in each currency: zero, or something is broken."""
    return [Money(debit - credit, currency) for currency, (debit, credit) in _by_currency(rows).items()]


class TaxReportForm(BooksForm):
    """The period of the return."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To and including"), required=False)


@dataclass(frozen=True, slots=True)
class TieOut:
    """The report against the books, in one currency."""

    reported: Money
    booked: Money

    @property
    def difference(self) -> Money:
        return self.reported - self.booked


@require_GET
def tax_report(request: HttpRequest) -> HttpResponse:
    """Output tax by component and code, tied to the movement of the output tax accounts."""
    entity = books_of(request)
    since, until = last_month(day_in(entity, request))
    filters = TaxReportForm(request, entity=entity.code, since=since, until=until)
    since, until = filters.asked("since"), filters.asked("until")
    rows = queries.tax_report(legal_entity_id=entity.id, since=since, until=until)
    table = Table(
        request, columns=_tax_columns(since, until), rows=rows, totals=_tax_totals(rows), label=_("Output tax")
    )
    if wants_export(request):
        return tables.export(table, title=f"{entity.code} {gettext('Output tax')} {since} {until}")
    context = {
        "table": table,
        "filters": filters,
        "entity": entity,
        "since": since,
        "until": until,
        "ties": _ties(entity, rows, since=since, until=until),
    }
    return render(request, "web/ledger/tax_report.html", context)


def last_month(day: date) -> tuple[date, date]:
    """The first and the last day of the month before: returns are filed for whole months that are over."""
    until = day.replace(day=1) - timedelta(days=1)
    return until.replace(day=1), until


def _tax_columns(since: date, until: date) -> list[Column]:
    return [
        Column(
            "component",
            _("Tax"),
            value=lambda row: row.component or row.tax_code,
            url=lambda row: address("web:ledger-account", row.ledger_account_id, since=since, until=until),
        ),
        Column("tax_code", _("Code"), value=lambda row: row.tax_code),
        Column("postings", _("Postings"), kind="number", value=lambda row: row.posting_count, optional=True),
        Column("tax", _("Tax owed"), kind="money", value=lambda row: Money(row.tax_minor, row.currency)),
    ]


def _tax_totals(rows: Iterable[TaxReportRow]) -> list[Totals]:
    return [
        Totals(_("Total %(currency)s") % {"currency": currency}, {"tax": Money(minor, currency)})
        for currency, minor in _reported(rows).items()
    ]


def _reported(rows: Iterable[TaxReportRow]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.tax_minor
    return sums


def _ties(entity: LegalEntityRow, rows: list[TaxReportRow], *, since: date, until: date) -> list[TieOut]:
    """What the trial balance says of the same accounts and days: a second reading of the books, by another path."""
    reported = _reported(rows)
    booked: dict[str, int] = {}
    for balance in queries.trial_balance(legal_entity_id=entity.id, as_of=until, since=since):
        if balance.role == LedgerRole.OUTPUT_TAX:
            booked[balance.currency] = booked.get(balance.currency, 0) - balance.balance_minor
    return [
        TieOut(Money(reported.get(currency, 0), currency), Money(booked.get(currency, 0), currency))
        for currency in sorted(reported.keys() | booked.keys())
    ]
