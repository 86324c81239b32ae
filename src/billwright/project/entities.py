"""Which legal entity an act concerns, told from what its arguments name.

Roles may be held for one legal entity. `access` decides, but stands below the tables that know; so the composition
root tells it where to look. An act that names things of several entities, or none that is listed here, concerns all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.apps import apps

from billwright.access.authority import AUTHORITY

# The name of an argument (or of a field within one): the model its number belongs to, and the way to the entity.
PATHS: Final[dict[str, tuple[str, str]]] = {
    "account_id": ("accounts.BillingAccount", "legal_entity_id"),
    "allocation_id": ("receivables.Allocation", "open_item__account__legal_entity_id"),
    "cash_id": ("receivables.UnallocatedCash", "account__legal_entity_id"),
    "charge_id": ("rating.PendingCharge", "account__legal_entity_id"),
    "child_id": ("accounts.BillingAccount", "legal_entity_id"),
    "contact_id": ("accounts.Contact", "account__legal_entity_id"),
    "credit_item_id": ("receivables.OpenItem", "account__legal_entity_id"),
    "entry_id": ("ledger.JournalEntry", "legal_entity_id"),
    "invoice_id": ("invoicing.Invoice", "legal_entity_id"),
    "open_item_id": ("receivables.OpenItem", "account__legal_entity_id"),
    "parent_id": ("accounts.BillingAccount", "legal_entity_id"),
    "payer_id": ("accounts.BillingAccount", "legal_entity_id"),
    "payment_id": ("payments.Payment", "legal_entity_id"),
    "period_id": ("ledger.AccountingPeriod", "legal_entity_id"),
    "plan_id": ("catalog.Plan", "legal_entity_id"),
    "run_id": ("invoicing.BillRun", "legal_entity_id"),
    "subscription_id": ("subscriptions.Subscription", "account__legal_entity_id"),
}


def entities_of(argument: str) -> Callable[[frozenset[int]], Iterable[int]]:
    """The look-up for one name: numbers in, the legal entities they belong to out."""
    label, path = PATHS[argument]

    def look_up(ids: frozenset[int]) -> set[int]:
        rows = apps.get_model(label)._base_manager.filter(pk__in=ids).values_list(path, flat=True).distinct()
        return {entity_id for entity_id in rows if entity_id is not None}

    return look_up


def wire_entities() -> None:
    """Tell the Authority where to look."""
    for argument in PATHS:
        AUTHORITY.look_up_entities(argument, entities_of(argument))
