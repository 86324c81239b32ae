"""Which of our bank accounts a statement is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from billwright.org.queries import BankAccountRow


def _plain(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def find_own_account(number: str, accounts: Sequence[BankAccountRow]) -> BankAccountRow | None:
    """The account of a number as banks write it: IBAN, number, branch with number, or the country's old form."""
    wanted = _plain(number)
    if not wanted:
        return None
    fits = [account for account in accounts if wanted in _names(account) or _german(number) in _names(account)]
    return fits[0] if len(fits) == 1 else None


def _names(account: BankAccountRow) -> set[str]:
    iban, number, branch = _plain(account.iban), _plain(account.account_number), _plain(account.branch_code)
    names = {iban, iban[4:], number, number.lstrip("0")}
    if branch and number:
        names.add(branch + number)
    if iban.startswith("ES") and len(iban) == 24:
        # Bank and branch, then two check digits that norm 43 leaves out, then the number.
        names.add(iban[4:12] + iban[14:])
    return names - {""}


def _german(number: str) -> str:
    """Bank code and number with a slash between them, as they stand in an IBAN: eight digits and ten."""
    bank, slash, account = number.partition("/")
    return _plain(bank) + _plain(account).zfill(10) if slash else ""
