"""Discounts, coupons, agreed prices, and what an account agreed to spend at least or at most; each with its preview."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema, Status

from billwright.accounts.queries import get_account
from billwright.catalog.queries import PriceRow
from billwright.interfaces.api.doors import account_of, act_of, entities, holder_of, perform, require
from billwright.interfaces.api.shapes import LIMIT_MAX, PROBLEMS, Closed, Id, MoneyShape, Reason, Why
from billwright.interfaces.api.v1.bill_runs import PreviewShape, preview_shape
from billwright.interfaces.api.wire import Amount, Day, In, Out
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.rating import operations, queries
from billwright.rating.operations import NewCoupon, NewDiscount, NewSpendLimit
from billwright.rating.queries import CouponRow, DiscountRow, SpendLimitRow
from billwright.subscriptions.operations import NewSubscription, PriceRamp
from billwright.subscriptions.operations import agree_price_ramp as agree_prices
from billwright.subscriptions.queries import SubscriptionRow, get_subscription
from billwright.workflow import offers
from billwright.workflow.offers import OfferPreview, SpendLimitProgress

router = Router()


class DiscountGiven(Closed):
    """A discount and why it is given."""

    discount: In[NewDiscount]
    reason: Reason = ""


class SpendLimitAgreed(Closed):
    """A minimum or maximum of a full period, and why."""

    limit: In[NewSpendLimit]
    reason: Reason = ""


class Ending(Closed):
    """It holds for service before this day only."""

    ends_before: Day
    reason: Reason = ""


class CouponMade(Closed):
    """A coupon and why it is made."""

    coupon: In[NewCoupon]
    reason: Reason = ""


class Redemption(Closed):
    """On what a coupon is redeemed; `on`: the account's present day, if not today."""

    account_id: Id
    subscription_id: Id | None = None
    starts_on: Day | None = None
    on: Day | None = None
    reason: Reason = ""


class OrderWithCoupon(Closed):
    """A subscription to be made, on which the coupon is redeemed: both or neither."""

    subscription: In[NewSubscription]
    reason: Reason = ""


class RampAgreed(Closed):
    """Prices by dates and why; `as_of`: the account's present day, if not today."""

    ramp: In[PriceRamp]
    as_of: Day | None = None
    reason: Reason = ""


class OfferShape(Schema):
    """The next invoice of an account without an agreement and with it, tax included."""

    reckoned_on: date
    before_total: MoneyShape
    after_total: MoneyShape
    difference: MoneyShape
    after: PreviewShape


class ProgressShape(Schema):
    """How far the running period is on its way to a commitment; its last day is the day before `period_to`."""

    period_from: date
    period_to: date
    minimum: Amount | None
    maximum: Amount | None
    billed: Amount
    unbilled: Amount
    reached: Amount
    missing: Amount
    percent: int


def _today(account_id: int) -> date:
    return business_date(clock.now(), get_account(account_id).timezone)


def _offer(found: OfferPreview) -> OfferShape:
    return OfferShape(
        reckoned_on=found.reckoned_on,
        before_total=MoneyShape.minor(found.before_minor, found.currency),
        after_total=MoneyShape.minor(found.after_minor, found.currency),
        difference=MoneyShape.minor(found.difference_minor, found.currency),
        after=preview_shape(found.after),
    )


@router.get("/accounts/{account_id}/discounts", response={200: list[Out[DiscountRow]], **PROBLEMS}, summary="Discounts")
def list_discounts(request: HttpRequest, account_id: Id) -> list[DiscountRow]:
    account_of(request, "account.view", account_id)
    return queries.list_discounts(account_id)


@router.post("/discounts", response={201: Out[DiscountRow], **PROBLEMS}, summary="Give a discount")
def give_discount(request: HttpRequest, body: DiscountGiven) -> Status[DiscountRow]:
    return Status(201, perform(request, operations.give_discount, why=body.reason, discount=body.discount))


@router.post("/discounts/preview", response={200: OfferShape, **PROBLEMS}, summary="What a discount would change")
def preview_discount(request: HttpRequest, body: DiscountGiven) -> OfferShape:
    """The account's next invoice without it and with it; nothing is written."""
    account_of(request, "account.view", body.discount.account_id)
    as_of = _today(body.discount.account_id)
    return _offer(offers.preview_discount(act=act_of(request), discount=body.discount, as_of=as_of))


@router.post("/discounts/{discount_id}/end", response={200: Out[DiscountRow], **PROBLEMS}, summary="End a discount")
def end_discount(request: HttpRequest, discount_id: Id, body: Ending) -> DiscountRow:
    return perform(
        request, operations.end_discount, why=body.reason, discount_id=discount_id, ends_before=body.ends_before
    )


@router.get(
    "/accounts/{account_id}/spend-limits",
    response={200: list[Out[SpendLimitRow]], **PROBLEMS},
    summary="What it agreed to spend",
)
def list_spend_limits(request: HttpRequest, account_id: Id) -> list[SpendLimitRow]:
    account_of(request, "account.view", account_id)
    return queries.list_spend_limits(account_id)


@router.post("/spend-limits", response={201: Out[SpendLimitRow], **PROBLEMS}, summary="Agree a minimum or maximum")
def set_spend_limit(request: HttpRequest, body: SpendLimitAgreed) -> Status[SpendLimitRow]:
    return Status(201, perform(request, operations.set_spend_limit, why=body.reason, limit=body.limit))


@router.post("/spend-limits/preview", response={200: OfferShape, **PROBLEMS}, summary="What it would change")
def preview_spend_limit(request: HttpRequest, body: SpendLimitAgreed) -> OfferShape:
    """The account's next invoice without it and with it; nothing is written."""
    account_of(request, "account.view", body.limit.account_id)
    as_of = _today(body.limit.account_id)
    return _offer(offers.preview_spend_limit(act=act_of(request), limit=body.limit, as_of=as_of))


@router.get(
    "/spend-limits/{spend_limit_id}/progress",
    response={200: list[ProgressShape], **PROBLEMS},
    summary="How far its running period is",
)
def spend_limit_progress(
    request: HttpRequest, spend_limit_id: Id, on: Day | None = None
) -> tuple[SpendLimitProgress, ...]:
    """What stands on documents and what a bill of today would add, beside the limits of a full period."""
    limit = queries.get_spend_limit(spend_limit_id)
    account_of(request, "account.view", limit.account_id)
    # A look changes nothing, so it carries no key.
    act = Act(actor=holder_of(request).actor, at=clock.now())
    return offers.spend_limit_progress(act=act, spend_limit_id=spend_limit_id, as_of=on or _today(limit.account_id))


@router.post(
    "/spend-limits/{spend_limit_id}/end", response={200: Out[SpendLimitRow], **PROBLEMS}, summary="End an agreement"
)
def end_spend_limit(request: HttpRequest, spend_limit_id: Id, body: Ending) -> SpendLimitRow:
    return perform(
        request,
        operations.end_spend_limit,
        why=body.reason,
        spend_limit_id=spend_limit_id,
        ends_before=body.ends_before,
    )


@router.get("/coupons", response={200: list[Out[CouponRow]], **PROBLEMS}, summary="Coupons, the newest first")
def list_coupons(request: HttpRequest) -> list[CouponRow]:
    return queries.list_coupons(legal_entity_ids=entities(request, "account.view"))


@router.post("/coupons", response={201: Out[CouponRow], **PROBLEMS}, summary="Make a coupon")
def create_coupon(request: HttpRequest, body: CouponMade) -> Status[CouponRow]:
    return Status(201, perform(request, operations.create_coupon, why=body.reason, coupon=body.coupon))


@router.get("/coupons/{code}", response={200: Out[CouponRow], **PROBLEMS}, summary="One coupon")
def get_coupon(request: HttpRequest, code: str) -> CouponRow:
    return _coupon(request, code)


@router.get("/coupons/{code}/discounts", response={200: list[Out[DiscountRow]], **PROBLEMS}, summary="Its uses")
def list_coupon_uses(request: HttpRequest, code: str) -> list[DiscountRow]:
    """The newest 200 discounts that were made of it."""
    coupon = _coupon(request, code)
    return queries.search_discounts(
        coupon_id=coupon.id, legal_entity_ids=entities(request, "account.view"), limit=LIMIT_MAX
    )


def _coupon(request: HttpRequest, code: str) -> CouponRow:
    """A coupon of every company, or of one that the user may see."""
    require(request, "account.view")
    row = queries.get_coupon_by_code(code)
    if row.legal_entity_id is not None:
        require(request, "account.view", legal_entity_id=row.legal_entity_id)
    return row


@router.post("/coupons/{code}/close", response={200: Out[CouponRow], **PROBLEMS}, summary="Close a coupon")
def close_coupon(request: HttpRequest, code: str, body: Why) -> CouponRow:
    """Nobody redeems it any more; the discounts that were made of it go on."""
    coupon = queries.get_coupon_by_code(code)
    return perform(request, operations.close_coupon, why=body.reason, coupon_id=coupon.id)


@router.post("/coupons/{code}/redeem", response={201: Out[DiscountRow], **PROBLEMS}, summary="Redeem a coupon")
def redeem_coupon(request: HttpRequest, code: str, body: Redemption) -> Status[DiscountRow]:
    """Gives its discount to an account or one of its subscriptions."""
    made = perform(
        request,
        operations.redeem_coupon,
        why=body.reason,
        code=code,
        account_id=body.account_id,
        subscription_id=body.subscription_id,
        starts_on=body.starts_on,
        on=body.on or _today(body.account_id),
    )
    return Status(201, made)


@router.post(
    "/coupons/{code}/subscriptions",
    response={201: Out[SubscriptionRow], **PROBLEMS},
    summary="Subscribe with a coupon",
)
def subscribe_with_coupon(request: HttpRequest, code: str, body: OrderWithCoupon) -> Status[SubscriptionRow]:
    """Both or neither."""
    made = perform(
        request,
        offers.subscribe_with_coupon,
        why=body.reason,
        row=body.subscription,
        code=code,
        on=_today(body.subscription.account_id),
    )
    return Status(201, made)


@router.post("/price-ramps", response={201: list[Out[PriceRow]], **PROBLEMS}, summary="Agree prices by dates")
def agree_price_ramp(request: HttpRequest, body: RampAgreed) -> Status[tuple[PriceRow, ...]]:
    """Several prices of a charge for a subscription or account in one act, then perhaps the list price again."""
    as_of = body.as_of or _today(_owner(body.ramp))
    return Status(201, perform(request, agree_prices, why=body.reason, ramp=body.ramp, as_of=as_of))


@router.post("/price-ramps/preview", response={200: OfferShape, **PROBLEMS}, summary="What they would change")
def preview_price_ramp(request: HttpRequest, body: RampAgreed) -> OfferShape:
    """The next invoice from the first day on, without them and with them; nothing is written."""
    account_id = _owner(body.ramp)
    account_of(request, "account.view", account_id)
    as_of = body.as_of or _today(account_id)
    return _offer(offers.preview_price_ramp(act=act_of(request), ramp=body.ramp, as_of=as_of))


def _owner(ramp: PriceRamp) -> int:
    return ramp.account_id or get_subscription(ramp.subscription_id or 0).account_id
