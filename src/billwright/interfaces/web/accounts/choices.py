"""Closed lists of accounts as people read them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.accounts.states import (
    AccountState,
    AddressKind,
    ContactRole,
    CustomerKind,
    InvoiceDelivery,
    SplitBy,
)
from billwright.org.states import TaxTreatment
from billwright.receivables.states import HoldReason

Words = dict[str, str | Promise]

STATES: Final[Words] = {AccountState.OPEN: _("Open"), AccountState.CLOSED: _("Closed")}
CUSTOMER_KINDS: Final[Words] = {
    CustomerKind.ORGANIZATION: _("Organisation"),
    CustomerKind.PERSON: _("Person"),
}
DELIVERIES: Final[Words] = {
    InvoiceDelivery.EMAIL: _("By e-mail"),
    InvoiceDelivery.POST: _("By post"),
    InvoiceDelivery.PORTAL: _("In the portal"),
    InvoiceDelivery.NONE: _("Not sent"),
}
CONTACT_ROLES: Final[Words] = {
    ContactRole.BILLING: _("Billing"),
    ContactRole.COLLECTIONS: _("Collections"),
    ContactRole.TECHNICAL: _("Technical"),
    ContactRole.LEGAL: _("Legal"),
    ContactRole.OWNER: _("Decides"),
}
ADDRESS_KINDS: Final[Words] = {
    AddressKind.BILLING: _("Billing"),
    AddressKind.SERVICE: _("Service"),
    AddressKind.LEGAL: _("Legal"),
}
TAX_TREATMENTS: Final[Words] = {
    TaxTreatment.DOMESTIC: _("Taxed where we are"),
    TaxTreatment.INTRA_STATE: _("India, same state"),
    TaxTreatment.INTER_STATE: _("India, another state"),
    TaxTreatment.REVERSE_CHARGE: _("Reverse charge"),
    TaxTreatment.EXPORT: _("Export"),
    TaxTreatment.EXEMPT: _("Exempt"),
}
SPLITS: Final[Words] = {
    SplitBy.NONE: _("One document for everything"),
    SplitBy.PURCHASE_ORDER: _("One for each purchase order"),
    SplitBy.COST_CENTER: _("One for each cost centre"),
    SplitBy.SUBSCRIPTION: _("One for each subscription"),
    SplitBy.ACCOUNT: _("One for each account that it pays for"),
}
GROUPINGS: Final[Words] = {
    "": _("By account, where the lines are of several"),
    "none": _("Not at all"),
    "account": _("By account"),
    "subscription": _("By subscription"),
    "account_subscription": _("By account, and by subscription within"),
    "cost_center": _("By cost centre"),
    "purchase_order": _("By purchase order"),
}
COLUMNS: Final[Words] = {
    "period": _("Period"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "discount": _("Discount"),
}
PLACES: Final[Words] = {"head": _("In the head"), "box": _("In a box of their own, above the lines")}
REQUIRABLE: Final[Words] = {"purchase_order": _("Purchase order"), "cost_center": _("Cost centre")}
HOLD_REASONS: Final[Words] = {
    HoldReason.DISPUTE: _("Contested"),
    HoldReason.PROMISE: _("Promised"),
    HoldReason.PAYMENT_PLAN: _("Payment plan"),
    HoldReason.PAYMENT_IN_CLEARING: _("Money on its way"),
    HoldReason.INSOLVENCY: _("Insolvency"),
    HoldReason.MANUAL: _("Decided by a person"),
}
STANDINGS: Final[Words] = {
    "open": _("Something open"),
    "overdue": _("Overdue"),
    "unattended": _("Overdue, nobody follows it"),
    "unallocated": _("Unallocated money"),
    "clear": _("Nothing open"),
}
LANGUAGES: Final[Words] = {
    "en": _("English"),
    "af": _("Afrikaans"),
    "bg": _("Bulgarian"),
    "de": _("German"),
    "hi": _("Hindi"),
}

# The names of fields as the change history tells them.
FIELDS: Final[Words] = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "kind": _("Kind"),
    "country": _("Country"),
    "timezone": _("Time zone"),
    "language": _("Language"),
    "tax_number": _("Tax number"),
    "registration_number": _("Registration number"),
    "reference": _("Reference"),
    "cycle_day": _("Billing day"),
    "payment_terms_days": _("Payment terms (days)"),
    "payment_parts": _("Payment terms in parts"),
    "delivery": _("Delivery of documents"),
    "tax_treatment": _("Tax treatment"),
    "tax_exemption_reason": _("Reason of exemption"),
    "place_of_supply": _("Place of supply"),
    "credit_class": _("Credit class"),
    "purchase_order": _("Purchase order"),
    "cost_center": _("Cost centre"),
    "split_by": _("Documents split"),
    "required_references": _("Required references"),
    "layout": _("Layout of documents"),
    "payment_method": _("Pays by"),
    "state": _("State"),
    "closed_on": _("Closed on"),
    "role": _("Role"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "active": _("Active"),
    "addressee": _("Addressee"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "city": _("City"),
    "region": _("Region"),
    "merged_into": _("Merged into"),
    "account_ids": _("Accounts"),
    "number": _("Number"),
    "parent_id": _("Parent account"),
    "opened_on": _("Opened on"),
}


def words_of(words: Words, key: str) -> str:
    """The words of a value; the value itself where there are none."""
    return str(words.get(key, key))


def choices(words: Words, *, empty: str | Promise | None = None) -> list[tuple[str, str | Promise]]:
    """The list as a form's choices, with an empty one in front when it is given words."""
    first: list[tuple[str, str | Promise]] = [] if empty is None else [("", empty)]
    return [*first, *((str(key), text) for key, text in words.items())]
