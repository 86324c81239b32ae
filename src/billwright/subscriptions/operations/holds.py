"""Billing holds: do not bill for now; what is held waits and is not lost."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.subscriptions.models import BillingHold, Subscription
from billwright.subscriptions.queries import HoldRow, list_billing_holds


@verb("billing_hold.place", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def place_billing_hold(
    *,
    act: Act,
    account_id: int,
    reason: str,
    valid_from: date,
    valid_until: date | None = None,
    subscription_id: int | None = None,
) -> HoldRow:
    """Hold the billing of an account, or of one subscription, from a day until a day (exclusive; none: released).

    Raises Refusal `hold.reason`, `hold.empty`, NotFound `subscription.not_found` when it is another account's.
    """
    if not reason.strip():
        raise Refusal("hold.reason", _("A hold needs a reason."), field="reason")
    if valid_until is not None and valid_until <= valid_from:
        raise Refusal("hold.empty", _("The hold would end before it begins."), field="valid_until")
    if subscription_id and not Subscription.objects.filter(id=subscription_id, account_id=account_id).exists():
        raise NotFound("subscription.not_found", _("There is no such subscription."), field="subscription_id")
    hold = BillingHold.objects.create(
        account_id=account_id,
        subscription_id=subscription_id,
        reason=reason,
        valid_from=valid_from,
        valid_until=valid_until,
        placed_by=act.actor,
        placed_at=act.at,
    )
    note_change(after={"reason": reason, "subscription": subscription_id}, effective_on=valid_from)
    return next(row for row in list_billing_holds(account_id=account_id) if row.id == hold.pk)


@verb("billing_hold.release", subject=lambda arguments, _: f"billing_hold:{arguments['billing_hold_id']}")
def release_billing_hold(*, act: Act, billing_hold_id: int) -> HoldRow:
    """Bill again: the next run takes what waited. Raises NotFound, Conflict `hold.released`."""
    released = BillingHold.objects.filter(id=billing_hold_id, released_at=None).update(
        released_by=act.actor, released_at=act.at
    )
    hold = BillingHold.objects.filter(id=billing_hold_id).first()
    if hold is None:
        raise NotFound("hold.not_found", _("There is no such hold."), field="hold_id")
    if not released:
        raise Conflict("hold.released", _("The hold is already released."), field="hold_id")
    note_change(before={"reason": hold.reason})
    return next(row for row in list_billing_holds(account_id=hold.account_id) if row.id == billing_hold_id)
