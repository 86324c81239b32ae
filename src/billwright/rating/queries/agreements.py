"""Reads of discounts, coupons and commitments: what was agreed beside the prices, and in which order it is taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.rating.models import Coupon, Discount, SpendLimit

# What a discount is limited to, from the most special, which is taken first.
LIMITED_TO = ("charge", "plan", "subscription", "account")


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """Less for an account or subscription: percent, or an amount a full period in major units."""

    id: int
    account_id: int
    subscription_id: int | None
    name: str
    code: str
    plan_id: int | None
    plan_charge_ids: tuple[int, ...]
    percent: Decimal | None
    amount: Decimal | None
    currency: str
    starts_on: date
    ends_before: date | None
    periods: int | None
    position: int
    entered_by: str
    entered_at: datetime
    coupon_id: int | None = None

    @property
    def limited_to(self) -> str:
        """One of LIMITED_TO: what decides its place among others."""
        restricted = (bool(self.plan_charge_ids), self.plan_id is not None, self.subscription_id is not None, True)
        return LIMITED_TO[restricted.index(True)]

    def holds_on(self, day: date) -> bool:
        """Whether service of a day may take it; how many periods it was used in is not asked."""
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)


@dataclass(frozen=True, slots=True)
class SpendLimitRow:
    """What a full period comes to at least or at most, in major units."""

    id: int
    account_id: int
    subscription_id: int | None
    name: str
    plan_id: int | None
    plan_charge_ids: tuple[int, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    starts_on: date
    ends_before: date | None
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A code that gives a discount; `use_count` are the discounts made of it that held for a day or more."""

    id: int
    code: str
    name: str
    legal_entity_id: int | None
    plan_id: int | None
    plan_charge_ids: tuple[int, ...]
    percent: Decimal | None
    amount: Decimal | None
    currency: str
    periods: int | None
    position: int
    valid_from: date
    ends_before: date | None
    uses_max: int | None
    once_per_customer: bool
    use_count: int
    entered_by: str
    entered_at: datetime
    closed_by: str
    closed_at: datetime | None


def discount_row(discount: Discount) -> DiscountRow:
    """The frozen row."""
    fields = {field: getattr(discount, field) for field in DiscountRow.__dataclass_fields__}
    return DiscountRow(**(fields | {"plan_charge_ids": tuple(discount.plan_charge_ids)}))


def spend_limit_row(limit: SpendLimit) -> SpendLimitRow:
    """The frozen row."""
    fields = {field: getattr(limit, field) for field in SpendLimitRow.__dataclass_fields__}
    return SpendLimitRow(**(fields | {"plan_charge_ids": tuple(limit.plan_charge_ids)}))


def stacking_order(discounts: Iterable[DiscountRow]) -> list[DiscountRow]:
    """Discounts in the order in which a bill takes them: the most restricted first, then by position, then by age.

    The same order as the step find_discounts of the bill run.
    """
    return sorted(discounts, key=lambda one: (LIMITED_TO.index(one.limited_to), one.position, one.id))


def list_discounts(account_id: int) -> list[DiscountRow]:
    """The discounts of an account and its subscriptions, past ones too, the newest first."""
    return [discount_row(one) for one in Discount.objects.filter(account_id=account_id).order_by("-id")]


def get_discount(discount_id: int) -> DiscountRow:
    """One discount. Raises NotFound."""
    found = Discount.objects.filter(id=discount_id).first()
    if found is None:
        raise NotFound("discount.not_found", _("There is no such discount."), field="discount_id")
    return discount_row(found)


def search_discounts(
    *,
    account_ids: Collection[int] | None = None,
    legal_entity_ids: Collection[int] | None = None,
    coupon_id: int | None = None,
    on: date | None = None,
    text: str = "",
    before_id: int | None = None,
    limit: int | None = 50,
) -> list[DiscountRow]:
    """Discounts, the newest first, `limit` (None: all) before a key; `on`: only those not ended by that day."""
    found = _narrowed(Discount.objects.all(), account_ids, legal_entity_ids, on, text, before_id)
    if coupon_id is not None:
        found = found.filter(coupon_id=coupon_id)
    return [discount_row(one) for one in found.order_by("-id")[:limit]]


def list_spend_limits(account_id: int) -> list[SpendLimitRow]:
    """What an account and its subscriptions committed to, past ones too, the newest first."""
    return [spend_limit_row(one) for one in SpendLimit.objects.filter(account_id=account_id).order_by("-id")]


def get_spend_limit(spend_limit_id: int) -> SpendLimitRow:
    """One commitment. Raises NotFound."""
    found = SpendLimit.objects.filter(id=spend_limit_id).first()
    if found is None:
        raise NotFound("spend_limit.not_found", _("There is no such commitment."), field="spend_limit_id")
    return spend_limit_row(found)


def search_spend_limits(
    *,
    account_ids: Collection[int] | None = None,
    legal_entity_ids: Collection[int] | None = None,
    on: date | None = None,
    text: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[SpendLimitRow]:
    """Commitments, the newest first, a page of `limit` before a key; `on`: only those not ended by that day."""
    found = _narrowed(SpendLimit.objects.all(), account_ids, legal_entity_ids, on, text, before_id)
    return [spend_limit_row(one) for one in found.order_by("-id")[:limit]]


def _narrowed(
    found: QuerySet[Any],
    account_ids: Collection[int] | None,
    legal_entity_ids: Collection[int] | None,
    on: date | None,
    text: str,
    before_id: int | None,
) -> QuerySet[Any]:
    if account_ids is not None:
        found = found.filter(account_id__in=account_ids)
    if legal_entity_ids is not None:
        found = found.filter(account__legal_entity_id__in=legal_entity_ids)
    if on is not None:
        found = found.filter(Q(ends_before=None) | Q(ends_before__gt=on))
    if text:
        found = found.filter(name__icontains=text)
    return found if before_id is None else found.filter(id__lt=before_id)


# A discount that was ended on its first day was never held, and gives its coupon's use back.
_HELD = Q(discounts__ends_before__isnull=True) | Q(discounts__ends_before__gt=F("discounts__starts_on"))


def _coupons() -> QuerySet[Coupon]:
    return Coupon.objects.annotate(use_count=Count("discounts", filter=_HELD))


def coupon_row(coupon: Coupon) -> CouponRow:
    """The frozen row; needs the count of its uses."""
    fields = {field: getattr(coupon, field) for field in CouponRow.__dataclass_fields__}
    return CouponRow(**(fields | {"plan_charge_ids": tuple(coupon.plan_charge_ids)}))


def list_coupons(
    *, legal_entity_ids: Collection[int] | None = None, before_id: int | None = None, limit: int | None = None
) -> list[CouponRow]:
    """Coupons that these companies (None: all) take, closed ones too, the newest first; page on with the last id."""
    found = _coupons()
    if legal_entity_ids is not None:
        found = found.filter(Q(legal_entity_id=None) | Q(legal_entity_id__in=legal_entity_ids))
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return [coupon_row(one) for one in found.order_by("-id")[:limit]]


def get_coupon(coupon_id: int) -> CouponRow:
    """One coupon. Raises NotFound `coupon.unknown`."""
    found = _coupons().filter(id=coupon_id).first()
    if found is None:
        raise unknown_coupon(str(coupon_id))
    return coupon_row(found)


def get_coupon_by_code(code: str) -> CouponRow:
    """The coupon of a code, however it is written. Raises NotFound `coupon.unknown`."""
    found = _coupons().filter(code=code.strip().upper()).first()
    if found is None:
        raise unknown_coupon(code)
    return coupon_row(found)


def unknown_coupon(code: str) -> NotFound:
    return NotFound(
        "coupon.unknown",
        _("There is no coupon %(code)s.") % {"code": code},
        field="code",
        cure=_("Check how it is written."),
    )


def has_redeemed(coupon_id: int, *, customer_id: int) -> bool:
    """Whether an account of a customer holds or held a discount of a coupon."""
    found = Discount.objects.filter(coupon_id=coupon_id, account__customer_id=customer_id)
    return found.filter(Q(ends_before=None) | Q(ends_before__gt=F("starts_on"))).exists()
