"""Contacts and addresses as checked column values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from billwright.accounts.policies import (
    check_country,
    check_email,
    check_language,
    check_length,
    check_phone,
    check_timezone,
)
from billwright.accounts.rows import AddressDraft, ContactDraft
from billwright.kernel.errors import Refusal

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
