"""Payment gateways from their set-up to the bank: pages and debits asked for, webhooks worked, payouts reconciled.

It promises that money which a gateway tells of is recorded once, whatever the order and the number of its webhooks;
that what cannot be believed posts nothing and is kept with its reason; and that what a payout does not explain stays
work until somebody says why. Calls to gateways happen outside any transaction, under a reference of ours.
"""

from billwright.workflow.gateway_intake.booking import UNKNOWN_REFERENCE
from billwright.workflow.gateway_intake.card_runs import begin_run_debit, charge_run
from billwright.workflow.gateway_intake.charging import ChargeWanted, ask_unanswered, charge_token
from billwright.workflow.gateway_intake.contesting import accept_chargeback, contest_chargeback, evidence_pack
from billwright.workflow.gateway_intake.filling import fill_gaps
from billwright.workflow.gateway_intake.keeping import keep_tokens
from billwright.workflow.gateway_intake.paying_out import (
    assign_payout,
    read_payouts,
    reconcile_payout,
    record_payout,
    resolve_payout,
)
from billwright.workflow.gateway_intake.receiving import TakenWebhook, take_webhook
from billwright.workflow.gateway_intake.sending_back import GatewayRefunds
from billwright.workflow.gateway_intake.setting_up import (
    change_gateway,
    resume_gateway,
    set_up_gateway,
    suspend_gateway,
)
from billwright.workflow.gateway_intake.starting import (
    PageWanted,
    StartedPayment,
    choose_gateway,
    start_payment,
)
from billwright.workflow.gateway_intake.tokens import (
    begin_debit,
    charge_begun,
    charge_unasked,
    collect_from_token,
    retry_tokens,
)
from billwright.workflow.gateway_intake.watching import see_alarm, watch_gateway
from billwright.workflow.gateway_intake.working import (
    Worked,
    confirm_events,
    dismiss_event,
    retry_event,
    work_events,
)

__all__ = [
    "UNKNOWN_REFERENCE",
    "ChargeWanted",
    "GatewayRefunds",
    "PageWanted",
    "StartedPayment",
    "TakenWebhook",
    "Worked",
    "accept_chargeback",
    "ask_unanswered",
    "assign_payout",
    "begin_debit",
    "begin_run_debit",
    "change_gateway",
    "charge_begun",
    "charge_run",
    "charge_token",
    "charge_unasked",
    "choose_gateway",
    "collect_from_token",
    "confirm_events",
    "contest_chargeback",
    "dismiss_event",
    "evidence_pack",
    "fill_gaps",
    "keep_tokens",
    "read_payouts",
    "reconcile_payout",
    "record_payout",
    "resolve_payout",
    "resume_gateway",
    "retry_event",
    "retry_tokens",
    "see_alarm",
    "set_up_gateway",
    "start_payment",
    "suspend_gateway",
    "take_webhook",
    "watch_gateway",
    "work_events",
]
