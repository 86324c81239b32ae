"""References of a subscription's own: the purchase order and cost centre that its lines carry on documents."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.subscriptions import queries
from billwright.subscriptions.operations.recording import locked, subject_of
from billwright.subscriptions.queries import SubscriptionRow

REFERENCE_LENGTH_MAX = 60


@verb("subscription.set_references", subject=subject_of)
def set_references(
    *, act: Act, subscription_id: int, purchase_order: str, cost_center: str, version: int | None = None
) -> SubscriptionRow:
    """Give a subscription references of its own; empty: its account's hold.

    They stand on the lines of documents that are issued from now on; issued ones keep what they say. Raises NotFound,
    Conflict `subscription.changed`, Refusal `references.too_long`.
    """
    subscription = locked(subscription_id, version)
    wanted = checked_references(purchase_order, cost_center)
    before = {name: getattr(subscription, name) for name in wanted}
    if before != wanted:
        for name, value in wanted.items():
            setattr(subscription, name, value)
        subscription.version += 1
        subscription.save(update_fields=[*wanted, "version"])
        note_change(before=before, after=wanted)
    return queries.get_subscription(subscription_id)


def checked_references(purchase_order: str, cost_center: str) -> dict[str, str]:
    """The columns of references. Raises Refusal `references.too_long`."""
    values = {"purchase_order": purchase_order.strip(), "cost_center": cost_center.strip()}
    for field, value in values.items():
        if len(value) > REFERENCE_LENGTH_MAX:
            raise Refusal(
                "references.too_long",
                _("The reference has %(length)d characters.") % {"length": len(value)},
                field=field,
                cure=_("At most %(length)d fit.") % {"length": REFERENCE_LENGTH_MAX},
            )
    return values
