"""Payment gateways from their set-up to the bank: pages and debits asked for, webhooks worked, payouts reconciled.

It promises that money which a gateway tells of is recorded once, whatever the order and the number of its webhooks;
that what cannot be believed posts nothing and is kept with its reason; and that what a payout does not explain stays
work until somebody says why. Calls to gateways happen outside any transaction, under a reference of ours.
"""

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

__all__ = [
    "PageWanted",
    "StartedPayment",
    "change_gateway",
    "choose_gateway",
    "resume_gateway",
    "set_up_gateway",
    "start_payment",
    "suspend_gateway",
]
