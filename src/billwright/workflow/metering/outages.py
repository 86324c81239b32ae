"""Outages: what service below its promised level earns back, with the next bill run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.catalog.queries import get_plan
from billwright.catalog.rows import ServiceLevelRow
from billwright.kernel import sql
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.rating.operations import NewServiceCredit, give_service_credit
from billwright.rating.queries import ChargeRow, list_charges
from billwright.rating.states import ChargeKind, ChargeState
from billwright.subscriptions.queries import SubscriptionRow, accounts_on, get_subscription
from billwright.workflow.bill_run import preview_accounts

PACKAGE = "billwright.workflow.metering"


@dataclass(frozen=True, slots=True)
class OutageRow:
    """What a month's uptime led to: the band reached, the month's charges, and the credit that waits (none: none)."""

    subscription_id: int
    month_from: date
    month_to: date
    uptime: Decimal
    percent: Decimal
    charged: Money
    credit: ChargeRow | None


@dataclass(frozen=True, slots=True)
class _Charged:
    """Net of a line and the service it is for."""

    product: str
    service_from: date
    service_to: date
    net_minor: int

    def within(self, month: tuple[date, date]) -> Fraction:
        """The share of it that falls into a month, by days."""
        days = (min(self.service_to, month[1]) - max(self.service_from, month[0])).days
        return Fraction(self.net_minor * max(days, 0), max((self.service_to - self.service_from).days, 1))


def band_reached(levels: Sequence[ServiceLevelRow], uptime: Decimal) -> ServiceLevelRow | None:
    """The lowest band that an uptime (percent of the month) falls below; None: the promise was kept."""
    return min((level for level in levels if uptime < level.below), key=lambda level: level.below, default=None)


def record_outage(*, act: Act, subscription_id: int, uptime: Decimal, on: date) -> OutageRow:
    """Credit a share of the subscription's recurring charges of the calendar month that holds a day.

    The plan's service levels say which share. What the month has been credited before counts: a lower uptime later
    adds the difference. Charges in arrears count as they would be billed at the month's end.
    Raises NotFound, Refusal `outage.uptime`, `outage.no_service_level`, and what `give_service_credit` raises.
    """
    if not 0 <= uptime <= 100:
        raise Refusal("outage.uptime", _("Uptime is a percentage of the month."), field="uptime")
    subscription = get_subscription(subscription_id)
    levels = get_plan(plan_id=subscription.plan_id).terms.service_levels
    if not levels:
        raise Refusal(
            "outage.no_service_level",
            _("The plan %(code)s promises no service level.") % {"code": subscription.plan_code},
            field="subscription_id",
            cure=_("Enter an adjustment with its reason."),
        )
    month = _month_of(on)
    band = band_reached(levels, uptime)
    percent = band.percent if band else Decimal(0)
    lines = _charged(act, subscription, month)
    currency = get_account(subscription.account_id).currency
    whole = sum((line.within(month) for line in lines), Fraction(0))
    owed = _rounded(whole * Fraction(percent) / 100, currency) - _given(subscription_id, month, currency)
    credit = _give(act, subscription, month, uptime, owed, lines, on) if owed.amount_minor > 0 else None
    return OutageRow(subscription_id, *month, uptime, percent, _rounded(whole, currency), credit)


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _rounded(minor: Fraction, currency: str) -> Money:
    """Half away from zero; what a month comes to below zero earns nothing."""
    return Money(int(max(minor, Fraction(0)) + Fraction(1, 2)), currency)


def _charged(act: Act, subscription: SubscriptionRow, month: tuple[date, date]) -> list[_Charged]:
    with connection.cursor() as cursor:
        rows = sql.step(PACKAGE, "recurring_lines").rows(
            cursor, {"subscription_id": subscription.id, "month_from": month[0], "month_to": month[1]}
        )
    products = {item_id: product for item_id, product, *_rest in rows}
    billed = [_Charged(product, starts, ends, net) for _id, product, starts, ends, net in rows if net is not None]
    payer_id = accounts_on([(subscription.account_id, month[0])])[subscription.account_id, month[0]].payer_id
    preview = preview_accounts(act=act, payer_ids=[payer_id], as_of=month[1])
    for document in preview.documents:
        billed += [
            _Charged(
                products[line.item_id], line.service_from, line.service_to, line.amount_minor - line.discount_minor
            )
            for line in document.lines
            if line.item_id in products and line.kind in ("RECURRING", "CORRECTION")
        ]
    return billed


def _given(subscription_id: int, month: tuple[date, date], currency: str) -> Money:
    given = Money(0, currency)
    for charge in list_charges(subscription_id=subscription_id, limit=1000):
        is_counted = charge.kind == ChargeKind.SERVICE_CREDIT and charge.state != ChargeState.DISCARDED
        if is_counted and charge.service_from == month[0]:
            given -= charge.amount
    return given


def _give(
    act: Act,
    subscription: SubscriptionRow,
    month: tuple[date, date],
    uptime: Decimal,
    amount: Money,
    lines: Sequence[_Charged],
    on: date,
) -> ChargeRow:
    largest = max(lines, key=lambda line: line.within(month))
    return give_service_credit(
        act=act,
        credit=NewServiceCredit(
            account_id=subscription.account_id,
            subscription_id=subscription.id,
            product=largest.product,
            text=_("Service credit: %(uptime)s %% uptime in %(month)s")
            % {"uptime": f"{uptime.normalize():f}", "month": f"{month[0]:%Y-%m}"},
            amount=amount,
            service_from=month[0],
            service_to=month[1],
            bill_from=on,
        ),
    )
