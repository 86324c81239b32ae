"""All accounts reconciled: documents = sub-ledger = control account, or the transaction that differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.acting import require
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.interfaces.web.subjects import url_of
from billwright.kernel.money import Money
from billwright.reporting.reconciliation import Difference, DifferenceKind, ReconciledAccount, reconcile
from billwright.ui import tables
from billwright.ui.tables import Column, Table

ACCOUNTS_SHOWN_MAX: Final = 50
DIFFERENCES_SHOWN_MAX: Final = 200
_KINDS: Final = {
    DifferenceKind.DOCUMENT: gettext_lazy("A document and its item"),
    DifferenceKind.ITEM: gettext_lazy("An item and its allocations"),
    DifferenceKind.CASH: gettext_lazy("Money and what was done with it"),
    DifferenceKind.ENTRY: gettext_lazy("Our rows and a journal entry"),
}


@dataclass(slots=True)
class Sum:
    """The three figures of a company and currency, twice each."""

    entity: str
    currency: str
    documents: Money
    items: Money
    open_items: Money
    control: Money
    unallocated: Money
    cash_ledger: Money
    count: int = 0

    @property
    def ties(self) -> bool:
        return self.documents == self.items and self.open_items == self.control and self.unallocated == self.cash_ledger


@require_GET
@awaited(gettext_lazy("Reconciliation of all accounts"))
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Every account of the companies that the person may see; those that differ first."""
    require(request, "report.view")
    codes = {entity.id: entity.code for entity in visible_entities(request, "report.view")}
    found = reconcile()
    accounts = [row for row in found.accounts if row.legal_entity_id in codes]
    known = {row.account_id for row in accounts}
    differences = [row for row in found.differences if row.account_id in known or row.account_id is None]
    differing = [row for row in accounts if not row.ties]
    is_export = tables.wants_export(request)
    shown = [*differing, *(row for row in accounts if row.ties)]
    table = Table(
        request,
        columns=_columns(codes),
        rows=shown if is_export else shown[:ACCOUNTS_SHOWN_MAX],
        row_id=lambda row: row.account_id,
        row_tone=lambda row: "" if row.ties else "bad",
        label=_("Accounts"),
    )
    if is_export:
        return tables.export(table, title=_("Reconciliation"))
    context = {
        "sums": _sums(accounts, codes),
        "account_count": len(accounts),
        "differing_count": len(differing),
        "differences": [(row, _KINDS[row.kind], _difference_url(row)) for row in differences[:DIFFERENCES_SHOWN_MAX]],
        "difference_count": len(differences),
        "table": table,
        "is_cut": len(shown) > ACCOUNTS_SHOWN_MAX,
    }
    return render(request, "web/reports/reconciliation.html", context)


def _sums(accounts: list[ReconciledAccount], codes: dict[int, str]) -> list[Sum]:
    sums: dict[tuple[str, str], Sum] = {}
    names = ("documents", "items", "open_items", "control", "unallocated", "cash_ledger")
    for row in accounts:
        currency = row.items.currency
        zero = Money.zero(currency)
        key = (codes[row.legal_entity_id], currency)
        total = sums.setdefault(key, Sum(*key, zero, zero, zero, zero, zero, zero))
        total.count += 1
        for name in names:
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return [sums[key] for key in sorted(sums)]


def _columns(codes: dict[int, str]) -> list[Column]:
    def url(row: ReconciledAccount) -> str:
        return reverse("web:account", args=[row.account_id]) + "#reconciliation"

    return [
        Column("number", _("Account"), value=lambda row: row.number, url=url),
        Column("entity", _("Company"), value=lambda row: codes[row.legal_entity_id], optional=True),
        Column("ties", _("Ties"), value=lambda row: _("Yes") if row.ties else _("No")),
        Column("documents", _("Documents"), kind="money", value=lambda row: row.documents, optional=True),
        Column("items", _("Items"), kind="money", value=lambda row: row.items, optional=True),
        Column("open", _("Open"), kind="money", value=lambda row: row.open_items),
        Column("control", _("Control account"), kind="money", value=lambda row: row.control),
        Column("cash", _("Unallocated"), kind="money", value=lambda row: row.unallocated, optional=True),
        Column("cash_ledger", _("In the ledger"), kind="money", value=lambda row: row.cash_ledger, optional=True),
    ]


def _difference_url(row: Difference) -> str:
    return url_of(row.subject.replace("entry:", "journal_entry:"))
