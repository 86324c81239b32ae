"""An order of a plan with a coupon: both or neither."""

from __future__ import annotations

from datetime import date

from billwright.kernel.acts import Act, note_change, verb
from billwright.rating.operations import redeem_coupon
from billwright.subscriptions.operations import NewSubscription, subscribe
from billwright.subscriptions.queries import SubscriptionRow


@verb("subscription.order_with_coupon", subject=lambda _arguments, answer: f"subscription:{answer.id}")
def subscribe_with_coupon(*, act: Act, row: NewSubscription, code: str, on: date) -> SubscriptionRow:
    """Order a plan and redeem a coupon on it, from its first day of service; `on` is the account's present day.

    Raises what `subscribe` and `redeem_coupon` raise; then nothing is ordered.
    """
    made = subscribe(act=act.nested(), row=row)
    redeem_coupon(
        act=act.nested(),
        code=code,
        account_id=row.account_id,
        on=on,
        subscription_id=made.id,
        starts_on=row.starts_on or on,
    )
    note_change(after={"plan": row.plan, "coupon": code.strip().upper()}, effective_on=row.starts_on)
    return made
