"""Writing running agreements of another system: billed there before the cut-over day, here from it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from billwright.catalog.operations import NewCharge, NewPrice, create_plan, create_product
from billwright.catalog.queries import list_products, plans_by_code
from billwright.catalog.states import PriceModel, TaxCategory, Timing
from billwright.files.operations import add_rows_in
from billwright.files.queries import rows_in
from billwright.files.rows import RowIn
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, line_amount
from billwright.kernel.periods import add_months
from billwright.kernel.sql import step
from billwright.subscriptions.operations import NewSubscription, end_due, subscribe_many
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.kinds import Context, Judged, Ours, Posted
from billwright.workflow.book_import.mapping import PlanPart
from billwright.workflow.book_import.parties import Parties, key_of
from billwright.workflow.book_import.reading import Reading

PACKAGE = "billwright.workflow.book_import"
# Before it no service is known to the product; prices of imported plans hold from here on.
PRICES_BEGIN = date(1970, 1, 1)
MONTHS_MAX = 600


@dataclass(frozen=True, slots=True)
class SubscriptionIn:
    """An agreement as a row says it. `quantity` counts units at the plan's price."""

    quantity: Decimal
    starts_on: date
    ends_before: date | None
    description: str


class Subscriptions(Posted):
    """Subscriptions of another system. `active` is the part of the amounts that goes on after the cut-over."""

    measures: tuple[str, ...] = ("amount", "active")
    rough_field = "own_price"

    def judge(self, context: Context, readings: Sequence[Reading]) -> tuple[list[Judged], list[Fault]]:
        """What each row agrees on, by period."""
        judged: list[Judged] = []
        faults: list[Fault] = []
        for reading in readings:
            try:
                subscription = _subscription_of(reading, context)
            except Refusal as refused:
                faults.append(Fault.of(reading.row, refused, field=context.mapping.column_of(refused.field)))
                continue
            amount = line_amount(subscription.quantity, _unit_price(context), reading.currency)
            active = amount if subscription.ends_before is None else Money.zero(reading.currency)
            judged.append(Judged(reading, subscription, {"amount": amount, "active": active}))
        return judged, faults

    def refuse(self, context: Context, judged: Sequence[Judged]) -> tuple[list[Judged], list[Fault]]:  # noqa: ARG002
        """Nothing more can be wrong with an agreement that was judged."""
        return list(judged), []

    def write(self, context: Context, judged: Sequence[Judged], parties: Parties) -> None:
        """Subscribe all, billed up to the cut-over day; what had ended by then ends."""
        plan, cut_over = context.mapping.plan, context.mapping.cut_over
        assert plan is not None
        assert cut_over is not None
        _ensure_plan(context, plan, {row.reading.currency for row in judged})
        made = subscribe_many(
            act=context.act.nested(),
            rows=tuple(
                NewSubscription(
                    account_id=parties.account_ids[key_of(row.reading)],
                    plan=plan.code,
                    ordered_on=row.becomes.starts_on,
                    quantity=row.becomes.quantity,
                    starts_on=row.becomes.starts_on,
                    billed_to=cut_over.on,
                    ends_before=row.becomes.ends_before,
                    description=row.becomes.description[:200],
                    reference=row.reading.identity[:80],
                )
                for row in judged
            ),
        )
        end_due(act=context.act.nested(), as_of=min(cut_over.on, context.as_of))
        add_rows_in(
            source=context.mapping.identity_source,
            job_id=context.job_id,
            rows=[
                RowIn(row.reading.identity, f"subscription:{subscription.id}", row.reading.digest)
                for row, subscription in zip(judged, made, strict=True)
            ],
        )

    def ours(self, context: Context, identities: Sequence[str]) -> list[Ours]:
        """Count and amounts of the agreements that the identities became, by currency."""
        known = rows_in(source=context.mapping.identity_source, identities=identities)
        ids = [int(row.subject.removeprefix("subscription:")) for row in known.values()]
        with connection.cursor() as cursor:
            rows = step(PACKAGE, "900_subscription_totals").rows(cursor, {"subscription_ids": ids})
        return [
            Ours(currency, count, {"amount": Money(amount, currency), "active": Money(active, currency)})
            for currency, count, amount, active in rows
        ]


def _unit_price(context: Context) -> Decimal:
    assert context.mapping.plan is not None
    return Decimal(context.mapping.plan.unit_price)


def _subscription_of(reading: Reading, context: Context) -> SubscriptionIn:
    cut_over = context.mapping.cut_over
    assert cut_over is not None
    own_price: Money | None = reading.fields.get("own_price")
    # A price agreed with one customer is so many units at the plan's price of 1.
    quantity = own_price.decimal if own_price is not None else reading.fields.get("quantity")
    if quantity is None or quantity <= 0:
        raise Refusal(
            "import.not_positive",
            _("The agreement has no price or quantity above zero."),
            field="own_price" if own_price is not None else "quantity",
            cure=_("Give an amount a period, or leave the row out (status skip)."),
        )
    starts_on = _starts_on(reading, cut_over.on)
    ends_before: date | None = reading.fields.get("ends_before")
    if reading.fields.get("status") == "ended":
        ends_before = ends_before or cut_over.on
    elif context.mapping.options.force_status == "active":
        ends_before = None
    if ends_before is not None and ends_before <= starts_on:
        raise Refusal(
            "import.ends_before_start",
            _("It begins on %(start)s and ends before %(end)s.")
            % {"start": starts_on.isoformat(), "end": ends_before.isoformat()},
            field="ends_before",
            cure=_("Correct one of the two dates, or leave the row out."),
        )
    return SubscriptionIn(quantity, starts_on, ends_before, reading.text("description"))


def _starts_on(reading: Reading, cut_over: date) -> date:
    starts_on: date | None = reading.fields.get("starts_on")
    months = reading.fields.get("months_in_service")
    if starts_on is None and months is not None:
        if not 0 <= months <= MONTHS_MAX:
            raise Refusal(
                "import.date_out_of_range",
                _("%(months)d months of service cannot be.") % {"months": months},
                field="months_in_service",
                cure=_("Correct the number of months."),
            )
        starts_on = add_months(cut_over, -months)
    return starts_on or cut_over


def _ensure_plan(context: Context, plan: PlanPart, currencies: set[str]) -> None:
    """Make product and plan at their first use. An existing plan is taken as it is."""
    if plans_by_code([plan.code]):
        return
    if plan.product not in {product.code for product in list_products()}:
        create_product(
            act=context.act.nested(),
            code=plan.product,
            name=plan.name,
            family=plan.family,
            tax_category=TaxCategory(plan.tax_category),
        )
    create_plan(
        act=context.act.nested(),
        code=plan.code,
        name=plan.name,
        legal_entity_id=context.entity.id,
        charges=(
            NewCharge(
                code="period",
                name=plan.name,
                product=plan.product,
                model=PriceModel.PER_UNIT,
                interval_count=plan.every_months,
                timing=Timing(plan.timing),
                prices=tuple(
                    NewPrice(currency=currency, valid_from=PRICES_BEGIN, unit_price=_unit_price(context))
                    for currency in sorted(currencies)
                ),
            ),
        ),
    )
