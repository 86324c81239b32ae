"""What an agreement would change on the next invoice, before it is confirmed: the bill run with it and without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from billwright.kernel.acts import Act
from billwright.kernel.transactions import rolled_back
from billwright.rating.operations import (
    NewDiscount,
    NewSpendLimit,
    give_discount,
    redeem_coupon,
    set_spend_limit,
)
from billwright.subscriptions.operations import PriceRamp, agree_price_ramp
from billwright.subscriptions.queries import accounts_on, get_subscription, next_renewals
from billwright.workflow.bill_run import AccountPreview, preview_accounts

# How far ahead the next bill is looked for: the longest common interval and some days.
LOOK_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class OfferPreview:
    """The next invoice of an account with an agreement and without it. Amounts in minor units, tax included."""

    reckoned_on: date
    currency: str
    before_minor: int
    after_minor: int
    before: AccountPreview
    after: AccountPreview

    @property
    def difference_minor(self) -> int:
        """What the agreement changes: below zero, the customer owes less."""
        return self.after_minor - self.before_minor


def preview_discount(*, act: Act, discount: NewDiscount, as_of: date) -> OfferPreview:
    """The next invoice with a discount and without it. Raises what `give_discount` raises."""
    return preview_offer(
        act=act,
        account_id=discount.account_id,
        agree=lambda nested: give_discount(act=nested, discount=discount),
        as_of=as_of,
        not_before=discount.starts_on,
    )


def preview_coupon(
    *, act: Act, code: str, account_id: int, on: date, subscription_id: int | None = None
) -> OfferPreview:
    """The next invoice with a coupon and without it. Raises what `redeem_coupon` raises."""
    return preview_offer(
        act=act,
        account_id=account_id,
        agree=lambda nested: redeem_coupon(
            act=nested, code=code, account_id=account_id, on=on, subscription_id=subscription_id
        ),
        as_of=on,
    )


def preview_spend_limit(*, act: Act, limit: NewSpendLimit, as_of: date) -> OfferPreview:
    """The next invoice with a commitment and without it. Raises what `set_spend_limit` raises."""
    return preview_offer(
        act=act,
        account_id=limit.account_id,
        agree=lambda nested: set_spend_limit(act=nested, limit=limit),
        as_of=as_of,
        not_before=limit.starts_on,
    )


def preview_price_ramp(*, act: Act, ramp: PriceRamp, as_of: date) -> OfferPreview:
    """The next invoice with agreed prices and without them. Raises what `agree_price_ramp` raises."""
    account_id = ramp.account_id or get_subscription(ramp.subscription_id or 0).account_id
    first = min((step.valid_from for step in ramp.steps), default=as_of)
    return preview_offer(
        act=act,
        account_id=account_id,
        agree=lambda nested: agree_price_ramp(act=nested, ramp=ramp, as_of=as_of),
        as_of=as_of,
        not_before=first,
    )


def preview_offer(
    *,
    act: Act,
    account_id: int,
    agree: Callable[[Act], object],
    as_of: date,
    not_before: date | None = None,
) -> OfferPreview:
    """The account's next invoice, on or after a day, before and after an act; nothing is written.

    Raises what the act raises.
    """
    day = _next_bill(account_id, max(as_of, not_before or as_of))
    account = accounts_on([(account_id, day)])[account_id, day]
    act = act.nested()
    before = preview_accounts(act=act, payer_ids=[account.payer_id], as_of=day)
    with rolled_back():
        agree(act)
        after = preview_accounts(act=act, payer_ids=[account.payer_id], as_of=day)
    return OfferPreview(day, account.currency, _total(before), _total(after), before, after)


def _next_bill(account_id: int, since: date) -> date:
    """The first day from a day on, on which the account is billed; the day itself when nothing is due within a year.

    What is due before that day is billed on it, as by a run that comes late.
    """
    renewals = next_renewals(account_ids=[account_id], until=since + LOOK_AHEAD)
    return max(since, renewals[0].due_on) if renewals else since


def _total(preview: AccountPreview) -> int:
    return sum(document.total_minor for document in preview.documents)
