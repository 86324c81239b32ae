"""States as the pages name them, for a refusal that would otherwise show a person the words of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from billwright.access.states import APPROVAL, USER
from billwright.accounts.states import BILLING_ACCOUNT
from billwright.comms.states import MESSAGE
from billwright.files.states import IMPORT_JOB
from billwright.interfaces.web.access import words as access
from billwright.interfaces.web.accounts import choices
from billwright.interfaces.web.bank import words as bank
from billwright.interfaces.web.bill_runs import words as bill_runs
from billwright.interfaces.web.collecting import words as collecting
from billwright.interfaces.web.counter import pages as counter
from billwright.interfaces.web.fraud import views as fraud
from billwright.interfaces.web.gateways import words as gateways
from billwright.interfaces.web.imports import words as imports
from billwright.interfaces.web.invoices import words as invoices
from billwright.interfaces.web.ledger import words as ledger
from billwright.interfaces.web.matching import words as matching
from billwright.interfaces.web.messages import words as messages
from billwright.interfaces.web.payment_links import views as payment_links
from billwright.interfaces.web.payments import listing as payments
from billwright.interfaces.web.reconciliations import words as reconciliations
from billwright.interfaces.web.refunds import words as refunds
from billwright.interfaces.web.subscriptions import words as subscriptions
from billwright.invoicing.states import BILL_RUN, HELD_DOCUMENT, INVOICE, SHADOW_RUN
from billwright.kernel.states import IllegalTransition
from billwright.ledger.states import ACCOUNTING_PERIOD
from billwright.payments import counter_states, gateway_states, states
from billwright.rating.states import PENDING_CHARGE
from billwright.receivables.states import MATCH, RECONCILIATION
from billwright.subscriptions.states import SUBSCRIPTION

# By the name of the machine; an entry is the words alone, or the words with their tone and icon.
WORDS: Final[Mapping[str, Mapping[Any, Any]]] = {
    ACCOUNTING_PERIOD.name: ledger.PERIOD_STATES,
    APPROVAL.name: access.APPROVAL_STATES,
    BILLING_ACCOUNT.name: choices.STATES,
    BILL_RUN.name: bill_runs.STATES,
    HELD_DOCUMENT.name: bill_runs.HELD_STATES,
    IMPORT_JOB.name: imports.STATES,
    INVOICE.name: invoices.STATES,
    MATCH.name: matching.STATES,
    MESSAGE.name: messages.STATES,
    PENDING_CHARGE.name: subscriptions.CHARGE_STATES,
    RECONCILIATION.name: reconciliations.STATES,
    SHADOW_RUN.name: bill_runs.SHADOW_STATES,
    SUBSCRIPTION.name: subscriptions.STATES,
    USER.name: access.USER_STATES,
    counter_states.CASH_SESSION.name: counter.DESK_STATES,
    counter_states.CHEQUE.name: counter.STATES,
    counter_states.DEPOSIT_SLIP.name: counter.SLIP_STATES,
    gateway_states.CHARGEBACK.name: gateways.CHARGEBACK_STATES,
    gateway_states.GATEWAY.name: gateways.GATEWAY_STATES,
    gateway_states.GATEWAY_ALARM.name: gateways.ALARM_STATES,
    gateway_states.GATEWAY_EVENT.name: gateways.EVENT_STATES,
    gateway_states.GATEWAY_PAYMENT.name: gateways.PAYMENT_STATES,
    gateway_states.PAYOUT.name: gateways.PAYOUT_STATES,
    states.BANK_ENTRY.name: bank.ENTRY_STATES,
    states.COLLECTION.name: collecting.COLLECTION_STATES,
    states.COLLECTION_RUN.name: collecting.RUN_STATES,
    states.FRAUD_FLAG.name: fraud.STATES,
    states.MANDATE.name: collecting.MANDATE_STATES,
    states.PAYMENT.name: payments.STATES,
    states.PAYMENT_LINK.name: payment_links.LINK_STATES,
    states.REFUND_ORDER.name: refunds.ORDER_STATES,
    states.STORED_METHOD.name: collecting.METHOD_STATES,
}


def words_of_state(machine: str, state: str) -> str:
    """A state as the pages of its machine name it; one that no page names is written as a word."""
    found = WORDS.get(machine, {}).get(state)
    if found is None:
        return state.replace("_", " ").capitalize()
    return str(found[0] if isinstance(found, tuple) else found)


def say_in_words(refusal: IllegalTransition) -> None:
    """Give the refusal the words of the pages; its code and status stay."""
    sources = sorted(words_of_state(refusal.machine, source) for source in refusal.sources)
    refusal.message = _("This is not possible any more, or not yet: the state is “%(state)s”.") % {
        "state": words_of_state(refusal.machine, refusal.state)
    }
    refusal.cure = _("It is possible from %(states)s.") % {"states": ", ".join(f"“{source}”" for source in sources)}
