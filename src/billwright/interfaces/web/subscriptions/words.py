"""Closed lists of subscriptions and waiting charges as people read them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.rating.states import ChargeKind, ChargeState
from billwright.subscriptions.states import ChangeKind, SubscriptionState

# Words and tone.
STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    SubscriptionState.PENDING: (_("Ordered"), "accent"),
    SubscriptionState.ACTIVE: (_("Active"), "good"),
    SubscriptionState.PAUSED: (_("Paused"), "warn"),
    SubscriptionState.ENDING: (_("Ending"), "warn"),
    SubscriptionState.ENDED: (_("Ended"), "neutral"),
}
CHARGE_STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    ChargeState.PROPOSED: (_("Waits for approval"), "warn"),
    ChargeState.READY: (_("Waits for the bill run"), "accent"),
    ChargeState.BILLED: (_("Billed"), "good"),
    ChargeState.DISCARDED: (_("Discarded"), "neutral"),
}
CHANGE_KINDS: Final[dict[str, str | Promise]] = {
    ChangeKind.START: _("Start"),
    ChangeKind.PLAN: _("Another plan:"),
    ChangeKind.QUANTITY: _("Another quantity"),
    ChangeKind.PAUSE: _("Paused"),
    ChangeKind.RESUME: _("In service again"),
    ChangeKind.CYCLE_DAY: _("Another billing day"),
    ChangeKind.CANCEL: _("End"),
}
CHARGE_KINDS: Final[dict[str, str | Promise]] = {
    ChargeKind.ONE_OFF: _("One-off"),
    ChargeKind.ADJUSTMENT: _("Adjustment"),
    ChargeKind.TRUE_UP: _("True-up"),
}
