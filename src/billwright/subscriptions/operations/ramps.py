"""Agreed prices: several prices of a charge, each from a day on, in one act; then perhaps the list price again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from billwright.catalog import operations as catalog_operations
from billwright.catalog import queries as catalog
from billwright.catalog.operations import NewPrice
from billwright.catalog.policies import followed_by
from billwright.catalog.queries import PriceRow
from billwright.catalog.rows import TierRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_rows
from billwright.subscriptions import queries
from billwright.subscriptions.models import Subscription, SubscriptionItem
from billwright.subscriptions.operations.relaying import account_on, relay

STEPS_MAX = 120


@dataclass(frozen=True, slots=True)
class PriceStep:
    """The price that holds from a day on, in major units; tiers instead, where the charge has them."""

    valid_from: date
    unit_price: Decimal | None = None
    tiers: tuple[TierRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRamp:
    """Prices of a charge agreed for a subscription, or for every one of an account, in the order of their days.

    From `list_price_from` on the price of the wider scope holds again; none: the last step holds for good. `says` is
    printed where a line is explained.
    """

    plan_charge_id: int
    steps: tuple[PriceStep, ...]
    subscription_id: int | None = None
    account_id: int | None = None
    list_price_from: date | None = None
    says: str = ""


def _subject(arguments: object, _answer: object) -> str:
    assert isinstance(arguments, dict)
    ramp: PriceRamp = arguments["ramp"]
    return f"subscription:{ramp.subscription_id}" if ramp.subscription_id else f"account:{ramp.account_id}"


@verb("price.agree_ramp", subject=_subject)
def agree_price_ramp(*, act: Act, ramp: PriceRamp, as_of: date) -> tuple[PriceRow, ...]:
    """Agree prices by dates; the items take each from its day on, keeping their periods. All of it or nothing.

    `as_of` is the account's present day. What is billed beyond the first day is repaired by the next run; issued
    documents stay. Raises NotFound for subscription, account or charge; Refusal `ramp.owner`, `ramp.empty`,
    `ramp.order`, `ramp.one_way`, `plan.no_price`, and with the step counted from 1 what `price.set` raises.
    """
    _require_sound(ramp)
    subscriptions = _running(ramp)
    owner = subscriptions[0].account_id if subscriptions else ramp.account_id
    assert owner is not None, "a ramp has an owner"
    currency = queries.accounts_on([(owner, as_of)])[owner, as_of].currency
    scope = f"subscription:{ramp.subscription_id}" if ramp.subscription_id else f"account:{owner}"
    made = []
    for row, price in enumerate(_prices(ramp, currency=currency, scope=scope), start=1):
        try:
            made.append(catalog_operations.set_price(act=act.nested(), plan_charge_id=ramp.plan_charge_id, price=price))
        except Refusal as refusal:
            refusal.row = row
            raise
    first = ramp.steps[0].valid_from
    for subscription in subscriptions:
        if subscription.starts_on is not None:
            relay(subscription, account_on(subscription, as_of), act=act, cut=max(first, subscription.starts_on))
    note_change(
        after={
            "prices": [f"{one.valid_from}: {one.unit_price if not one.lapses else 'list'}" for one in made],
            "subscriptions": len(subscriptions),
        },
        effective_on=first,
    )
    return tuple(made)


def _require_sound(ramp: PriceRamp) -> None:
    if (ramp.subscription_id is None) == (ramp.account_id is None):
        raise Refusal(
            "ramp.owner", _("Prices are agreed for a subscription or for an account."), field="subscription_id"
        )
    if not 1 <= len(ramp.steps) <= STEPS_MAX:
        raise Refusal(
            "ramp.empty", _("Agree 1 to %(most)s prices.") % {"most": STEPS_MAX}, field="steps",
            cure=_("Say from which day each holds."),
        )  # fmt: skip
    days = [step.valid_from for step in ramp.steps]
    days += [ramp.list_price_from] if ramp.list_price_from is not None else []
    for row, (earlier, later) in enumerate(pairwise(days), start=2):
        if later <= earlier:
            raise Refusal(
                "ramp.order",
                _("%(later)s is not after %(earlier)s.") % {"later": later, "earlier": earlier},
                field="steps" if row <= len(ramp.steps) else "list_price_from",
                row=row,
                cure=_("Give the prices in the order of their days."),
            )
    for row, step in enumerate(ramp.steps, start=1):
        if (step.unit_price is None) == (not step.tiers):
            raise Refusal("ramp.one_way", _("A step has a price or tiers."), field="steps", row=row)


def _running(ramp: PriceRamp) -> list[Subscription]:
    """The subscriptions that the prices reach, locked. Raises NotFound."""
    catalog.get_charge(ramp.plan_charge_id)
    if ramp.subscription_id is not None:
        found = lock_rows(Subscription, [ramp.subscription_id])
        if not found:
            raise queries.not_found(ramp.subscription_id)
        return found
    items = SubscriptionItem.objects.filter(account_id=ramp.account_id, plan_charge_id=ramp.plan_charge_id)
    return lock_rows(Subscription, set(items.values_list("subscription_id", flat=True)))


def _prices(ramp: PriceRamp, *, currency: str, scope: str) -> Iterable[NewPrice]:
    """Each step after the price before it: what it does not say stays; last of all the list price again."""
    known = [
        price
        for price in catalog.list_prices(ramp.plan_charge_id)
        if price.currency == currency and price.scope in ("", scope) and not price.lapses
    ]
    last = max(known, key=lambda price: (price.scope == scope, price.valid_from), default=None)
    if last is None:
        raise catalog.no_price(currency=currency, on=ramp.steps[0].valid_from)
    for step in ramp.steps:
        new = replace(followed_by(last, valid_from=step.valid_from, scope=scope), says=ramp.says[:200])
        yield replace(new, tiers=step.tiers) if step.unit_price is None else replace(new, unit_price=step.unit_price)
    if ramp.list_price_from is not None:
        yield NewPrice(currency=currency, valid_from=ramp.list_price_from, scope=scope, lapses=True)
