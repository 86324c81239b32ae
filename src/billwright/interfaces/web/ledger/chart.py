"""The chart of accounts and, for one account, the postings that its balance is made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import DayField, FilterForm
from billwright.interfaces.web.ledger.books import BooksForm, address, books_of, day_in, stands_for
from billwright.interfaces.web.ledger.words import CLASSES, kind_words
from billwright.interfaces.web.paging import PAGE_SIZE, every, forward_page, place
from billwright.interfaces.web.subjects import url_of
from billwright.kernel.money import Money
from billwright.ledger import queries
from billwright.ledger.queries import LedgerAccountRow, PostingRow
from billwright.org.queries import get_legal_entity
from billwright.ui import tables
from billwright.ui.tables import Column, Table
from billwright.ui.templatetags import ui_tags


class ChartForm(BooksForm):
    """Which company's chart."""


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The chart: every account with its balance today."""
    entity = books_of(request)
    today = day_in(entity, request)
    balances: dict[int, list[Money]] = {}
    for row in queries.trial_balance(legal_entity_id=entity.id, as_of=today):
        balances.setdefault(row.ledger_account_id, []).append(Money(row.balance_minor, row.currency))
    rows = queries.list_accounts(entity.id)
    table = Table(request, columns=_chart_columns(balances), rows=rows, label=_("Chart of accounts"), count=len(rows))
    if wants_export(request):
        return tables.export(table, title=f"{entity.code} {gettext('Chart of accounts')}")
    context = {"table": table, "filters": ChartForm(request, entity=entity.code), "entity": entity, "today": today}
    return render(request, "web/ledger/accounts.html", context)


def _chart_columns(balances: dict[int, list[Money]]) -> list[Column]:
    def amounts(row: LedgerAccountRow) -> SafeString:
        return ui_tags.money_of(None) if row.id not in balances else _joined(balances[row.id])

    def only(row: LedgerAccountRow) -> str | Decimal | None:
        held = balances.get(row.id, [])
        return held[0].decimal if len(held) == 1 else "; ".join(map(str, held)) or None

    return [
        Column("code", _("Account"), value=lambda row: row.code, url=lambda row: address("web:ledger-account", row.id)),
        Column("name", _("Name"), value=lambda row: row.name, wrap=True),
        Column("class", _("Class"), value=lambda row: CLASSES[row.account_class], optional=True),
        Column("balance", _("Balance today"), kind="number", value=only, render=amounts),
    ]


def _joined(amounts: list[Money]) -> SafeString:
    parts = [ui_tags.money_of(amount, colour=True) for amount in amounts]
    return format_html(", ".join("{}" for _part in parts), *parts)


class PostingsForm(FilterForm):
    """Which days of the account."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To and including"), required=False)


@require_GET
def account(request: HttpRequest, ledger_account_id: int) -> HttpResponse:
    """One account: its balance at the last day asked for, and its postings, the newest first."""
    row = queries.get_account(ledger_account_id)
    require_in(request, "ledger.view", row.legal_entity_id)
    entity = get_legal_entity(legal_entity_id=row.legal_entity_id)
    filters = PostingsForm(request)
    asked = {"since": filters.asked("since"), "until": filters.asked("until")}
    fetched = queries.list_postings(
        ledger_account_id=row.id, before=place(request.GET.get("cursor", "")), limit=PAGE_SIZE + 1, **asked
    )
    page = forward_page(fetched, size=PAGE_SIZE, key=lambda posting: (posting.entry_id, posting.line_no))
    table = Table(request, columns=_POSTING_COLUMNS, rows=page.rows, page=page, label=row.name)
    if wants_export(request):
        return tables.export(table, title=f"{entity.code} {row.code} {row.name}", rows=_all_postings(row.id, **asked))
    as_of = asked["until"] or day_in(entity, request)
    context = {
        "table": table,
        "filters": filters,
        "account": row,
        "entity": entity,
        "class_words": CLASSES[row.account_class],
        "as_of": as_of,
        "balances": queries.account_balance(ledger_account_id=row.id, as_of=as_of, since=asked["since"]),
        "movement_since": asked["since"],
    }
    return render(request, "web/ledger/account.html", context)


def _all_postings(ledger_account_id: int, *, since: date | None, until: date | None) -> Iterator[PostingRow]:
    """Every posting the filters leave, chunk by chunk, so that memory does not grow with the account."""

    def read(before: tuple[int, int] | None, limit: int) -> list[PostingRow]:
        return queries.list_postings(
            ledger_account_id=ledger_account_id, since=since, until=until, before=before, limit=limit
        )

    return every(read, key=lambda row: (row.entry_id, row.line_no))


def _side(posting: PostingRow, *, debit: bool) -> Money | None:
    amount = Money(posting.amount_minor, posting.currency)
    if debit:
        return amount if posting.amount_minor > 0 else None
    return -amount if posting.amount_minor < 0 else None


def _billing_account(posting: PostingRow) -> Any:
    return posting.billing_account_id or ""


_POSTING_COLUMNS = [
    Column(
        "entry",
        _("Entry"),
        value=lambda posting: posting.entry_id,
        url=lambda posting: reverse("web:journal-entry", args=[posting.entry_id]),
    ),
    Column("date", _("Accounting date"), kind="date", value=lambda posting: posting.accounting_date),
    Column(
        "for",
        _("Stands for"),
        value=lambda posting: f"{kind_words(posting.kind)} {posting.entry_key}",
        render=lambda posting: stands_for(posting.entry_key, posting.kind),
    ),
    Column("narration", _("Narration"), value=lambda posting: posting.narration, wrap=True, optional=True),
    Column(
        "billing_account",
        _("Billing account"),
        value=_billing_account,
        url=lambda posting: url_of(f"account:{posting.billing_account_id}") if posting.billing_account_id else "",
        optional=True,
        hidden=True,
    ),
    Column("document_date", _("Document date"), kind="date", value=lambda posting: posting.document_date, hidden=True),
    Column("recorded_at", _("Recorded"), kind="datetime", value=lambda posting: posting.recorded_at, hidden=True),
    Column("tax_code", _("Tax code"), value=lambda posting: posting.tax_code, hidden=True),
    Column("debit", _("Debit"), kind="money", value=lambda posting: _side(posting, debit=True)),
    Column("credit", _("Credit"), kind="money", value=lambda posting: _side(posting, debit=False)),
]
