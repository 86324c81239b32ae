"""Writes of coupons: made, redeemed into discounts, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.accounts.rows import AccountRow
from billwright.catalog import queries as catalog
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import exponent
from billwright.rating import queries
from billwright.rating.models import Coupon, Discount
from billwright.rating.operations.agreements import limited_to, named, require_ends, require_size
from billwright.rating.queries import CouponRow, DiscountRow, discount_row
from billwright.subscriptions import queries as subscriptions
from billwright.subscriptions.queries import SubscriptionRow

CODE_LENGTH_MAX = 40
USES_MAX = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCoupon:
    """A code and the discount that it gives: percent, or an amount a full period in major units of `currency`.

    Limited to a plan, to charges, or to one company; redeemed on [valid_from, ends_before), at most `uses_max` times.
    """

    code: str
    name: str
    valid_from: date
    ends_before: date | None = None
    legal_entity_id: int | None = None
    plan: str = ""
    charges: tuple[str, ...] = ()
    percent: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    periods: int | None = None
    position: int = 0
    uses_max: int | None = None
    once_per_customer: bool = True


@verb("coupon.create", subject=lambda _arguments, answer: f"coupon:{answer.id}")
def create_coupon(*, act: Act, coupon: NewCoupon) -> CouponRow:
    """Make a code that gives a discount to whoever redeems it.

    Raises Conflict `coupon.exists`; NotFound for plan, charge or currency; Refusal `coupon.code`, `coupon.uses`,
    `discount.…` for its size, `agreement.unnamed`, `agreement.ends`.
    """
    code = _new_code(coupon)
    require_size(percent=coupon.percent, amount=coupon.amount, periods=coupon.periods)
    require_ends(coupon.valid_from, coupon.ends_before)
    if coupon.amount is not None:
        exponent(coupon.currency)
    plan_id, charge_ids = limited_to(coupon.plan, coupon.charges)
    made = Coupon.objects.create(
        code=code,
        name=named(coupon.name),
        legal_entity_id=coupon.legal_entity_id,
        plan_id=plan_id,
        plan_charge_ids=charge_ids,
        percent=coupon.percent,
        amount=coupon.amount,
        currency=coupon.currency if coupon.amount is not None else "",
        periods=coupon.periods,
        position=coupon.position,
        valid_from=coupon.valid_from,
        ends_before=coupon.ends_before,
        uses_max=coupon.uses_max,
        once_per_customer=coupon.once_per_customer,
        entered_by=act.actor,
        entered_at=act.at,
    )
    note_change(after={"coupon": code, "name": made.name}, effective_on=made.valid_from)
    return queries.get_coupon(made.pk)


def _new_code(coupon: NewCoupon) -> str:
    """The code as it is kept: upper case, one word, never used before."""
    code = coupon.code.strip().upper()
    if not code or len(code) > CODE_LENGTH_MAX or any(letter.isspace() for letter in code):
        raise Refusal(
            "coupon.code", _("A code has 1 to 40 letters or digits without spaces."), field="code",
            cure=_("Write it as one word, such as WELCOME10."),
        )  # fmt: skip
    if Coupon.objects.filter(code=code).exists():
        raise Conflict(
            "coupon.exists", _("A coupon %(code)s is already there.") % {"code": code}, field="code",
            cure=_("Choose another code; codes are never used twice."),
        )  # fmt: skip
    if coupon.uses_max is not None and not 1 <= coupon.uses_max <= USES_MAX:
        raise Refusal("coupon.uses", _("A coupon is used once or more."), field="uses_max")
    return code


@verb("coupon.close", subject=lambda arguments, _answer: f"coupon:{arguments['coupon_id']}")
def close_coupon(*, act: Act, coupon_id: int) -> CouponRow:
    """Let nobody redeem a coupon any more; the discounts made of it go on. Raises NotFound, Refusal `coupon.closed`."""
    coupon = _locked(coupon_id)
    if coupon.closed_at is not None:
        raise Refusal("coupon.closed", _("The coupon is closed already."), field="coupon_id")
    coupon.closed_by, coupon.closed_at = act.actor, act.at
    coupon.save(update_fields=["closed_by", "closed_at"])
    note_change(after={"closed": coupon.code})
    return queries.get_coupon(coupon_id)


@verb("coupon.redeem", subject=lambda arguments, _answer: f"account:{arguments['account_id']}")
def redeem_coupon(
    *, act: Act, code: str, account_id: int, on: date, subscription_id: int | None = None, starts_on: date | None = None
) -> DiscountRow:
    """Give the discount of a coupon to an account or one of its subscriptions, from `starts_on` (none: `on`).

    `on` is the account's present day. Raises NotFound `coupon.unknown` and for account or subscription; Refusal, in
    this order, `coupon.closed`, `coupon.not_yet`, `coupon.expired`, `coupon.used_up`, `coupon.other_company`,
    `coupon.currency`, `coupon.used_before`, `coupon.other_plan`.
    """
    coupon = queries.get_coupon(_locked(queries.get_coupon_by_code(code).id).pk)
    account = accounts.get_account(account_id)
    _require_valid(coupon, on)
    _require_fits(coupon, account, _taken(account, subscription_id))
    made = Discount.objects.create(
        account_id=account.id,
        subscription_id=subscription_id,
        name=coupon.name,
        code=coupon.code,
        plan_id=coupon.plan_id,
        plan_charge_ids=list(coupon.plan_charge_ids),
        percent=coupon.percent,
        amount=coupon.amount,
        currency=coupon.currency,
        starts_on=starts_on or on,
        periods=coupon.periods,
        position=coupon.position,
        coupon_id=coupon.id,
        entered_by=act.actor,
        entered_at=act.at,
    )
    note_change(after={"coupon": coupon.code, "discount": made.name}, effective_on=made.starts_on)
    return discount_row(made)


def _locked(coupon_id: int) -> Coupon:
    locked = lock_rows(Coupon, [coupon_id])
    if not locked:
        raise queries.unknown_coupon(str(coupon_id))
    return locked[0]


def _taken(account: AccountRow, subscription_id: int | None) -> list[SubscriptionRow]:
    """The subscriptions that the discount could touch: the one named, or those of the account."""
    if subscription_id is None:
        return subscriptions.list_subscriptions(account_ids=[account.id], limit=1000)
    row = subscriptions.get_subscription(subscription_id)
    if row.account_id != account.id:
        raise subscriptions.not_found(subscription_id)
    return [row]


def _require_valid(coupon: CouponRow, on: date) -> None:
    names = {"code": coupon.code, "from": coupon.valid_from, "before": coupon.ends_before, "most": coupon.uses_max}
    if coupon.closed_at is not None:
        raise Refusal("coupon.closed", _("The coupon %(code)s is closed.") % names, field="code")
    if on < coupon.valid_from:
        raise Refusal("coupon.not_yet", _("The coupon %(code)s is valid from %(from)s on.") % names, field="code")
    if coupon.ends_before is not None and on >= coupon.ends_before:
        raise Refusal(
            "coupon.expired", _("The coupon %(code)s was valid before %(before)s only.") % names, field="code",
            cure=_("Give a discount instead, if it was promised."),
        )  # fmt: skip
    if coupon.uses_max is not None and coupon.use_count >= coupon.uses_max:
        raise Refusal(
            "coupon.used_up", _("The coupon %(code)s has been used %(most)s times, as often as it may.") % names,
            field="code",
        )  # fmt: skip


def _require_fits(coupon: CouponRow, account: AccountRow, taken: list[SubscriptionRow]) -> None:
    names = {"code": coupon.code, "currency": coupon.currency, "account": account.number}
    if coupon.legal_entity_id not in (None, account.legal_entity_id):
        raise Refusal("coupon.other_company", _("The coupon %(code)s is another company's.") % names, field="code")
    if coupon.currency and coupon.currency != account.currency:
        raise Refusal("coupon.currency", _("The coupon %(code)s is in %(currency)s.") % names, field="code")
    if coupon.once_per_customer and queries.has_redeemed(coupon.id, customer_id=account.customer_id):
        raise Refusal(
            "coupon.used_before", _("The customer of %(account)s has used the coupon %(code)s.") % names, field="code"
        )
    if not _fits_a_plan(coupon, taken):
        raise Refusal(
            "coupon.other_plan", _("The coupon %(code)s is not for this plan.") % names, field="code",
            cure=_("Redeem it on a subscription of a plan that it is for."),
        )  # fmt: skip


def _fits_a_plan(coupon: CouponRow, taken: list[SubscriptionRow]) -> bool:
    if coupon.plan_id is None and not coupon.plan_charge_ids:
        return True
    plans = catalog.plans_by_id({row.plan_id for row in taken})
    if coupon.plan_id is not None:
        return coupon.plan_id in plans
    return any(charge.id in coupon.plan_charge_ids for plan in plans.values() for charge in plan.charges)
