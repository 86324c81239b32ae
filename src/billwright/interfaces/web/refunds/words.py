"""How states and routes of refund orders are called and coloured."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.tags import Words
from billwright.payments.states import RefundOrderState, RefundRoute

ORDER_STATES: Final[Words] = {
    RefundOrderState.REQUESTED: (_("To be approved"), "warn", "hourglass"),
    RefundOrderState.APPROVED: (_("To be sent"), "accent", "stamp"),
    RefundOrderState.SENT: (_("Sent"), "neutral", "send"),
    RefundOrderState.DONE: (_("Arrived"), "good", "check"),
    RefundOrderState.FAILED: (_("Came back"), "bad", "undo-2"),
    RefundOrderState.CANCELED: (_("Taken back"), "neutral", "minus"),
}
ROUTES: Final[dict[str, str | Promise]] = {
    RefundRoute.TO_SOURCE: _("To the bank account it came from"),
    RefundRoute.TO_ACCOUNT: _("To a bank account that the customer names"),
    RefundRoute.TO_GATEWAY: _("To the card or wallet it came from"),
}
