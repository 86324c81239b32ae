"""Bank accounts of customers: checked in the manner of their country, shown masked, told apart by a keyed hash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Final

from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from billwright.kernel import vault
from billwright.kernel.errors import Refusal
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.states import BankDetailsKind

SHOWN_LETTERS: Final = 4

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
_ZA_TYPES: Final = ("1", "2", "3")
_US_TYPES: Final = ("checking", "savings")


def checked(details: BankDetails) -> BankDetails:
    """The same account in its plain form. Raises Refusal naming the field that cannot be right."""
    plain = replace(
        details,
        iban=_plain(details.iban),
        bic=_plain(details.bic),
        branch=_plain(details.branch),
        number=_plain(details.number),
        account_type=details.account_type.strip().lower(),
    )
    _CHECKS[BankDetailsKind(details.kind)](plain)
    return plain


def _plain(text: str) -> str:
    return re.sub(r"[\s\-./]", "", text).upper()


def _check_iban(details: BankDetails) -> None:
    try:
        iban.validate(details.iban)
    except ValidationError as error:
        raise _wrong("iban", _("This is no IBAN: its letters, length or check digits are wrong.")) from error
    if details.bic and not _BIC.fullmatch(details.bic):
        raise _wrong("bic", _("A BIC has 8 or 11 letters and digits."))


def _check_za(details: BankDetails) -> None:
    if not re.fullmatch(r"\d{6}", details.branch):
        raise _wrong("branch", _("A South African branch code has six digits."))
    if not re.fullmatch(r"\d{6,13}", details.number):
        raise _wrong("number", _("A South African account number has six to thirteen digits."))
    if details.account_type not in _ZA_TYPES:
        raise _wrong("account_type", _("The kind of account is 1 (current), 2 (savings) or 3 (transmission)."))


def _check_us(details: BankDetails) -> None:
    try:
        rtn.validate(details.branch)
    except ValidationError as error:
        raise _wrong("branch", _("A routing number has nine digits, the last one checks the others.")) from error
    if not re.fullmatch(r"[0-9A-Z]{4,17}", details.number):
        raise _wrong("number", _("An account number has four to seventeen letters and digits."))
    if details.account_type not in _US_TYPES:
        raise _wrong("account_type", _("The kind of account is checking or savings."))


def _check_in(details: BankDetails) -> None:
    if not _IFSC.fullmatch(details.branch):
        raise _wrong("branch", _("An IFSC has four letters, a zero, and six letters or digits."))
    if not re.fullmatch(r"\d{6,18}", details.number):
        raise _wrong("number", _("An Indian account number has six to eighteen digits."))


_CHECKS: Final = {
    BankDetailsKind.IBAN: _check_iban,
    BankDetailsKind.ZA: _check_za,
    BankDetailsKind.US: _check_us,
    BankDetailsKind.IN: _check_in,
}


def _wrong(field: str, message: str) -> Refusal:
    return Refusal("bank_details.wrong", message, field=field, cure=_("Ask the customer, and compare each digit."))


def label_of(details: BankDetails) -> str:
    """What people may see of an account: where it is, and the last letters of its number."""
    number = details.iban or details.number
    place = details.iban[:2] if details.iban else details.branch
    return f"{place} ••••{number[-SHOWN_LETTERS:]}"


def fingerprint_of(details: BankDetails) -> str:
    """The keyed hash by which the same account is found without reading it."""
    return vault.keyed_hash(f"bank_account|{details.kind}|{details.iban}|{details.branch}|{details.number}")


def fingerprint_of_token(provider: str, token: str) -> str:
    """The same for the token of a gateway."""
    return vault.keyed_hash(f"token|{provider}|{token}")


def seal_details(details: BankDetails, *, customer_id: int) -> bytes:
    """The account under the customer's key."""
    return vault.seal(f"customer:{customer_id}", asdict(details))


def open_details(sealed: bytes, *, customer_id: int) -> BankDetails:
    """The account as it was given. Raises Refusal `vault.erased`."""
    [details] = open_many_details([(sealed, customer_id)])
    return details


def open_many_details(sealed: Sequence[tuple[bytes, int]]) -> list[BankDetails]:
    """Accounts as they were given, each with its customer's id, in this order. Raises Refusal `vault.erased`."""
    keys = vault.keys_of({f"customer:{customer_id}" for _sealed, customer_id in sealed})
    opened = [vault.unseal(f"customer:{customer_id}", bytes(one), keys=keys) for one, customer_id in sealed]
    return [BankDetails(**{**values, "kind": BankDetailsKind(values["kind"])}) for values in opened]
