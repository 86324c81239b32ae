"""Which legal entity and which customer an act concerns, told from what its arguments name.

Roles may be held for one legal entity. `access` decides, but stands below the tables that know; so the composition
root tells it where to look. An act that names things of several entities, or none that is listed here, concerns all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.apps import apps

from billwright.access.authority import AUTHORITY
from billwright.access.naming import look_up_customers

# The name of an argument (or of a field within one): the model its number belongs to, and the way to the entity.
PATHS: Final[dict[str, tuple[str, str]]] = {
    "account_id": ("accounts.BillingAccount", "legal_entity_id"),
    "alarm_id": ("payments.GatewayAlarm", "gateway__legal_entity_id"),
    "allocation_id": ("receivables.Allocation", "open_item__account__legal_entity_id"),
    "bank_account_id": ("org.OwnBankAccount", "legal_entity_id"),
    "bank_entry_id": ("payments.BankEntry", "bank_account__legal_entity_id"),
    "bill_run_id": ("invoicing.BillRun", "legal_entity_id"),
    "billing_hold_id": ("subscriptions.BillingHold", "account__legal_entity_id"),
    "cash_id": ("receivables.UnallocatedCash", "legal_entity_id"),
    "cash_session_id": ("payments.CashSession", "legal_entity_id"),
    "change_id": ("subscriptions.SubscriptionChange", "subscription__account__legal_entity_id"),
    "charge_id": ("rating.PendingCharge", "account__legal_entity_id"),
    "chargeback_id": ("payments.Chargeback", "gateway__legal_entity_id"),
    "cheque_id": ("payments.Cheque", "legal_entity_id"),
    "child_id": ("accounts.BillingAccount", "legal_entity_id"),
    "collection_id": ("payments.Collection", "legal_entity_id"),
    "collection_run_id": ("payments.CollectionRun", "legal_entity_id"),
    "contact_id": ("accounts.Contact", "account__legal_entity_id"),
    "contract_id": ("subscriptions.Contract", "account__legal_entity_id"),
    "coupon_id": ("rating.Coupon", "legal_entity_id"),
    "credit_item_id": ("receivables.OpenItem", "account__legal_entity_id"),
    "discount_id": ("rating.Discount", "account__legal_entity_id"),
    "entry_id": ("ledger.JournalEntry", "legal_entity_id"),
    "event_id": ("payments.GatewayEvent", "gateway__legal_entity_id"),
    "fraud_flag_id": ("payments.FraudFlag", "legal_entity_id"),
    "gateway_id": ("payments.Gateway", "legal_entity_id"),
    "gateway_payment_id": ("payments.GatewayPayment", "gateway__legal_entity_id"),
    "held_id": ("invoicing.HeldDocument", "legal_entity_id"),
    "hold_id": ("receivables.Hold", "open_item__legal_entity_id"),
    "invoice_id": ("invoicing.Invoice", "legal_entity_id"),
    "item_id": ("subscriptions.SubscriptionItem", "subscription__account__legal_entity_id"),
    "ledger_account_id": ("ledger.LedgerAccount", "legal_entity_id"),
    "mandate_id": ("payments.Mandate", "legal_entity_id"),
    "match_id": ("receivables.MatchProposal", "legal_entity_id"),
    "open_item_id": ("receivables.OpenItem", "account__legal_entity_id"),
    "parent_id": ("accounts.BillingAccount", "legal_entity_id"),
    "payer_id": ("accounts.BillingAccount", "legal_entity_id"),
    "payment_id": ("payments.Payment", "legal_entity_id"),
    "payment_link_id": ("payments.PaymentLink", "legal_entity_id"),
    "payout_id": ("payments.Payout", "gateway__legal_entity_id"),
    "period_id": ("ledger.AccountingPeriod", "legal_entity_id"),
    "plan_charge_id": ("catalog.PlanCharge", "plan__legal_entity_id"),
    "plan_id": ("catalog.Plan", "legal_entity_id"),
    "price_id": ("catalog.Price", "plan_charge__plan__legal_entity_id"),
    "rebilling_id": ("invoicing.Rebilling", "original__account__legal_entity_id"),
    "reconciliation_id": ("receivables.Reconciliation", "accounts__account__legal_entity_id"),
    "refund_order_id": ("payments.RefundOrder", "legal_entity_id"),
    "revenue_run_id": ("invoicing.RevenueRun", "legal_entity_id"),
    "run_id": ("invoicing.BillRun", "legal_entity_id"),
    "shadow_id": ("invoicing.ShadowRun", "legal_entity_id"),
    "slip_id": ("payments.DepositSlip", "legal_entity_id"),
    "spend_limit_id": ("rating.SpendLimit", "account__legal_entity_id"),
    "stored_method_id": ("payments.StoredMethod", "legal_entity_id"),
    "subscription_id": ("subscriptions.Subscription", "account__legal_entity_id"),
    "takes_up_id": ("payments.Collection", "legal_entity_id"),
    "wallet_lot_id": ("receivables.WalletLot", "account__legal_entity_id"),
}

# Subjects of the audit trail whose noun is not the name of the argument.
SUBJECTS: Final[dict[str, str]] = {
    "bill_run": "run_id",
    "credit_note": "invoice_id",
    "debit_note": "invoice_id",
    "deposit_slip": "slip_id",
    "gateway_alarm": "alarm_id",
    "gateway_event": "event_id",
    "journal_entry": "entry_id",
    "receipt": "payment_id",
    "shadow_run": "shadow_id",
    "unallocated_cash": "cash_id",
}

# The same for whom it concerns: personal values in the arguments of a request are sealed under the customer's key.
CUSTOMER_PATHS: Final[dict[str, tuple[str, str]]] = {
    "account_id": ("accounts.BillingAccount", "customer_id"),
    "allocation_id": ("receivables.Allocation", "open_item__account__customer_id"),
    "cash_id": ("receivables.UnallocatedCash", "account__customer_id"),
    "charge_id": ("rating.PendingCharge", "account__customer_id"),
    "cheque_id": ("payments.Cheque", "account__customer_id"),
    "child_id": ("accounts.BillingAccount", "customer_id"),
    "collection_id": ("payments.Collection", "account__customer_id"),
    "contact_id": ("accounts.Contact", "account__customer_id"),
    "contract_id": ("subscriptions.Contract", "account__customer_id"),
    "credit_item_id": ("receivables.OpenItem", "account__customer_id"),
    "discount_id": ("rating.Discount", "account__customer_id"),
    "fraud_flag_id": ("payments.FraudFlag", "account__customer_id"),
    "invoice_id": ("invoicing.Invoice", "account__customer_id"),
    "mandate_id": ("payments.Mandate", "account__customer_id"),
    "open_item_id": ("receivables.OpenItem", "account__customer_id"),
    "parent_id": ("accounts.BillingAccount", "customer_id"),
    "payer_id": ("accounts.BillingAccount", "customer_id"),
    "payment_id": ("payments.Payment", "account__customer_id"),
    "payment_link_id": ("payments.PaymentLink", "account__customer_id"),
    "reconciliation_id": ("receivables.Reconciliation", "customer_id"),
    "refund_order_id": ("payments.RefundOrder", "account__customer_id"),
    "spend_limit_id": ("rating.SpendLimit", "account__customer_id"),
    "stored_method_id": ("payments.StoredMethod", "account__customer_id"),
    "subscription_id": ("subscriptions.Subscription", "account__customer_id"),
    "wallet_lot_id": ("receivables.WalletLot", "account__customer_id"),
}


def entities_of(argument: str) -> Callable[[frozenset[int]], Iterable[int]]:
    """The look-up for one name: numbers in, the legal entities they belong to out."""
    return _look_up(*PATHS[argument])


def customers_of(argument: str) -> Callable[[frozenset[int]], Iterable[int]]:
    """The look-up for one name: numbers in, the customers they belong to out."""
    return _look_up(*CUSTOMER_PATHS[argument])


def _look_up(label: str, path: str) -> Callable[[frozenset[int]], Iterable[int]]:
    def look_up(ids: frozenset[int]) -> set[int]:
        rows = apps.get_model(label)._base_manager.filter(pk__in=ids).values_list(path, flat=True).distinct()
        return {found for found in rows if found is not None}

    return look_up


def entities_of_messages(message_ids: frozenset[int]) -> set[int]:
    """Messages know their account by an opaque number only; one about no account concerns every company."""
    messages = apps.get_model("comms.OutgoingMessage")._base_manager.filter(pk__in=message_ids)
    refs = messages.values_list("account_ref", flat=True)
    return set(entities_of("account_id")(frozenset(ref for ref in refs if ref is not None)))


def wire_entities() -> None:
    """Tell the Authority, and what seals the arguments of requests, where to look."""
    for argument in PATHS:
        AUTHORITY.look_up_entities(argument, entities_of(argument))
    AUTHORITY.look_up_entities("message_id", entities_of_messages)
    for noun, argument in SUBJECTS.items():
        AUTHORITY.name_subject(noun, argument)
    for argument in CUSTOMER_PATHS:
        look_up_customers(argument, customers_of(argument))
