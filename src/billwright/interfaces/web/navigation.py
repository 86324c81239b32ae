"""The navigation of the staff workspace, top to bottom. An entry whose page is not mounted yet is not shown."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billwright.access.approvals import count_waiting
from billwright.access.queries import user_id_of
from billwright.interfaces.web.acting import actor_of
from billwright.ui.navigation import Entry, Section


def approvals_waiting(request: HttpRequest) -> int:
    """Requests that another person put; read once a request."""
    count: int | None = getattr(request, "approvals_waiting", None)
    if count is None:
        count = count_waiting(except_requested_by=user_id_of(actor_of(request)))
        request.approvals_waiting = count  # type: ignore[attr-defined]
    return count


_MY_WORK: Final = (
    Entry(label=_("My work"), icon="inbox", url_name="web:home", section=Section.MY_WORK, key="h"),
    Entry(
        label=_("Approvals"),
        icon="stamp",
        url_name="web:approvals",
        section=Section.MY_WORK,
        permission="approval.view",
        covers=("web:approval*",),
        count=approvals_waiting,
        key="y",
    ),
)
_RECEIVABLES: Final = (
    Entry(
        label=_("Accounts"),
        icon="users",
        url_name="web:accounts",
        section=Section.RECEIVABLES,
        permission="account.view",
        covers=("web:account*", "web:customer*"),
        key="a",
    ),
    Entry(
        label=_("Invoices"),
        icon="receipt-text",
        url_name="web:invoices",
        section=Section.RECEIVABLES,
        permission="invoice.view",
        covers=("web:invoice*", "web:credit-note*", "web:debit-note*"),
        key="i",
    ),
    Entry(
        label=_("Payments"),
        icon="banknote",
        url_name="web:payments",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:payment", "web:payments", "web:payment-re*", "web:payment-new"),
        key="p",
    ),
    Entry(
        label=_("Bank inbox"),
        icon="landmark",
        url_name="web:bank",
        section=Section.RECEIVABLES,
        permission="bank.view",
        covers=("web:bank*",),
        key="k",
    ),
    Entry(
        label=_("Gateways"),
        icon="credit-card",
        url_name="web:gateways",
        section=Section.RECEIVABLES,
        permission="gateway.view",
        covers=("web:gateway", "web:gateways", "web:gateway-webhook*", "web:gateway-watch"),
    ),
    Entry(
        label=_("Payouts"),
        icon="banknote-arrow-down",
        url_name="web:gateway-payouts",
        section=Section.RECEIVABLES,
        permission="gateway.view",
        covers=("web:gateway-payout*",),
    ),
    Entry(
        label=_("Chargebacks"),
        icon="shield",
        url_name="web:gateway-chargebacks",
        section=Section.RECEIVABLES,
        permission="gateway.view",
        covers=("web:gateway-chargeback*",),
    ),
    Entry(
        label=_("Matching"),
        icon="scan-search",
        url_name="web:matching",
        section=Section.RECEIVABLES,
        permission="match.view",
        covers=("web:matching*", "web:remittance*"),
        key="x",
    ),
    Entry(
        label=_("Collection runs"),
        icon="calendar-arrow-down",
        url_name="web:collection-runs",
        section=Section.RECEIVABLES,
        permission="collection.view",
        covers=("web:collection-*",),
    ),
    Entry(
        label=_("Failed debits"),
        icon="octagon-x",
        url_name="web:failed-debits",
        section=Section.RECEIVABLES,
        permission="collection.view",
        covers=("web:failed-debit*",),
    ),
    Entry(
        label=_("Mandates"),
        icon="signature",
        url_name="web:mandates",
        section=Section.RECEIVABLES,
        permission="mandate.view",
        covers=("web:mandate*",),
    ),
    Entry(
        label=_("Refunds"),
        icon="corner-up-left",
        url_name="web:refunds",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:refund*",),
        key="f",
    ),
    Entry(
        label=_("Fraud flags"),
        icon="flag",
        url_name="web:fraud-flags",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:fraud-*",),
    ),
    Entry(
        label=_("Payment links"),
        icon="link",
        url_name="web:payment-links",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:payment-link*",),
    ),
    Entry(
        label=_("Counter"),
        icon="store",
        url_name="web:cheques",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:cheque*", "web:cash-desk*", "web:deposit-slip*"),
    ),
    Entry(
        label=_("Reconciliations"),
        icon="git-compare-arrows",
        url_name="web:reconciliations",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:reconciliation*",),
    ),
    Entry(
        label=_("Ask the rule"),
        icon="message-circle-question-mark",
        url_name="web:rules",
        section=Section.RECEIVABLES,
        permission="payment.view",
        covers=("web:rules",),
        key="w",
    ),
    Entry(
        label=_("Ageing"),
        icon="chart-column",
        url_name="web:ageing",
        section=Section.RECEIVABLES,
        permission="report.view",
        covers=("web:ageing*",),
        key="o",
    ),
)
_BILLING: Final = (
    Entry(
        label=_("Subscriptions"),
        icon="refresh-cw",
        url_name="web:subscriptions",
        section=Section.BILLING,
        permission="account.view",
        covers=("web:subscription*",),
        key="s",
    ),
    Entry(
        label=_("Renewals ahead"),
        icon="calendar-sync",
        url_name="web:renewals",
        section=Section.BILLING,
        permission="account.view",
    ),
    Entry(
        label=_("Bill runs"),
        icon="play",
        url_name="web:bill-runs",
        section=Section.BILLING,
        permission="bill_run.view",
        covers=("web:bill-run*",),
        key="b",
    ),
    Entry(
        label=_("Catalog"),
        icon="tags",
        url_name="web:catalog",
        section=Section.BILLING,
        permission="bill_run.view",
        covers=("web:catalog*", "web:plan*"),
        key="c",
    ),
    Entry(
        label=_("Contracts"),
        icon="file-pen-line",
        url_name="web:contracts",
        section=Section.BILLING,
        permission="account.view",
        covers=("web:contract*",),
        key="e",
    ),
    Entry(
        label=_("Discounts"),
        icon="badge-percent",
        url_name="web:discounts",
        section=Section.BILLING,
        permission="account.view",
        covers=("web:discount*", "web:coupon*", "web:commitment*"),
        key="d",
    ),
    Entry(
        label=_("Scenarios"),
        icon="flask-conical",
        url_name="web:scenario",
        section=Section.BILLING,
        permission="scenario.run",
    ),
    Entry(
        label=_("Messages"),
        icon="mail",
        url_name="web:messages",
        section=Section.BILLING,
        permission="message.view",
        covers=("web:message*",),
        key="m",
    ),
)
_FINANCE: Final = (
    Entry(
        label=_("Trial balance"),
        icon="scale",
        url_name="web:trial-balance",
        section=Section.FINANCE,
        permission="ledger.view",
        key="t",
    ),
    Entry(
        label=_("Ledger"),
        icon="book-open",
        url_name="web:ledger-accounts",
        section=Section.FINANCE,
        permission="ledger.view",
        covers=("web:ledger-*",),
        key="l",
    ),
    Entry(
        label=_("Journal"),
        icon="notebook-text",
        url_name="web:journal",
        section=Section.FINANCE,
        permission="ledger.view",
        covers=("web:journal*",),
        key="n",
    ),
    Entry(
        label=_("Output tax"),
        icon="percent",
        url_name="web:tax-report",
        section=Section.FINANCE,
        permission="ledger.view",
    ),
    Entry(
        label=_("Between companies"),
        icon="arrow-right-left",
        url_name="web:between-companies",
        section=Section.FINANCE,
        permission="ledger.view",
    ),
    Entry(
        label=_("Deferred revenue"),
        icon="hourglass",
        url_name="web:revenue",
        section=Section.FINANCE,
        permission="ledger.view",
        covers=("web:revenue*",),
    ),
    Entry(
        label=_("Periods"),
        icon="calendar-check",
        url_name="web:periods",
        section=Section.FINANCE,
        permission="ledger.view",
        covers=("web:period*",),
    ),
    Entry(
        label=_("Reports"),
        icon="chart-line",
        url_name="web:reports",
        section=Section.FINANCE,
        permission="report.view",
        covers=("web:report*",),
        key="r",
    ),
)
_SET_UP: Final = (
    Entry(
        label=_("Company"),
        icon="building-2",
        url_name="web:setup",
        section=Section.SET_UP,
        permission="setup.view",
        covers=("web:setup*",),
    ),
    Entry(
        label=_("Wording of mails"),
        icon="mail-open",
        url_name="web:wordings",
        section=Section.SET_UP,
        permission="setup.view",
        covers=("web:wording*",),
    ),
    Entry(
        label=_("Methods of payment"),
        icon="wallet",
        url_name="web:payment-methods",
        section=Section.SET_UP,
        permission="setup.view",
        covers=("web:payment-method*",),
    ),
    Entry(
        label=_("Imports"),
        icon="file-up",
        url_name="web:imports",
        section=Section.SET_UP,
        permission="import.view",
        covers=("web:import*",),
    ),
    Entry(
        label=_("Users"),
        icon="user-cog",
        url_name="web:users",
        section=Section.SET_UP,
        permission="user.view",
        covers=("web:user*", "web:roles", "web:role*"),
        key="u",
    ),
    Entry(
        label=_("Audit trail"),
        icon="scroll-text",
        url_name="web:audit",
        section=Section.SET_UP,
        permission="audit.view",
        covers=("web:audit*",),
    ),
)

ENTRIES: Final[tuple[Entry, ...]] = (*_MY_WORK, *_RECEIVABLES, *_BILLING, *_FINANCE, *_SET_UP)
