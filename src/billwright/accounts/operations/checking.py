"""Customers, accounts, contacts and addresses as checked column values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billwright.accounts.layouts import require_known_references, require_sound_layout, stored_layout
from billwright.accounts.policies import (
    check_country,
    check_email,
    check_language,
    check_length,
    check_phone,
    check_tax_number,
    check_timezone,
)
from billwright.accounts.queries.billing_accounts import e_invoice_is_owed
from billwright.accounts.rows import AccountDraft, AddressDraft, ContactDraft, CustomerDraft
from billwright.kernel.errors import Refusal
from billwright.org import conventions, terms
from billwright.org.queries import get_convention
from billwright.org.terms import TermsPart

_CUSTOMER_LENGTHS = {"name": 200, "first_name": 100, "last_name": 100, "registration_number": 60, "reference": 80}
_ACCOUNT_LENGTHS = {
    "name": 200,
    "tax_exemption_reason": 200,
    "place_of_supply": 40,
    "credit_class": 20,
    "purchase_order": 60,
    "cost_center": 60,
    "reference": 80,
    "payment_method": 40,
    "segment": 40,
}
TERMS_DAYS_MAX = 3650
_ADDRESS_LENGTHS = {"addressee": 200, "street": 200, "postcode": 20, "city": 100, "region": 60}


def contact_values(draft: ContactDraft, *, country: str) -> dict[str, Any]:
    """Columns of a contact. Telephones without a + are read as numbers of `country`."""
    name = check_length(draft.name, field="name", length_max=200)
    email, phone = check_email(draft.email), check_phone(draft.phone, country=country)
    if not (name or email or phone):
        raise Refusal(
            "contact.empty",
            _("A contact needs a name, an e-mail address or a telephone number."),
            field="name",
            cure=_("Give one of the three."),
        )
    return {
        "role": draft.role,
        "name": name,
        "email": email,
        "phone": phone,
        "language": check_language(draft.language) if draft.language else "",
        "timezone": check_timezone(draft.timezone) if draft.timezone else "",
    }


def address_values(draft: AddressDraft) -> dict[str, Any]:
    """Columns of an address."""
    texts = {
        name: check_length(getattr(draft, name), field=name, length_max=length)
        for name, length in _ADDRESS_LENGTHS.items()
    }
    return texts | {"kind": draft.kind, "country": check_country(draft.country)}


def customer_values(values: Mapping[str, Any], *, row: int | None) -> dict[str, Any]:
    """Columns of a customer but for its kind; a refusal carries `row`."""
    try:
        country = check_country(values["country"])
        texts = {
            name: check_length(values[name], field=name, length_max=length)
            for name, length in _CUSTOMER_LENGTHS.items()
        }
        if not texts["name"]:
            raise Refusal(
                "customer.without_name",
                _("A customer has a name."),
                field="name",
                cure=_("Give the name that is printed on documents."),
            )
        return texts | {
            "country": country,
            "timezone": check_timezone(values["timezone"]),
            "language": check_language(values["language"]),
            "tax_number": check_tax_number(values["tax_number"], country=country),
        }
    except Refusal as refused:
        refused.row = row
        raise


def account_values(values: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """Columns of a billing account that may change in its life; `currency` is the account's."""
    cycle_day = values["cycle_day"]
    if cycle_day is not None and not 1 <= cycle_day <= 31:
        raise Refusal(
            "account.cycle_day",
            _("%(day)d is not a day of a month.") % {"day": cycle_day},
            field="cycle_day",
            cure=_("Give 1 to 31; 31 means the last day."),
        )
    return {
        **{
            name: check_length(values[name], field=name, length_max=length) for name, length in _ACCOUNT_LENGTHS.items()
        },
        "timezone": check_timezone(values["timezone"]),
        "language": check_language(values["language"]),
        "cycle_day": cycle_day,
        **_terms_values(values["payment_terms_days"], values["payment_parts"], currency=currency),
        "conventions": _known_conventions(values["conventions"]),
        "delivery": values["delivery"],
        "tax_treatment": values["tax_treatment"],
        "split_by": values["split_by"],
        "required_references": require_known_references(tuple(values["required_references"])),
        "layout": stored_layout(require_sound_layout(values["layout"])),
    }


def _terms_values(days: int | None, parts: tuple[TermsPart, ...], *, currency: str) -> dict[str, Any]:
    if days is not None and parts:
        raise Refusal(
            "account.terms_twice",
            _("Terms are a number of days or parts, not both."),
            field="payment_parts",
            cure=_("Leave one of them out."),
        )
    if days is not None and not 0 <= days <= TERMS_DAYS_MAX:
        raise Refusal(
            "account.terms",
            _("Payment terms of %(days)d days are not possible.") % {"days": days},
            field="payment_terms_days",
            cure=_("Give 0 to %(days)d days.") % {"days": TERMS_DAYS_MAX},
        )
    terms.require_sound(parts, currency=currency)
    return {"payment_terms_days": days, "payment_parts": terms.stored(parts)}


def _known_conventions(chosen: Mapping[str, str]) -> dict[str, str]:
    for option, value in chosen.items():
        conventions.require_known(option, value)
    return dict(chosen)


def require_fitting(values: Mapping[str, Any], *, kind: str, legal_entity_id: int, on: date) -> None:
    """Raises Refusal `convention.e_invoice_rounding` where an account would round only its documents and owes more."""
    chosen = values["conventions"]
    if not conventions.FITTED.keys() & chosen.keys():
        return
    rounding = chosen.get("rounding") or get_convention(legal_entity_id=legal_entity_id, option="rounding", on=on)
    is_owed = e_invoice_is_owed(chosen, kind=kind, legal_entity_id=legal_entity_id, on=on)
    conventions.require_fitting(rounding=rounding, is_owed=is_owed)


def require_valid(customer: CustomerDraft, account: AccountDraft) -> None:
    """Raise the first refusal that making this customer with this account would meet; nothing is written.

    An import asks it row by row, so that one wrong row does not stop the others.
    """
    checked = customer_values(asdict(customer), row=None)
    values = {name: getattr(account, name) for name in AccountDraft.__slots__}
    values["timezone"] = values["timezone"] or checked["timezone"]
    values["language"] = values["language"] or checked["language"]
    checked_account = account_values(values, currency=account.currency)
    require_fitting(checked_account, kind=customer.kind, legal_entity_id=account.legal_entity_id, on=account.opened_on)
    check_length(account.number, field="number", length_max=30)
    for contact in account.contacts:
        contact_values(contact, country=checked["country"])
    for address in account.addresses:
        address_values(address)
