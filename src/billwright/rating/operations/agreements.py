"""Writes of discounts and spend limits: what an account or a subscription agreed to, beside its prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.catalog import queries as catalog
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import exponent
from billwright.rating.models import Discount, SpendLimit
from billwright.rating.queries import DiscountRow, SpendLimitRow, discount_row, spend_limit_row
from billwright.subscriptions import queries as subscriptions

PERIODS_MAX = 1200
PLACES_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDiscount:
    """Less for an account or one of its subscriptions: percent, or an amount a full period in major units.

    Limited to a plan, or to charges of that plan by code. `periods`: for so many periods; none: until it ends.
    """

    account_id: int
    name: str
    starts_on: date
    subscription_id: int | None = None
    plan: str = ""
    charges: tuple[str, ...] = ()
    percent: Decimal | None = None
    amount: Decimal | None = None
    periods: int | None = None
    ends_before: date | None = None
    code: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSpendLimit:
    """What an account or subscription comes to in a full period, at least or at most, in major units."""

    account_id: int
    name: str
    starts_on: date
    subscription_id: int | None = None
    plan: str = ""
    charges: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    ends_before: date | None = None


def _of_answer(_arguments: Mapping[str, object], answer: DiscountRow | SpendLimitRow) -> str:
    return f"account:{answer.account_id}"


@verb("discount.give", subject=_of_answer)
def give_discount(*, act: Act, discount: NewDiscount) -> DiscountRow:
    """Give a discount from a day on. Bills of that day and later take it; what is issued stays.

    Raises NotFound for account, subscription, plan or charge, Refusal `discount.percent_or_amount`,
    `discount.percent`, `discount.amount`, `discount.periods`, `agreement.ends`.
    """
    currency = _currency_of(discount.account_id, discount.subscription_id)
    require_size(percent=discount.percent, amount=discount.amount, periods=discount.periods)
    require_ends(discount.starts_on, discount.ends_before)
    plan_id, charge_ids = limited_to(discount.plan, discount.charges)
    made = Discount.objects.create(
        account_id=discount.account_id,
        subscription_id=discount.subscription_id,
        name=named(discount.name),
        code=discount.code.strip()[:40],
        plan_id=plan_id,
        plan_charge_ids=charge_ids,
        percent=discount.percent,
        amount=discount.amount,
        currency="" if discount.amount is None else currency,
        starts_on=discount.starts_on,
        ends_before=discount.ends_before,
        periods=discount.periods,
        position=discount.position,
        entered_by=act.actor,
        entered_at=act.at,
    )
    size = f"{discount.percent} %" if discount.percent is not None else f"{discount.amount} {currency}"
    note_change(after={"discount": made.name, "size": size}, effective_on=made.starts_on)
    return discount_row(made)


@verb("discount.end", subject=_of_answer)
def end_discount(*, act: Act, discount_id: int, ends_before: date) -> DiscountRow:
    """Let a discount hold for service before a day only. Raises NotFound, Refusal `agreement.ends`."""
    found = lock_rows(Discount, [discount_id])
    if not found:
        raise NotFound("discount.not_found", _("There is no such discount."), field="discount_id")
    (discount,) = found
    require_ends(discount.starts_on, ends_before, may_equal=True)
    before, discount.ends_before = discount.ends_before, ends_before
    discount.save(update_fields=["ends_before"])
    _note_end(before, ends_before)
    return discount_row(discount)


@verb("spend_limit.set", subject=_of_answer)
def set_spend_limit(*, act: Act, limit: NewSpendLimit) -> SpendLimitRow:
    """Agree what a full period comes to, at least or at most, from a day on.

    Raises NotFound for account, subscription, plan or charge, Refusal `spend_limit.none`, `spend_limit.amount`,
    `spend_limit.crossed`, `agreement.ends`.
    """
    currency = _currency_of(limit.account_id, limit.subscription_id)
    if limit.minimum is None and limit.maximum is None:
        raise Refusal("spend_limit.none", _("A commitment has a minimum or a maximum."), field="minimum")
    for field, value in (("minimum", limit.minimum), ("maximum", limit.maximum)):
        if value is not None:
            _require_amount(value, field=field, code="spend_limit.amount", least=Decimal(0), may_equal=True)
    if limit.minimum is not None and limit.maximum is not None and limit.minimum > limit.maximum:
        raise Refusal("spend_limit.crossed", _("The minimum is above the maximum."), field="minimum")
    require_ends(limit.starts_on, limit.ends_before)
    plan_id, charge_ids = limited_to(limit.plan, limit.charges)
    made = SpendLimit.objects.create(
        account_id=limit.account_id,
        subscription_id=limit.subscription_id,
        name=named(limit.name),
        plan_id=plan_id,
        plan_charge_ids=charge_ids,
        minimum=limit.minimum,
        maximum=limit.maximum,
        currency=currency,
        starts_on=limit.starts_on,
        ends_before=limit.ends_before,
        entered_by=act.actor,
        entered_at=act.at,
    )
    agreed = {"commitment": made.name, "minimum": str(limit.minimum or ""), "maximum": str(limit.maximum or "")}
    note_change(after=agreed, effective_on=made.starts_on)
    return spend_limit_row(made)


@verb("spend_limit.end", subject=_of_answer)
def end_spend_limit(*, act: Act, spend_limit_id: int, ends_before: date) -> SpendLimitRow:
    """Let a commitment hold for service before a day only. Raises NotFound, Refusal `agreement.ends`."""
    found = lock_rows(SpendLimit, [spend_limit_id])
    if not found:
        raise NotFound("spend_limit.not_found", _("There is no such commitment."), field="spend_limit_id")
    (limit,) = found
    require_ends(limit.starts_on, ends_before, may_equal=True)
    before, limit.ends_before = limit.ends_before, ends_before
    limit.save(update_fields=["ends_before"])
    _note_end(before, ends_before)
    return spend_limit_row(limit)


def require_size(*, percent: Decimal | None, amount: Decimal | None, periods: int | None) -> None:
    """Refuse what is no size of a discount. Raises Refusal `discount.percent_or_amount`, `discount.percent`,
    `discount.amount`, `discount.periods`."""
    if (percent is None) == (amount is None):
        raise Refusal(
            "discount.percent_or_amount", _("A discount is a percentage or an amount a period."), field="percent"
        )
    if percent is not None and not 0 < percent <= 100:
        raise Refusal("discount.percent", _("A discount is more than 0 and at most 100 percent."), field="percent")
    if amount is not None:
        _require_amount(amount, field="amount", code="discount.amount", least=Decimal(0), may_equal=False)
    if periods is not None and not 1 <= periods <= PERIODS_MAX:
        raise Refusal(
            "discount.periods", _("A discount holds for 1 to %(most)s periods.") % {"most": PERIODS_MAX},
            field="periods",
        )  # fmt: skip


def _note_end(before: date | None, after: date) -> None:
    note_change(
        before={"ends_before": before.isoformat() if before else ""},
        after={"ends_before": after.isoformat()},
        effective_on=after,
    )


def _currency_of(account_id: int, subscription_id: int | None) -> str:
    account = accounts.get_account(account_id)
    if subscription_id is not None and subscriptions.get_subscription(subscription_id).account_id != account.id:
        raise NotFound("subscription.not_found", _("There is no such subscription."), field="subscription_id")
    exponent(account.currency)
    return account.currency


def limited_to(plan: str, charges: tuple[str, ...]) -> tuple[int | None, list[int]]:
    """The plan, and the charges by code; charges without a plan are those of every plan that has one of that code."""
    if not plan:
        return None, catalog.charge_ids(codes=charges)
    row = catalog.get_plan(code=plan)
    return row.id, catalog.charge_ids(codes=charges, plan_id=row.id)


def named(name: str) -> str:
    """The name without its margins. Raises Refusal `agreement.unnamed`."""
    if not name.strip():
        raise Refusal("agreement.unnamed", _("It has a name, which is printed."), field="name")
    return name.strip()[:120]


def require_ends(starts_on: date, ends_before: date | None, *, may_equal: bool = False) -> None:
    """Raises Refusal `agreement.ends`."""
    if ends_before is not None and (ends_before < starts_on or (ends_before == starts_on and not may_equal)):
        raise Refusal("agreement.ends", _("It would end before it starts."), field="ends_before")


def _require_amount(value: Decimal, *, field: str, code: str, least: Decimal, may_equal: bool) -> None:
    places = value.normalize().as_tuple().exponent
    is_number = isinstance(places, int) and -places <= PLACES_MAX and value < Decimal(10) ** 15
    if not is_number or value < least or (value == least and not may_equal):
        raise Refusal(
            code,
            _("%(value)s is no amount that can be agreed.") % {"value": value},
            field=field,
            cure=_("Give an amount in major units with at most 12 decimal places."),
        )
