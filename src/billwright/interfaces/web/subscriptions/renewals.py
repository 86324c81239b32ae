"""Renewals ahead: what begins anew soon, when it is invoiced, and whether it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.accounts.queries import account_ids_by_number, get_accounts
from billwright.accounts.rows import AccountRow
from billwright.catalog.queries import list_plans
from billwright.interfaces.web.acting import at_of, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.forms import FilterForm
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.lists import ListPage
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.interfaces.web.subscriptions.listing import VIEW
from billwright.invoicing.queries import documents_of_periods, get_invoices
from billwright.invoicing.rows import InvoiceRow
from billwright.kernel.money import Money
from billwright.receivables.queries import open_amounts
from billwright.subscriptions.queries import AheadRow, AheadTotal, renewals_ahead
from billwright.ui.tables import Column, Totals

WINDOWS = (30, 60, 90, 366)
WINDOW = 60


class RenewalsForm(FilterForm):
    """Which renewals."""

    account = forms.CharField(label=_("Account"), required=False, max_length=40)
    plan = forms.ChoiceField(label=_("Plan"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("waits", _("To be invoiced")), ("invoiced", _("Invoiced"))],
    )
    within = forms.TypedChoiceField(
        label=_("Within"), required=False, coerce=int, choices=[(days, _("%d days") % days) for days in WINDOWS]
    )

    def prepare(self, request: HttpRequest) -> None:  # noqa: ARG002  # the form's own signature
        """Offer every plan, also those that are sold no longer."""
        field: forms.ChoiceField = self.fields["plan"]  # type: ignore[assignment]
        field.choices = [("", _("All")), *((plan.code, plan.name) for plan in list_plans(active_only=False))]


class Listed:
    """A renewal with its account, and the document that bills it."""

    def __init__(
        self, row: AheadRow, account: AccountRow | None, invoice: InvoiceRow | None, open_: Money | None
    ) -> None:
        self.id = row.id
        self.row = row
        self.account = f"{account.number} · {account.shown_name}" if account else ""
        self.invoice = invoice
        self.open = open_

    @property
    def state(self) -> tuple[str, str]:
        """Its words and tone."""
        if not self.row.is_invoiced:
            return gettext("To be invoiced"), "neutral"
        if self.invoice is not None and self.open is not None and not self.open:
            return gettext("Paid"), "good"
        return gettext("Invoiced"), "accent"


def listed(rows: Sequence[AheadRow]) -> list[Listed]:
    """Renewals with their accounts and documents, in a fixed number of queries."""
    accounts = get_accounts({row.account_id for row in rows})
    billed = documents_of_periods([(row.account_id, row.id, row.renews_on) for row in rows if row.is_invoiced])
    invoices, opens = get_invoices(set(billed.values())), open_amounts(set(billed.values()))

    def one(row: AheadRow) -> Listed:
        invoice_id = billed.get((row.id, row.renews_on), 0)
        return Listed(row, accounts.get(row.account_id), invoices.get(invoice_id), opens.get(invoice_id))

    return [one(row) for row in rows]


@require_GET
@awaited(_("Renewals ahead"), right=VIEW)
def renewals(request: HttpRequest) -> HttpResponse:
    """Periods in advance that begin soon, in the order of their days."""
    require(request, VIEW)
    filters = RenewalsForm(request, within=WINDOW)
    today = timezone.localdate(at_of(request))
    number, state = filters.asked("account"), filters.asked("state")
    wanted = partial(
        renewals_ahead,
        since=today,
        until=today + timedelta(days=filters.asked("within") or WINDOW),
        account_ids=list(account_ids_by_number([number]).values()) if number else None,
        legal_entity_ids=permissions(request).entities_for(VIEW),
        plan_code=filters.asked("plan") or "",
        is_invoiced=state == "invoiced" if state else None,
    )
    totals = wanted(limit=1).totals

    def rows(**place: Any) -> Sequence[AheadRow]:
        return wanted(**place).rows

    return ListPage(
        title=_("Renewals ahead"),
        template="web/subscriptions/renewals.html",
        filters=filters,
        wanted=rows,
        listed=listed,
        columns=_COLUMNS,
        key="after",
        day_of=lambda row: row.renews_on,
        totals=[_total(total) for total in totals],
        count=sum(total.count for total in totals),
        # How far ahead is always asked, if only by default.
        context={"narrowed": any(filters.asked(name) for name in ("account", "plan", "state"))},
    ).shown(request)


def _total(total: AheadTotal) -> Totals:
    return Totals(f"{gettext('Total')} {total.amount.currency}", {"amount": total.amount})


_COLUMNS = [
    Column("renews", _("Renews"), kind="date", value=lambda one: one.row.renews_on),
    Column(
        "subscription", _("Subscription"), value=lambda one: one.row.subscription_number,
        url=lambda one: address_of("web:subscription", one.row.subscription_id),
    ),
    Column(
        "account", _("Account"), value=lambda one: one.account,
        url=lambda one: address_of("web:account", one.row.account_id), wrap=True,
    ),
    Column("plan", _("Plan"), value=lambda one: one.row.plan_name, optional=True),
    Column("charge", _("Charge"), value=lambda one: one.row.charge_name, optional=True),
    Column("until", _("Until before"), kind="date", value=lambda one: one.row.service_to, hidden=True),
    Column("amount", _("Before tax"), kind="money", value=lambda one: one.row.amount),
    Column("invoice_on", _("Invoiced on"), kind="date", value=lambda one: one.row.invoice_on),
    Column("state", _("State"), value=lambda one: one.state[0], render=lambda one: tag(*one.state)),
    Column(
        "invoice", _("Invoice"), value=lambda one: one.invoice.number if one.invoice else "",
        url=lambda one: address_of("web:invoice", one.invoice.id) if one.invoice else "",
    ),
    Column(
        "due", _("Due"), kind="date", value=lambda one: one.invoice.due_date if one.invoice else None, optional=True
    ),
    Column("open", _("Open"), kind="money", value=lambda one: one.open, optional=True),
]  # fmt: skip
