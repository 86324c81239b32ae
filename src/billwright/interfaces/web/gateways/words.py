"""How states of gateways, webhooks, payouts, chargebacks and alarms are called and coloured."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.tags import Words
from billwright.payments.gateway_states import (
    AlarmKind,
    AlarmState,
    ChargebackState,
    GatewayEventState,
    GatewayPaymentState,
    GatewayState,
    PayoutState,
)

GATEWAY_STATES: Final[Words] = {
    GatewayState.ACTIVE: (_("Active"), "good", "check"),
    GatewayState.SUSPENDED: (_("Suspended"), "warn", "pause"),
}
PAYMENT_STATES: Final[Words] = {
    GatewayPaymentState.STARTED: (_("Being asked for"), "accent", "hourglass"),
    GatewayPaymentState.PENDING: (_("The gateway is at it"), "accent", "hourglass"),
    GatewayPaymentState.UNKNOWN: (_("No answer yet"), "warn", "circle-question-mark"),
    GatewayPaymentState.PAID: (_("Paid"), "good", "check"),
    GatewayPaymentState.FAILED: (_("Not paid"), "bad", "x"),
}
EVENT_STATES: Final[Words] = {
    GatewayEventState.RECEIVED: (_("To be worked"), "accent", "hourglass"),
    GatewayEventState.WAITING: (_("Waits"), "warn", "hourglass"),
    GatewayEventState.WORKED: (_("Worked"), "good", "check"),
    GatewayEventState.REFUSED: (_("Refused"), "bad", "shield-alert"),
    GatewayEventState.QUARANTINED: (_("Set aside"), "bad", "triangle-alert"),
    GatewayEventState.DISMISSED: (_("Dismissed"), "neutral", "minus"),
}
PAYOUT_STATES: Final[Words] = {
    PayoutState.REPORTED: (_("Not on a statement yet"), "accent", "hourglass"),
    PayoutState.RECONCILED: (_("Reconciled"), "good", "check"),
    PayoutState.UNEXPLAINED: (_("Unexplained"), "bad", "triangle-alert"),
    PayoutState.RESOLVED: (_("Resolved"), "neutral", "check"),
}
CHARGEBACK_STATES: Final[Words] = {
    ChargebackState.OPEN: (_("Open"), "bad", "triangle-alert"),
    ChargebackState.CONTESTED: (_("Contested"), "warn", "hourglass"),
    ChargebackState.WON: (_("Won"), "good", "check"),
    ChargebackState.LOST: (_("Lost"), "neutral", "minus"),
}
ALARM_STATES: Final[Words] = {
    AlarmState.RAISED: (_("Raised"), "bad", "triangle-alert"),
    AlarmState.SEEN: (_("Dealt with"), "warn", "eye"),
    AlarmState.ENDED: (_("Over"), "neutral", "check"),
}
ALARM_KINDS: Final[dict[str, Any]] = {
    AlarmKind.DECLINES: _("More declines than usual"),
    AlarmKind.SILENCE: _("No webhooks"),
    AlarmKind.UNANSWERED: _("Debits without an answer"),
    AlarmKind.UNSETTLED: _("Payments in no payout"),
    AlarmKind.NOT_DEPOSITED: _("Payout not at the bank"),
}
LINE_KINDS: Final[dict[str, Any]] = {
    "PAYMENT": _("Payment"),
    "REFUND": _("Refund"),
    "CHARGEBACK": _("Chargeback"),
    "CHARGEBACK_WON": _("Chargeback won"),
    "FEE": _("Fee"),
    "OTHER": _("Something else"),
}
