"""Discounts, coupons and commitments in words: how much, on what, for how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billwright.catalog.queries import PlanRow, list_plans
from billwright.rating.queries import CouponRow, DiscountRow, SpendLimitRow
from billwright.subscriptions.queries import places_by_id
from billwright.ui import formats


class Limited(Protocol):
    """What an agreement is limited to."""

    @property
    def plan_id(self) -> int | None: ...

    @property
    def plan_charge_ids(self) -> tuple[int, ...]: ...


class Reach:
    """Names of plans, charges and subscriptions: read once for a page of agreements, and only if one is limited."""

    def __init__(self, subscription_ids: Iterable[int | None] = ()) -> None:
        self._places = places_by_id({one for one in subscription_ids if one is not None})

    @cached_property
    def _plans(self) -> dict[int, PlanRow]:
        return {plan.id: plan for plan in list_plans(active_only=False)}

    @cached_property
    def _charges(self) -> dict[int, str]:
        return {charge.id: charge.name for plan in self._plans.values() for charge in plan.charges}

    def words(self, row: Limited, subscription_id: int | None = None) -> str:
        """`Basic fee, Calls · SUB-1`; nothing that it is limited to: the whole bill."""
        parts = []
        if row.plan_charge_ids:
            parts.append(", ".join(dict.fromkeys(self._charges.get(one, str(one)) for one in row.plan_charge_ids)))
        elif row.plan_id is not None:
            parts.append(self._plans[row.plan_id].name if row.plan_id in self._plans else str(row.plan_id))
        if subscription_id is not None:
            place = self._places.get(subscription_id)
            parts.append(place.number if place else str(subscription_id))
        return " · ".join(parts) or _("The whole bill")


def number(value: Decimal) -> str:
    """A number as the reader writes it, without zeros that say nothing."""
    plain = value.normalize()
    return formats.reader().number(plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain)


def size_words(row: DiscountRow | CouponRow) -> str:
    """`10 %` or `12.50 ZAR a period`."""
    if row.percent is not None:
        return f"{number(row.percent)} %"
    assert row.amount is not None, "a discount is a percentage or an amount"
    return _("%(amount)s %(currency)s a period") % {"amount": number(row.amount), "currency": row.currency}


def limit_words(row: SpendLimitRow) -> str:
    """`at least 250 ZAR, at most 900 ZAR`."""
    parts = []
    if row.minimum is not None:
        parts.append(_("at least %(amount)s") % {"amount": f"{number(row.minimum)} {row.currency}"})
    if row.maximum is not None:
        parts.append(_("at most %(amount)s") % {"amount": f"{number(row.maximum)} {row.currency}"})
    return ", ".join(parts)


def periods_words(row: DiscountRow | CouponRow) -> str:
    """`3 periods`, or every period."""
    if row.periods is None:
        return _("Every period")
    return ngettext("%(count)d period", "%(count)d periods", row.periods) % {"count": row.periods}


def discount_state(row: DiscountRow, *, on: date, used_periods: int) -> tuple[str, str]:
    """The words and tone of where a discount stands on a day."""
    if row.ends_before is not None and row.ends_before <= on:
        return _("Ended"), "neutral"
    if row.periods is not None and used_periods >= row.periods:
        return _("Used up"), "neutral"
    if row.starts_on > on:
        return _("To come"), "accent"
    return _("Holds now"), "good"


def limit_state(row: SpendLimitRow, *, on: date) -> tuple[str, str]:
    """The words and tone of where a commitment stands on a day."""
    if row.ends_before is not None and row.ends_before <= on:
        return _("Ended"), "neutral"
    return (_("To come"), "accent") if row.starts_on > on else (_("Holds now"), "good")


def coupon_state(row: CouponRow, *, on: date) -> tuple[str, str]:
    """The words and tone of whether a coupon can be redeemed on a day."""
    if row.closed_at is not None:
        return _("Closed"), "neutral"
    if row.ends_before is not None and row.ends_before <= on:
        return _("Expired"), "neutral"
    if row.uses_max is not None and row.use_count >= row.uses_max:
        return _("Used up"), "neutral"
    return (_("To come"), "accent") if row.valid_from > on else (_("Can be redeemed"), "good")
